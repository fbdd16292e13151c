"""How long a step takes, as a range, and what the range rests on (docs/methods/time.md).

The usual time where somebody tells both its ends; where only the law gives the authority a time, that is the upper end,
and the lower one is a day; else the step is open. A figure of low confidence, and a single figure such as the wait of
the first applicants, stand in the row to compare with and never enter a range. What is the company's own act, with
nobody to wait for, goes at the company's own pace and is told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from luodi.calendar import WorkingCalendar
from luodi.rules.book import BadRule, Rule

UNITS: Final = ("working_days", "calendar_days", "months", "years", "hours")
KINDS: Final = (
    "authority_clock",
    "by_reference",
    "default_rule",
    "promised",
    "applicant_only",
    "none_exists",
    "not_found",
)
#: Kinds under which nothing in a text binds an authority: `law` of such a step is no time to wait for.
NOBODY_BOUND: Final = frozenset(("applicant_only", "none_exists", "not_found"))
#: Where only the upper end is known, the least that a step with an authority takes.
LEAST: Final = 1
#: Stands for "no last day": longer than any sum of known times.
OPEN: Final = 1_000_000


class Rests(StrEnum):
    """What a range was made of."""

    LAW = "law"
    USUAL = "usual"
    OPEN = "open"
    OWN = "own"
    WITH = "with"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Limit:
    """The ends of a time, in its unit. Of a time that a text gives only the upper end is known: `low` is None."""

    low: int | None
    high: int
    unit: str


@dataclass(frozen=True, slots=True)
class StepTime:
    """`time` of a step of the book. `usual` and `law` are None where nobody tells them; `row` is the book's own."""

    kind: str
    law: Limit | None
    usual: Limit | None
    own_pace: bool
    row: Mapping[str, Any]

    @property
    def rests(self) -> Rests:
        """Which of its times the range of the step is made of."""
        if self.usual is not None:
            return Rests.USUAL
        if self.law is not None:
            return Rests.LAW
        if self.kind == "applicant_only":
            return Rests.DUTY
        return Rests.OWN if self.own_pace else Rests.OPEN

    def low(self, start: date, calendar: WorkingCalendar) -> int:
        """The fewest working days, from a day on. An open step may be over at once: what it takes nobody tells."""
        limit = self._limit
        if limit is None:
            return 0
        if limit.low is not None:
            return working_days(limit.low, limit.unit, start, calendar)
        return min(LEAST, working_days(limit.high, limit.unit, start, calendar))

    def high(self, start: date, calendar: WorkingCalendar) -> int:
        """The most working days, from a day on; `OPEN` where nobody tells."""
        limit = self._limit
        if limit is not None:
            return working_days(limit.high, limit.unit, start, calendar)
        return OPEN if self.rests is Rests.OPEN else 0

    @property
    def _limit(self) -> Limit | None:
        return self.usual or self.law


def working_days(value: int, unit: str, start: date, calendar: WorkingCalendar) -> int:
    """Working days after `start` until a time of `value` units ends."""
    match unit:
        case "working_days":
            return value
        case "calendar_days":
            return calendar.days_of_calendar_days(start, value)
        case "months":
            return calendar.days_of_months(start, value)
        case "years":
            return calendar.days_of_months(start, 12 * value)
        case _:
            return -(-value // 24)  # hours: every started day


def step_time(rule: Rule) -> StepTime:
    """The time of a step of the book. Raises `BadRule` for a kind or unit that the book does not know."""
    row = rule.gives.get("time") or {"kind": "not_found"}
    kind = row.get("kind")
    if kind not in KINDS:
        raise BadRule("advice.time-needs-kind", rule=rule.id, kinds=KINDS, at=rule.at)
    law, usual = row.get("law"), row.get("usual")
    return StepTime(
        kind=kind,
        law=_limit(law, rule, None, "days") if _decides(law) and kind not in NOBODY_BOUND else None,
        usual=_limit(usual, rule, "min", "max") if _decides(usual) else None,
        own_pace=str(row.get("own_pace", "")).lower() == "true",
        row=row,
    )


def _decides(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row.get("confidence") != "low"


def _limit(row: Mapping[str, Any] | None, rule: Rule, low: str | None, high: str) -> Limit | None:
    """The limit of a row; None where one of its ends is not known, so that it bounds nothing."""
    assert row is not None
    unit = row.get("unit")
    if unit not in UNITS:
        raise BadRule("advice.time-needs-unit", rule=rule.id, units=UNITS, at=rule.at)
    ends = [row.get(key) for key in (low, high) if key is not None]
    if None in ends:
        return None
    counts = [_count(end, rule) for end in ends]
    return Limit(counts[0] if low is not None else None, counts[-1], unit)


def _count(value: Any, rule: Rule) -> int:
    if not str(value).isdigit():
        raise BadRule("advice.no-number-days-time", value=value, rule=rule.id, at=rule.at)
    return int(value)
