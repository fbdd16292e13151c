"""Words of the plan in both languages: limits, bases, small sentences."""

from collections.abc import Mapping
from typing import Final

Bilingual = dict[str, str]

BASES: Final[Mapping[str, Bilingual]] = {
    "statutory": {"zh": "法定", "en": "by law"},
    "promised": {"zh": "承诺", "en": "promised"},
    "practice": {"zh": "实践", "en": "in practice"},
}
_UNITS: Final[Mapping[str, tuple[str, str, str]]] = {
    "working_days": ("个工作日", "working day", "working days"),
    "calendar_days": ("日（日历日）", "calendar day", "calendar days"),
    "months": ("个月", "month", "months"),
    "years": ("年", "year", "years"),
    "hours": ("小时", "hour", "hours"),
}


def span(value: int, unit: str) -> Bilingual:
    """ "20 working days" in both languages; a limit of nothing is the same day."""
    if value == 0:
        return {"zh": "当日", "en": "the same day"}
    zh, one, many = _UNITS[unit]
    return {"zh": f"{value}{zh}", "en": f"{value} {one if value == 1 else many}"}


def basis(word: str) -> Bilingual:
    return dict(BASES.get(word, {"zh": word, "en": word}))


def both(zh: str, en: str) -> Bilingual:
    return {"zh": zh, "en": en}
