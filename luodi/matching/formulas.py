"""Which formulas columns can hold, and why another cannot."""

from typing import Final

from luodi.errors import LuodiError
from luodi.message import Message, joined
from luodi.profiles.vocabulary import Kind, Vocabulary
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Literal, Macro, Select

COMPARISONS: Final = frozenset(("==", "!=", "<", "<=", ">", ">="))
_LOGIC: Final = frozenset(("&&", "||", "!", "?:"))
_SUMS: Final = frozenset(("+", "-", "*", "-x"))
_TEXTS: Final = frozenset(("startsWith", "endsWith", "contains"))


class Unfit(LuodiError):
    """A clause that columns cannot hold; `position` is the offset in its text."""

    code = "unfit-for-columns"

    def __init__(self, why: Message, hint: Message, position: int) -> None:
        super().__init__(joined((why, hint)))
        self.why, self.hint, self.position = why, hint, position


def check_formula(node: Expression, vocabulary: Vocabulary, derived: frozenset[str]) -> None:
    """Raises `Unfit` for the first part that has no form over columns."""
    match node:
        case Literal() | Select(operand=Ident(name="profile"), test=True):
            return
        case Ident(name=name) | Select(operand=Ident(name="profile"), field=name):
            _attribute(name, node, vocabulary, derived)
        case Macro():
            _macro(node, vocabulary)
        case Call(name="size", arguments=(inner,), target=None):
            if name_of(inner) is None:
                raise Unfit(
                    Message("matching.size-something-no-attribute"), Message("matching.take-size-set"), node.start
                )
            check_formula(inner, vocabulary, derived)
        case Call(name="in", arguments=(left, right)):
            _membership(left, right, node, vocabulary, derived)
        case Call(name="/", arguments=(left, Literal(value=value))) if _is_number(value) and value != 0:
            check_formula(left, vocabulary, derived)
        case Call(name="/", arguments=(_, divisor)):
            raise Unfit(
                Message("matching.division-something-no-constant"),
                Message("matching.multiply-both-sides-divisor"),
                divisor.start,
            )
        case Call(name="date", arguments=(Literal(),), target=None):
            return
        case Call(name="age_days", arguments=(inner,), target=None):
            check_formula(inner, vocabulary, derived)
        case Call(name=name, arguments=(Literal(value=str()),), target=target) if name in _TEXTS and target is not None:
            check_formula(target, vocabulary, derived)
        case Call(name=name, arguments=parts, target=None) if name in COMPARISONS | _LOGIC | _SUMS:
            for part in parts:
                check_formula(part, vocabulary, derived)
        case Call(name=name):
            raise Unfit(
                Message("matching.no-form-over-columns", name=name), Message("matching.ask-company-time"), node.start
            )
        case _:
            raise Unfit(
                Message("matching.expression-no-form-over-columns"), Message("matching.ask-company-time"), node.start
            )


def name_of(node: Expression) -> str | None:
    match node:
        case Ident(name=name) | Select(operand=Ident(name="profile"), field=name, test=False):
            return name
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _attribute(name: str, node: Expression, vocabulary: Vocabulary, derived: frozenset[str]) -> None:
    if name in derived:
        raise Unfit(
            Message("matching.may-derived", name=name), Message("matching.compare-figures-derives-from"), node.start
        )
    if vocabulary[name].kind is Kind.MAP:
        raise Unfit(Message("matching.mapping", name=name), Message("matching.ask-only-whether-with"), node.start)


def _macro(node: Macro, vocabulary: Vocabulary) -> None:
    """`exists` and `all` over a set, whose body asks only the member: each member is put to it once."""
    name = name_of(node.range)
    if node.kind not in ("exists", "all"):
        raise Unfit(
            Message("matching.makes-new-list", kind=node.kind), Message("matching.use-exists-or-all-with"), node.start
        )
    if name is None or vocabulary[name].kind is not Kind.SET:
        raise Unfit(
            Message("matching.macro-over-something-no-set"), Message("matching.use-attribute-set"), node.range.start
        )
    if not _names(node.steps[0]) <= {node.variable}:
        raise Unfit(
            Message("matching.body-asks-more-than-member"),
            Message("matching.ask-other-attribute-outside-macro"),
            node.start,
        )


def _names(node: Expression) -> set[str]:
    match node:
        case Ident(name=name):
            return {name}
        case Select(operand=operand, field=field):
            return _names(operand) | {field}
        case Call(arguments=arguments, target=target):
            parts = (*arguments, *((target,) if target is not None else ()))
            return {name for part in parts for name in _names(part)}
        case ListOf(items):
            return {name for item in items for name in _names(item)}
        case Macro(range=over, steps=steps):
            return {name for part in (over, *steps) for name in _names(part)}
    return set()


def _membership(
    left: Expression, right: Expression, node: Expression, vocabulary: Vocabulary, derived: frozenset[str]
) -> None:
    if isinstance(right, ListOf) and all(isinstance(item, Literal) for item in right.items):
        check_formula(left, vocabulary, derived)
        return
    name = name_of(right)
    if isinstance(left, Literal) and name is not None and vocabulary[name].kind is Kind.SET:
        return
    raise Unfit(
        Message("matching.membership-something-neither-constant-list"), Message("matching.name-members"), node.start
    )
