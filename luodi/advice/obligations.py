"""What the company must keep doing once it has landed: reports, assessments and filings that recur."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from luodi.advice.schedule import Slot
from luodi.calendar import WorkingCalendar
from luodi.dates import add_years, in_year
from luodi.profiles.facts import Facts
from luodi.rules.library import load_book
from luodi.terms import term

FOUNDING: Final = "establishment-registration"


def obligations(
    steps: Sequence[Mapping[str, Any]], facts: Facts, on: date, calendar: WorkingCalendar, slots: Mapping[str, Slot]
) -> list[dict[str, Any]]:
    """The recurring duties among the steps of the plan, those with a day first.

    `next_due` is the last day of the next window, where the law names one; None where no day is fixed.
    """
    rules = load_book("landing-steps").by_id
    found = []
    for step in steps:
        recurs = rules[step["id"]].gives.get("recurs")
        if not recurs:
            continue
        window = recurs.get("window")
        found.append(
            {
                "id": step["id"],
                "title": step["title"],
                "authority": step["authority"],
                "every": {"id": recurs["every"], "text": term("recurs", recurs["every"]).both},
                "window": window,
                "next_due": _next_due(window, facts, on, calendar, slots) if window else None,
                "deadline": step["deadline"],
                "basis": step["basis"],
                "confidence": step["confidence"],
                "note": step["note"],
            }
        )
    return sorted(found, key=lambda o: (o["next_due"] is None, o["next_due"] or ""))


def _next_due(window: str, facts: Facts, on: date, calendar: WorkingCalendar, slots: Mapping[str, Slot]) -> str:
    """The end of the first yearly window that is not over; the first report is due the year after founding."""
    month, day = map(int, window.split("/")[1].split("-"))
    founded = facts.value("founded_date")
    if not isinstance(founded, date) and FOUNDING in slots:
        founded = calendar.add_working_days(on, slots[FOUNDING].finish)
    year = on.year if in_year(on.year, month, day) >= on else on.year + 1
    if isinstance(founded, date):
        year = max(year, founded.year + 1)
    return in_year(year, month, day).isoformat()


def year_after(step: str, due: date) -> date:
    """When a yearly duty is due the next time. By its window where the book has one, so that 29 February, or the last
    day of a month, does not wander through the years that have no such day."""
    rule = load_book("landing-steps").by_id.get(step)
    window = ((rule.gives.get("recurs") if rule else None) or {}).get("window")
    if not window:
        return add_years(due, 1)
    month, day = map(int, window.split("/")[1].split("-"))
    return in_year(due.year + 1, month, day)
