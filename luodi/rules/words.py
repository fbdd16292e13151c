"""Values in words, in Chinese and English: money, shares, days, codes and lists as a reader expects them."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.errors import LuodiError
from luodi.places import country, division
from luodi.profiles.codes import industries
from luodi.profiles.vocabulary import Attribute, Bilingual, Kind, Value
from luodi.terms.figures import day_shown, listed
from luodi.values import Number, exact, plain

Names = Mapping[str, Mapping[str, Bilingual]]
"""Names of codes by attribute, where the vocabulary itself has none: `{"services": {"B11": {"zh": .., "en": ..}}}`."""

_ROUND: Final[tuple[tuple[int, str], ...]] = ((100_000_000, "亿"), (10_000, "万"))
_CURRENCIES: Final = {"CNY": "元", "USD": "美元"}
#: What follows a number, in Chinese and in English; counted things need no word in English, the label says it.
_UNITS: Final = {
    "persons": ("人", ""),
    "persons since 1 January": ("人", ""),
    "count": ("件", ""),
    "months": ("个月", " months"),
    "years": ("年", " years"),
    "points": ("分", " points"),
    "points 0-100": ("分", " points"),
    "level 1-5": ("级", ""),
    "year": ("年", ""),
}
_COUNTED: Final = frozenset(("persons", "persons since 1 January", "count", "months", "years"))
_INDUSTRY: Final = {"zh": "国民经济行业", "en": "Industry"}


def is_counted(attribute: Attribute) -> bool:
    """Whether Chinese says 少 and 多 of it rather than 低 and 高."""
    return attribute.unit in _COUNTED


def label(attribute: Attribute, lang: str) -> str:
    """The name of an attribute inside a sentence: without its unit and without the word "code"."""
    if attribute.code == "industry":
        return _INDUSTRY[lang]
    text = str(attribute.label.get(lang) or attribute.name)
    if attribute.code == "region":
        text = text.removesuffix("代码").removesuffix("行政区划") if lang == "zh" else text.split(",")[0]
        return text.removesuffix(" code")
    if attribute.unit == "percent":
        return text.removesuffix("（百分数）").removesuffix(" in percent")
    return text


def shown(value: Value, attribute: Attribute, lang: str, names: Names | None = None) -> str:
    """A fact in words: `CNY 50,000,000` and `5000万元`, `55 %`, `23 October 2024`, the labels of a set."""
    if isinstance(value, bool):
        return _yes(value, lang)
    if isinstance(value, date):
        return day_shown(value, lang)
    if isinstance(value, int | Fraction):
        return number_shown(value, attribute, lang)
    if isinstance(value, frozenset):
        return _set_shown(value, attribute, lang, names)
    if isinstance(value, Mapping):
        return listed([f"{key}: {item}" for key, item in value.items()], lang, "and")
    return code_shown(value, attribute, lang, names)


def _yes(value: bool, lang: str) -> str:
    return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][value]


def _set_shown(value: frozenset[str], attribute: Attribute, lang: str, names: Names | None) -> str:
    if not value - {"none"}:
        return "无" if lang == "zh" else "none"
    return listed([code_shown(v, attribute, lang, names) for v in ordered(value, attribute)], lang, "and")


def ordered(values: Iterable[Any], attribute: Attribute) -> list[Any]:
    """Members in the order of the vocabulary, others by themselves."""
    place = {word: index for index, word in enumerate(attribute.allowed or ())}
    return sorted(values, key=lambda v: (place.get(v, len(place)), v))


def quoted(words: Iterable[str], lang: str) -> list[str]:
    """Words in quotation marks: always in Chinese, in English only where a comma would blur a list."""
    items = list(words)
    return [f"“{item}”" for item in items] if lang == "zh" or any(", " in item for item in items) else items


# ---- numbers


def number_shown(value: Number, attribute: Attribute, lang: str) -> str:
    """A number with its unit. Ratios are shown as percent."""
    unit = attribute.unit or ""
    if attribute.kind is Kind.MONEY:
        return money_shown(value, unit[:3] if unit[:3] in _CURRENCIES else "CNY", lang)
    if unit.startswith("ratio"):
        return percent_shown(Fraction(value) * 100, lang)
    if unit == "percent":
        return percent_shown(value, lang)
    chinese, english = _UNITS.get(unit, (unit, f" {unit}" if unit else ""))
    if unit == "year":
        return plain(value) + (chinese if lang == "zh" else english)
    if lang == "zh":
        return rounded(value) + chinese
    return grouped(value) + (english.removesuffix("s") if value == 1 else english)


def money_shown(amount: Number, currency: str, lang: str) -> str:
    """`CNY 50,000,000`, and in Chinese `5000万元` or `2亿元` where the amount is round."""
    if lang == "zh":
        return rounded(amount) + _CURRENCIES.get(currency, currency)
    return f"{currency} {grouped(amount)}"


def percent_shown(value: Number, lang: str) -> str:
    return plain(exact(Fraction(value))) + ("%" if lang == "zh" else " %")


def grouped(value: Number) -> str:
    """50,000,000; a fraction keeps its exact decimals."""
    head, dot, tail = plain(value).partition(".")
    return head + dot + tail if "/" in head else f"{int(head):,}{dot}{tail}"


def rounded(value: Number) -> str:
    """亿 and 万 where at most two decimals are needed, grouped digits otherwise."""
    for size, word in _ROUND:
        if abs(Fraction(value)) >= size and (Fraction(value) * 100 / size).denominator == 1:
            return plain(exact(Fraction(value) / size)) + word
    return grouped(value)


# ---- codes


def code_shown(code: str, attribute: Attribute, lang: str, names: Names | None = None, *, alone: bool = True) -> str:
    """The name of a code or of the prefix of one; the code itself where no list has it.

    `alone` False leaves out the places above, for a list of cities.
    """
    known = (names or {}).get(attribute.name, {}).get(code)
    if known:
        return _named(str(known[lang]), code, lang)
    if attribute.code == "region":
        return _place(code, lang, alone)
    if attribute.code == "industry":
        return _named(industries().get(code, ("", ""))[lang == "en"], code, lang)
    if attribute.code == "country":
        return _country(code, lang)
    return attribute.value_label(code, lang)


def _named(name: str, code: str, lang: str) -> str:
    if not name:
        return code
    return f"{name}（{code}）" if lang == "zh" else f"{name} ({code})"


def _place(code: str, lang: str, alone: bool) -> str:
    try:
        found = division(code.ljust(6, "0"))
    except LuodiError:
        return code
    if lang == "zh":
        return found.full_name_zh if alone else found.name_zh
    return found.name_en if alone else found.name_en.split(", ")[0]


def _country(code: str, lang: str) -> str:
    try:
        found = country(code)
    except LuodiError:
        return code
    return found.name_zh if lang == "zh" else found.name_en
