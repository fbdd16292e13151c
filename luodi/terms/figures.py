"""Counts, lengths, days and ranges in words: the grammar of figures in one place.

English counts agree in number ("1 policy fits", "2 policies fit"); Chinese needs a measure word and no more.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from luodi.terms import find

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SMALL: Final = "no one two three four five six seven eight nine ten".split()
_HAN: Final = "零一两三四五六七八九十"


# ---- counts


def plural(one: str) -> str:
    """policy, policies; box, boxes; day, days: the last word of a phrase takes the ending."""
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "ch", "sh")) else "s")


def counted(n: int, one: str, many: str | None = None) -> str:
    """ "1 step", "8 steps", "1,200 policies"."""
    return f"{n:,} {one if n == 1 else many or plural(one)}"


def agreeing(n: int, one: str, verb: str, verb_many: str | None = None) -> str:
    """ "1 policy fits", "2 policies fit", "1 is open", "2 are open". `verb` is that of one."""
    return f"{counted(n, one)} {verb_of(n, verb, verb_many)}"


def verb_of(n: int, verb: str, many: str | None = None) -> str:
    """The verb beside a count: "fits" of one, "fit" of several; `is`, `has` and `does` as they are."""
    if n == 1:
        return verb
    if many is not None:
        return many
    first, space, rest = verb.partition(" ")
    known = {"is": "are", "has": "have", "does": "do", "was": "were"}.get(first)
    return (known or _bare(first)) + space + rest


def _bare(verb: str) -> str:
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("ches", "shes", "sses", "xes", "oes")):
        return verb[:-2]
    return verb.removesuffix("s")


def count_word(n: int, lang: str) -> str:
    """One to ten in words, figures above."""
    if 0 <= n <= 10:
        return _HAN[n] if lang == "zh" else _SMALL[n]
    return str(n)


def listed(words: Iterable[str], lang: str, last: str) -> str:
    """A, B or C; in Chinese A、B或C. `last` is "or" or "and"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    if lang == "en":
        return f"{', '.join(items[:-1])} {last} {items[-1]}"
    joint = "" if all(item.startswith("“") for item in items) else "、"  # no 、 stands between quoted words
    return joint.join(items[:-1]) + {"or": "或", "and": "和"}[last] + items[-1]


# ---- lengths of time


def length(value: int, unit: str, lang: str) -> str:
    """ "20 working days", 20个工作日; a length of nothing is the same day."""
    if value == 0:
        return "当日" if lang == "zh" else "the same day"
    return duration_shown(value, unit, lang)


def duration_shown(count: int, unit: str, lang: str) -> str:
    """ "365 days", 6个月; 0 is written as a figure."""
    return f"{count:,}{_joint(unit, lang)}{_unit(count, unit, lang)}"


def length_range(least: int | None, most: int | None, unit: str, lang: str) -> str:
    """ "4 to 25 working days", "at least 4 working days", "at most 25 working days"; nothing known is "open".

    4至25个工作日, 至少4个工作日, 最多25个工作日, 未定.
    """
    if not least and most is None:
        found = find("time", "open")
        return found.word(lang) if found else ""
    if most is None:
        return _bounded("至少", "at least", least or 0, unit, lang)
    if not least and most:
        return _bounded("最多", "at most", most, unit, lang)
    if least == most or not least:
        return length(most, unit, lang)
    if lang == "zh":
        return f"{least:,}至{length(most, unit, lang)}"
    return f"{least:,} to {length(most, unit, lang)}"


def _bounded(zh: str, en: str, value: int, unit: str, lang: str) -> str:
    return f"{zh}{length(value, unit, lang)}" if lang == "zh" else f"{en} {length(value, unit, lang)}"


def _unit(value: int, unit: str, lang: str) -> str:
    found = find("unit", unit)
    if found is None:
        return unit
    return found.zh if lang == "zh" else found.en if value == 1 else found.many


def _joint(unit: str, lang: str) -> str:
    return " " if lang == "en" or find("unit", unit) is None else ""


# ---- days


def day_shown(day: date, lang: str) -> str:
    """2 December 2024, 2024年12月2日."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day_shown(day: date, lang: str) -> str:
    """2 Dec, 12月2日: where the year is told beside it."""
    return f"{day.month}月{day.day}日" if lang == "zh" else f"{day.day} {_MONTHS[day.month - 1][:3]}"


def days_between(first: date | None, last: date | None, lang: str) -> str:
    """ "2 December 2024 to 3 January 2025", "from ..", "until ..", one day; empty where neither is known."""
    if first is None and last is None:
        return ""
    if first is None or last is None:
        return _one_end(first, last, lang)
    if first == last:
        return day_shown(first, lang)
    return f"{day_shown(first, lang)}{'至' if lang == 'zh' else ' to '}{day_shown(last, lang)}"


def _one_end(first: date | None, last: date | None, lang: str) -> str:
    if first is not None:
        shown = day_shown(first, lang)
        return f"自{shown}起" if lang == "zh" else f"from {shown}"
    shown = day_shown(last, lang) if last else ""
    return f"至{shown}" if lang == "zh" else f"until {shown}"


def earliest_latest(earliest: date, latest: date | None, lang: str) -> str:
    """A day that lies in a range, or "on 6 January 2025 at the earliest" where no end is known."""
    if latest is None:
        first = day_shown(earliest, lang)
        return f"最早{first}" if lang == "zh" else f"{first} at the earliest"
    return days_between(earliest, latest, lang)
