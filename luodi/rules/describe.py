"""Plain sentences in Chinese and English from a rule's tree, so that nobody has to read CEL.

`expected` is what one test wants ("at most CNY 50,000,000"), `shown` what a company has; explanations use both.
`not` is pushed to the leaves first, which keeps every three-valued answer: nobody reads "not at most".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.rules.book import Book, Citation, Clause, Rule
from luodi.rules.citing import citation_shown
from luodi.rules.gives import gives_shown
from luodi.rules.lower import lower
from luodi.rules.syntax import Call, Expression, Ident, Literal, Select, unparse
from luodi.rules.tree import OPPOSITE, Age, And, Const, Formula, Growth, Leaf, Manual, Not, Op, Or, Test, Tree
from luodi.rules.words import (
    Names,
    code_shown,
    day_shown,
    duration_shown,
    grouped,
    is_counted,
    label,
    listed,
    number_shown,
    ordered,
    percent_shown,
    quoted,
    rounded,
    shown,
)
from luodi.values import Number, exact

__all__ = ["describe_rule", "describe_tree", "expected", "names_of", "shown"]

Texts = Mapping[str, str]

_ENGLISH: Final = {
    Op.LT: "less than {}", Op.LE: "at most {}", Op.GT: "more than {}",
    Op.GE: "at least {}", Op.EQ: "equal to {}", Op.NE: "not equal to {}",
}  # fmt: skip
_LOW: Final = {
    Op.LT: "低于{}", Op.LE: "不超过{}", Op.GT: "超过{}", Op.GE: "不低于{}", Op.EQ: "为{}", Op.NE: "不为{}",
}  # fmt: skip
_FEW: Final = _LOW | {Op.LT: "少于{}", Op.GE: "不少于{}"}
_NOUGHT: Final = {
    Op.LT: "小于零", Op.LE: "不大于零", Op.GT: "大于零", Op.GE: "不小于零", Op.EQ: "为零", Op.NE: "不为零",
}  # fmt: skip
_DAYS: Final = {
    "en": {
        Op.LT: "before {}", Op.LE: "on or before {}", Op.GT: "after {}",
        Op.GE: "on or after {}", Op.EQ: "on {}", Op.NE: "not on {}",
    },
    "zh": {
        Op.LT: "在{}之前", Op.LE: "在{}（含）以前", Op.GT: "在{}之后",
        Op.GE: "在{}（含）以后", Op.EQ: "为{}", Op.NE: "不为{}",
    },
}  # fmt: skip
_AGES: Final = {
    "en": {
        Op.LT: "less than {} ago", Op.LE: "at most {} ago", Op.GT: "more than {} ago",
        Op.GE: "at least {} ago", Op.EQ: "exactly {} ago", Op.NE: "not exactly {} ago",
    },
    "zh": {
        Op.LT: "至今不满{}", Op.LE: "至今不超过{}", Op.GT: "至今超过{}",
        Op.GE: "至今已满{}", Op.EQ: "至今恰为{}", Op.NE: "至今不是{}",
    },
}  # fmt: skip


# ---- one test


def expected(
    test: Test, vocabulary: Vocabulary, lang: str, *, negated: bool = False, names: Names | None = None
) -> str:
    """What a test wants of its attribute, such as `at most CNY 50,000,000`, or its opposite."""
    attribute = vocabulary[test.attribute]
    op = OPPOSITE[test.op] if negated and test.op.is_order else test.op
    match op:
        case Op.TRUE:
            return shown(not negated, attribute, lang)
        case Op.PRESENT:
            return _present(negated, lang)
        case Op.AGE:
            return _age(test.constant, lang, negated)
        case Op.IN | Op.EQ | Op.NE if not attribute.kind.is_number and attribute.kind is not Kind.DATE:
            members = test.constant if op is Op.IN else (test.constant,)
            return _one_of(members, attribute, lang, negated != (op is Op.NE), names)
        case Op.IN:
            words = [shown(v, attribute, lang) for v in sorted(test.constant)]
            return _is(listed(words, lang, "or"), lang, negated)
        case Op.PREFIX:
            return _prefix(test.constant, attribute, lang, negated, names)
        case Op.HAS_ANY:
            return _holds_any(test.constant, attribute, lang, negated, names)
        case Op.HAS_OTHER:
            return _holds_other(test.constant, attribute, lang, negated, names)
        case _:
            return _ordered(op, test.constant, attribute, lang)


def _ordered(op: Op, constant: Any, attribute: Attribute, lang: str) -> str:
    if attribute.kind is Kind.DATE:
        return _DAYS[lang][op].format(day_shown(constant, lang))
    if constant == 0:
        return _ENGLISH[op].format("zero") if lang == "en" else _NOUGHT[op]
    figure = number_shown(constant, attribute, lang)
    if lang == "en":
        return _ENGLISH[op].format(figure)
    return (_FEW if is_counted(attribute) else _LOW)[op].format(figure)


def _age(age: Age, lang: str, negated: bool) -> str:
    op = OPPOSITE[age.op] if negated else age.op
    return _AGES[lang][op].format(duration_shown(age.count, age.unit, lang))


def _present(negated: bool, lang: str) -> str:
    if lang == "zh":
        return "未填写或为“无”" if negated else "已填写且不为“无”"
    return "not stated, or none" if negated else "stated, and not none"


def _is(words: str, lang: str, negated: bool) -> str:
    if lang == "zh":
        return f"{'不为' if negated else '为'}{words}"
    return f"{'is not' if negated else 'is'} {words}"


def _one_of(members: Iterable[str], attribute: Attribute, lang: str, negated: bool, names: Names | None) -> str:
    words = [code_shown(v, attribute, lang, names) for v in ordered(members, attribute)]
    if attribute.kind is Kind.ENUM:
        words = quoted(words, lang)
    return _is(listed(words, lang, "or"), lang, negated)


def _prefix(codes: Sequence[str], attribute: Attribute, lang: str, negated: bool, names: Names | None) -> str:
    words = listed([code_shown(c, attribute, lang, names, alone=len(codes) == 1) for c in codes], lang, "or")
    place = attribute.code == "region"
    if lang == "zh":
        verb = ("不在", "在") if place else ("不属于", "属于")
        return f"{verb[not negated]}{words}"
    verb = ("outside", "in") if place else ("not in", "in")
    return f"{verb[not negated]} {words}"


def _holds_any(members: Iterable[str], attribute: Attribute, lang: str, negated: bool, names: Names | None) -> str:
    words = [code_shown(v, attribute, lang, names) for v in ordered(members, attribute)]
    if lang == "en":
        words = quoted(words, lang)
    if lang == "zh":
        verb, end = ("不包括", "中的任何一项") if negated else ("包括", "中的至少一项")
        return f"{verb}{'、'.join(words)}{end if len(words) > 1 else ''}"
    if len(words) == 1:
        return f"{'do not include' if negated else 'include'} {words[0]}"
    return f"include {'none' if negated else 'at least one'} of {listed(words, lang, 'or')}"


def _holds_other(members: Iterable[str], attribute: Attribute, lang: str, negated: bool, names: Names | None) -> str:
    if set(members) == {"none"}:
        if lang == "zh":
            return "一项也没有" if negated else "至少有一项"
        return "include nothing" if negated else "include at least one"
    words = listed([code_shown(v, attribute, lang, names) for v in ordered(members, attribute)], lang, "or")
    if lang == "zh":
        return f"不包括{words}以外的项目" if negated else f"包括{words}以外的项目"
    return f"include {'nothing' if negated else 'something'} besides {words}"


# ---- a whole clause


@dataclass(frozen=True)
class _Item:
    """A leaf, or its opposite."""

    leaf: Leaf
    negated: bool = False


@dataclass(frozen=True)
class _Group:
    """All of the parts, or at least one of them."""

    any: bool
    parts: tuple["_Item | _Group", ...]


_Shape = _Item | _Group


def describe_tree(
    tree: Tree, vocabulary: Vocabulary, lang: str, texts: Texts | None = None, names: Names | None = None
) -> str:
    """One clause as a sentence in `zh` or `en`, without its full stop.

    `texts` are the Chinese words of matters that a person decides, by their English ones; `names` are names of
    codes that the vocabulary does not have.
    """
    words = _Writer(vocabulary, lang, texts or {}, names or {}).write(_shape(tree))
    return _opened(words, lang)


def _opened(words: str, lang: str) -> str:
    return words[:1].upper() + words[1:] if lang == "en" else words


def _shape(node: Tree, negated: bool = False) -> _Shape:
    match node:
        case Not(part):
            return _shape(part, not negated)
        case And(parts) | Or(parts):
            either = isinstance(node, Or) != negated
            found: list[_Shape] = []
            for part in parts:
                shape = _shape(part, negated)
                found.extend(shape.parts if isinstance(shape, _Group) and shape.any is either else (shape,))
            merged = _merged(found, either)
            return merged[0] if len(merged) == 1 else _Group(either, tuple(merged))
        case _:
            return _Item(node, negated)


def _merged(parts: list[_Shape], either: bool) -> list[_Shape]:
    """In Beijing or in Guangdong: one list of places, wherever tests on one attribute can be read as one."""
    found: list[_Shape] = []
    for part in parts:
        joined = _joined(found[-1], part, either) if found else None
        if joined is None:
            found.append(part)
        else:
            found[-1] = joined
    return found


def _joined(left: _Shape, right: _Shape, either: bool) -> _Item | None:
    match left, right:
        case (
            _Item(leaf=Test(attribute=first, op=(Op.PREFIX | Op.HAS_ANY) as op, constant=a) as test, negated=opposite),
            _Item(leaf=Test(attribute=second, op=other, constant=b), negated=other_opposite),
        ) if first == second and op is other and opposite is other_opposite and opposite is not either:
            both = a | b if op is Op.HAS_ANY else (*a, *b)
            return _Item(replace(test, constant=both), opposite)
    return None


@dataclass(frozen=True)
class _Writer:
    vocabulary: Vocabulary
    lang: str
    texts: Texts
    names: Names

    def write(self, shape: _Shape, depth: int = 0) -> str:
        if isinstance(shape, _Item):
            return self.item(shape)
        parts = self.parts(shape, depth + 1)
        simple = len(parts) == 2 and not any(isinstance(part, _Group) for part in shape.parts)
        if len(parts) == 1 or simple:
            return self.pair(parts, shape.any)
        return self.numbered(parts, shape.any, depth)

    def pair(self, parts: list[str], either: bool) -> str:
        joint = {"zh": ("，且", "，或"), "en": (", and ", ", or ")}[self.lang][either]
        return joint.join(parts)

    def numbered(self, parts: list[str], either: bool, depth: int) -> str:
        marked = [f"{_mark(index, depth, self.lang)}{part}" for index, part in enumerate(parts)]
        if self.lang == "zh":
            return ("至少符合一项：" if either else "同时符合：") + "；".join(marked)
        return ("at least one of these: " if either else "all of these: ") + "; ".join(marked)

    def parts(self, group: _Group, depth: int) -> list[str]:
        """The words of each part; tests of one figure that stand side by side become one range."""
        found: list[str] = []
        last: str | None = None
        for part in group.parts:
            ranged = _ranged(part)
            if ranged is not None and ranged == last:
                assert isinstance(part, _Item) and isinstance(part.leaf, Test)
                joint = {"zh": ("且", "或"), "en": (" and ", " or ")}[self.lang][group.any]
                found[-1] += joint + expected(part.leaf, self.vocabulary, self.lang, negated=part.negated)
            else:
                found.append(self.write(part, depth))
            last = ranged
        return found

    def item(self, item: _Item) -> str:
        match item.leaf:
            case Test() as test:
                return self.test(test, item.negated)
            case Growth() as growth:
                return self.growth(growth, item.negated)
            case Formula(expression=expression):
                return self.formula(expression, item.negated)
            case Manual(text=text):
                return self.manual(text, item.negated)
            case Const(value=value):
                return self.constant(value is not item.negated)

    def test(self, test: Test, negated: bool) -> str:
        wanted = expected(test, self.vocabulary, self.lang, negated=negated, names=self.names)
        text = self.about(test.attribute, wanted, colon=test.op is Op.TRUE)
        if not test.presumed:
            return text
        return f"{text}（未填写的视为否）" if self.lang == "zh" else f"{text} (taken as no if not stated)"

    def about(self, name: str, wanted: str, *, colon: bool = False) -> str:
        subject = label(self.vocabulary[name], self.lang)
        if self.lang == "zh":
            return f"{subject}：{wanted}" if colon else f"{subject}{wanted}"
        if colon or (_VERB.search(subject) and "include" not in wanted):
            return f"{subject}: {wanted}"
        return f"{subject}{',' if ', ' in subject else ''} {wanted}"

    def growth(self, growth: Growth, negated: bool) -> str:
        op = OPPOSITE[growth.op] if negated else growth.op
        rate = percent_shown(exact(growth.rate) * 100, self.lang)
        value, base = (label(self.vocabulary[name], self.lang) for name in (growth.attribute, growth.base))
        if self.lang == "zh":
            return f"{value}较{base}的增长率{_LOW[op].format(rate)}"
        return f"growth from “{base}” to “{value}” {_ENGLISH[op].format(rate)}"

    def manual(self, text: str, negated: bool) -> str:
        if self.lang == "zh":
            return f"须由人工认定{'不属于以下情形' if negated else ''}：{self.texts.get(text, text)}"
        return f"a person decides that this {'does not hold' if negated else 'holds'}: {text}"

    def constant(self, value: bool) -> str:
        if self.lang == "zh":
            return "一律符合" if value else "一律不符合"
        return "always so" if value else "never so"

    # ---- formulas

    def formula(self, node: Expression, negated: bool) -> str:
        match node:
            case Call(name=name, arguments=(left, right)) if name in _SIGNS:
                words = self.value(left), self.value(right)
                if words[0] and words[1]:
                    op = OPPOSITE[_SIGNS[name]] if negated else _SIGNS[name]
                    table = _ENGLISH if self.lang == "en" else _LOW
                    return f"{words[0]}{' ' if self.lang == 'en' else ''}{table[op].format(words[1])}"
        text = unparse(node)
        if self.lang == "zh":
            return f"下列算式{'不' if negated else ''}成立：{text}"
        return f"this {'does not hold' if negated else 'holds'}: {text}"

    def value(self, node: Expression) -> str | None:
        """An operand in words, or None where only its CEL text says it exactly."""
        match node:
            case Literal(value=bool() | bytes() | None):
                return None
            case Literal(value=int() | float() as number, text=text):
                figure: Number = exact(text) if isinstance(number, float) else number
                return rounded(figure) if self.lang == "zh" else grouped(figure)
            case Ident(name=name) | Select(operand=Ident(name="profile"), field=name, test=False):
                return f"“{label(self.vocabulary[name], self.lang)}”" if name in self.vocabulary else None
            case Call(name="size", arguments=(inner,)):
                of = self.value(inner)
                return of and (f"{of}的数量" if self.lang == "zh" else f"number of {of}")
            case Call(name=name, arguments=(left, right)) if name in _ARITHMETIC:
                words = self.value(left), self.value(right)
                if words[0] and words[1]:
                    return f"{_bracketed(words[0], left, name)} {_ARITHMETIC[name]} {_bracketed(words[1], right, name)}"
        return None


#: A name that holds a verb runs into what is wanted of it, unless a colon stands between.
_VERB: Final = re.compile(r"\b(is|are|was|were|held|has|have|exported)\b")
_SIGNS: Final = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE}
_ARITHMETIC: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def _bracketed(words: str, node: Expression, within: str) -> str:
    """Brackets round a sum inside a product, so that the words say the same as the formula."""
    is_sum = isinstance(node, Call) and node.name in ("+", "-")
    is_quotient = isinstance(node, Call) and node.name in ("*", "/")
    return f"({words})" if (is_sum and within != "+") or (is_quotient and within == "/") else words


def _ranged(part: _Shape) -> str | None:
    """The attribute of a test for order, two of which read as a range."""
    match part:
        case _Item(leaf=Test(attribute=name, op=op)) if op in (Op.LT, Op.LE, Op.GT, Op.GE, Op.AGE):
            return name
    return None


def _mark(index: int, depth: int, lang: str) -> str:
    """(1), inside it (a) or ①, inside that (i) or （a）, and so on."""
    letter = chr(ord("a") + index) if index < 26 else str(index + 1)
    number = str(index + 1)
    if lang == "zh":
        circled = chr(ord("①") + index) if index < 20 else f"（{number}）"
        return (f"（{number}）", circled, f"（{letter}）")[depth % 3]
    return (f"({number}) ", f"({letter}) ", f"({_roman(index + 1)}) ")[depth % 3]


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]


# ---- a whole rule


def names_of(book: Book) -> Names:
    """Names that the tables of a book give to the codes of its attributes: `services` and `zones`."""
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for table, attributes in (("services", ("service", "services")), ("places", ("place", "zones"))):
        rows = book.tables.get(table)
        if isinstance(rows, list):
            names = {str(row["id"]): row["name"] for row in rows if isinstance(row, dict) and row.get("name")}
            found |= {attribute: names for attribute in attributes if attribute in book.vocabulary}
    return found


def describe_rule(rule: Rule, book: Book, lang: str, on: date) -> str:
    """A rule as lines of plain text, with the figures of the day `on`."""
    lines = [f"{rule.title[lang]}（{rule.id}）" if lang == "zh" else f"{rule.title[lang]} ({rule.id})"]
    lines += _window(rule, lang, on)
    lines += _conditions(rule, book, lang, on)
    lines += gives_shown(
        rule, book, lang, lambda text: describe_tree(lower(text, book.vocabulary), book.vocabulary, lang)
    )
    lines.append("依据：" if lang == "zh" else "Basis:")
    lines += [f"  - {citation_shown(citation, book, lang)}" for citation in rule.basis]
    lines += _standing(rule, lang)
    return "\n".join(lines)


def _window(rule: Rule, lang: str, on: date) -> list[str]:
    first = day_shown(rule.first, lang) if rule.first else None
    last = day_shown(rule.last, lang) if rule.last else None
    if lang == "zh":
        spans = {
            (True, True): f"{first}至{last}（含）",
            (True, False): f"自{first}起",
            (False, True): f"至{last}（含）",
        }
        lines = ["施行期间：" + spans.get((first is not None, last is not None), "未载明起止日期")]
        return lines if on in rule.span else [*lines, f"{day_shown(on, lang)}不在施行期间内"]
    if first is None and last is None:
        lines = ["In force: no dates stated"]
    else:
        lines = ["In force" + (f" from {first}" if first else "") + (f" until {last}, inclusive" if last else "")]
    return lines if on in rule.span else [*lines, f"Not in force on {day_shown(on, lang)}"]


def _conditions(rule: Rule, book: Book, lang: str, on: date) -> list[str]:
    bound = rule.edition(on)
    if not bound:
        return ["适用于所有企业" if lang == "zh" else "It applies to every company"]
    one = len(bound) == 1
    if lang == "zh":
        head = "须符合下列条件：" if one else "须同时符合下列条件："
    else:
        head = "This must hold:" if one else "All of these must hold:"
    names, texts = names_of(book), book.tables.get("texts")
    lines = [head]
    for number, part in enumerate(bound, 1):
        says = part.clause.says
        text = _opened(says[lang], lang) if says else describe_tree(part.tree, book.vocabulary, lang, texts, names)
        lines.append(f"  {number}. {text}{_own_basis(part.clause, rule, book, lang)}")
    return lines


def _own_basis(clause: Clause, rule: Rule, book: Book, lang: str) -> str:
    cites: tuple[Citation, ...] = clause.cites if clause.cites != rule.basis else ()
    if not cites:
        return ""
    shown_cites = [citation_shown(citation, book, lang) for citation in cites]
    return f"（{'；'.join(shown_cites)}）" if lang == "zh" else f" [{'; '.join(shown_cites)}]"


_CONFIDENCE: Final = {"high": "高", "medium": "中", "low": "低"}
_VERIFIED: Final = {
    "text_seen": ("已见原文", "text seen"),
    "summary_seen": ("已见摘要", "summary seen"),
    "not_seen": ("未见", "not seen"),
}


def _standing(rule: Rule, lang: str) -> list[str]:
    """How sure the reading is, where it was seen, and what else to know."""
    chinese, lines = lang == "zh", []
    if rule.confidence:
        word = _CONFIDENCE.get(rule.confidence, rule.confidence) if chinese else rule.confidence
        seen = _VERIFIED.get(rule.verification, ("", ""))[0 if chinese else 1]
        if chinese:
            lines.append(f"可信度：{word}{f'（{seen}）' if seen else ''}")
        else:
            lines.append(f"Confidence: {word}{f' ({seen})' if seen else ''}")
    if rule.seen_at:
        lines.append(f"查见于：{rule.seen_at}" if chinese else f"Seen at: {rule.seen_at}")
    if rule.note:
        lines.append(f"附注：{rule.note[lang]}" if chinese else f"Note: {rule.note[lang]}")
    return lines
