"""Plain sentences in Chinese and English from a rule's tree, so that nobody has to read CEL.

`expected` is what one test wants ("at most CNY 50,000,000"), `shown` what a company has; explanations use both.
`not` is pushed to the leaves first, which keeps every three-valued answer: nobody reads "not at most".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from luodi.errors import LuodiError
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Book, Citation, Clause, Rule
from luodi.rules.citing import citation_shown, cited_by
from luodi.rules.gives import gives_named, gives_shown
from luodi.rules.lower import lower
from luodi.rules.syntax import Call, Expression, Ident, Literal, Select, parse
from luodi.rules.tree import OPPOSITE, And, Const, Formula, Growth, Leaf, Manual, Not, Op, Or, Test, Tree
from luodi.rules.unparse import unparse
from luodi.rules.wanted import CHINESE, ENGLISH, expected
from luodi.rules.words import (
    Names,
    grouped,
    label,
    percent_shown,
    rounded,
    shown,
)
from luodi.terms.figures import day_shown
from luodi.terms.reading import read_state
from luodi.values import Number, exact

__all__ = ["conditions_shown", "describe_rule", "describe_tree", "expected", "given_shown", "names_of", "shown"]

Texts = Mapping[str, str]

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
            return f"{value}较{base}的增长率{CHINESE[op].format(rate)}"
        return f"growth from “{base}” to “{value}” {ENGLISH[op].format(rate)}"

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
                    table = ENGLISH if self.lang == "en" else CHINESE
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
            case Call(name="min" | "max" as name, arguments=(left, right)):
                words = self.value(left), self.value(right)
                return f"{name}({words[0]}{'，' if self.lang == 'zh' else ', '}{words[1]})" if all(words) else None
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
    lines += gives_shown(rule, book, lang, lambda text: _in_words(text, book, lang))
    lines.append("依据：" if lang == "zh" else "Basis:")
    lines += [f"  - {citation_shown(citation, book, lang)}" for citation in cited_by(rule, book, on)]
    lines += _standing(rule, lang)
    return "\n".join(lines)


def _in_words(text: str, book: Book, lang: str) -> str:
    """A condition or a formula of what a rule gives; the CEL text itself where words would be longer than it."""
    writer = _Writer(book.vocabulary, lang, {}, {})
    try:
        return writer.value(parse(text)) or describe_tree(lower(text, book.vocabulary), book.vocabulary, lang)
    except LuodiError:
        return text


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
    shown_conditions = conditions_shown(rule, book, lang, on)
    if not shown_conditions:
        return ["适用于所有企业" if lang == "zh" else "It applies to every company"]
    one = len(shown_conditions) == 1
    if lang == "zh":
        head = "须符合下列条件：" if one else "须同时符合下列条件："
    else:
        head = "This must hold:" if one else "All of these must hold:"
    return [head, *(f"  {number}. {text}" for number, text in enumerate(shown_conditions, 1))]


def conditions_shown(rule: Rule, book: Book, lang: str, on: date) -> list[str]:
    """Each condition as a sentence with the figures of the day `on`; empty where the rule is for everybody."""
    names, texts = names_of(book), book.tables.get("texts")
    found = []
    for part in rule.edition(on):
        says = part.clause.says
        text = _opened(says[lang], lang) if says else describe_tree(part.tree, book.vocabulary, lang, texts, names)
        found.append(f"{text}{_own_basis(part.clause, rule, book, lang)}")
    return found


def alternatives_shown(rule: Rule, book: Book, lang: str, on: date) -> list[tuple[str, ...]]:
    """Of each condition the ways of which one is enough, where it is made of such."""
    writer = _Writer(book.vocabulary, lang, book.tables.get("texts") or {}, names_of(book))
    shapes = [_shape(part.tree) for part in rule.edition(on)]
    ways = [writer.parts(shape, 1) if isinstance(shape, _Group) and shape.any else [] for shape in shapes]
    return [tuple(_opened(words, lang) for words in found) if len(found) > 1 else () for found in ways]


def given_shown(rule: Rule, book: Book, lang: str) -> list[tuple[str, str]]:
    """What a rule gives, as pairs of a name and its words."""
    return gives_named(rule, book, lang, lambda text: _in_words(text, book, lang))


def _own_basis(clause: Clause, rule: Rule, book: Book, lang: str) -> str:
    cites: tuple[Citation, ...] = clause.cites if clause.cites != rule.basis else ()
    if not cites:
        return ""
    shown_cites = [citation_shown(citation, book, lang) for citation in cites]
    return f"（{'；'.join(shown_cites)}）" if lang == "zh" else f" [{'; '.join(shown_cites)}]"


def _standing(rule: Rule, lang: str) -> list[str]:
    """How far the text was read, where it was seen, and what else to know."""
    chinese, lines = lang == "zh", []
    if rule.confidence:
        state = read_state(rule)
        lines.append(f"查阅情况：{state.zh}" if chinese else f"Source: {state.en}")
    if rule.seen_at:
        lines.append(f"查见于：{rule.seen_at}" if chinese else f"Seen at: {rule.seen_at}")
    if rule.note:
        lines.append(f"附注：{rule.note[lang]}" if chinese else f"Note: {rule.note[lang]}")
    return lines
