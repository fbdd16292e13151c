"""What one test wants of its attribute, such as "at most CNY 50,000,000", and the words for each comparison."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.rules.tree import OPPOSITE, Age, Op, Test
from luodi.rules.words import (
    Names,
    code_shown,
    is_counted,
    number_shown,
    ordered,
    quoted,
    shown,
)
from luodi.terms.figures import day_shown, duration_shown, listed

ENGLISH: Final = {
    Op.LT: "less than {}",
    Op.LE: "at most {}",
    Op.GT: "more than {}",
    Op.GE: "at least {}",
    Op.EQ: "equal to {}",
    Op.NE: "not equal to {}",
}
CHINESE: Final = {
    Op.LT: "低于{}",
    Op.LE: "不超过{}",
    Op.GT: "超过{}",
    Op.GE: "不低于{}",
    Op.EQ: "为{}",
    Op.NE: "不为{}",
}
_FEW: Final = CHINESE | {Op.LT: "少于{}", Op.GE: "不少于{}"}
_NOUGHT: Final = {
    Op.LT: "小于零",
    Op.LE: "不大于零",
    Op.GT: "大于零",
    Op.GE: "不小于零",
    Op.EQ: "为零",
    Op.NE: "不为零",
}
_DAYS: Final = {
    "en": {
        Op.LT: "before {}",
        Op.LE: "on or before {}",
        Op.GT: "after {}",
        Op.GE: "on or after {}",
        Op.EQ: "on {}",
        Op.NE: "not on {}",
    },
    "zh": {
        Op.LT: "在{}之前",
        Op.LE: "在{}（含）以前",
        Op.GT: "在{}之后",
        Op.GE: "在{}（含）以后",
        Op.EQ: "为{}",
        Op.NE: "不为{}",
    },
}
_AGES: Final = {
    "en": {
        Op.LT: "less than {} ago",
        Op.LE: "at most {} ago",
        Op.GT: "more than {} ago",
        Op.GE: "at least {} ago",
        Op.EQ: "exactly {} ago",
        Op.NE: "not exactly {} ago",
    },
    "zh": {
        Op.LT: "至今不满{}",
        Op.LE: "至今不超过{}",
        Op.GT: "至今超过{}",
        Op.GE: "至今已满{}",
        Op.EQ: "至今恰为{}",
        Op.NE: "至今不是{}",
    },
}


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
        return ENGLISH[op].format("zero") if lang == "en" else _NOUGHT[op]
    figure = number_shown(constant, attribute, lang)
    if lang == "en":
        return ENGLISH[op].format(figure)
    return (_FEW if is_counted(attribute) else CHINESE)[op].format(figure)


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
