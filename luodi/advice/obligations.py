"""What the company must keep doing once it has landed: when a duty comes again."""

from datetime import date
from typing import Any

from luodi.dates import add_years, in_year
from luodi.profiles.facts import Facts
from luodi.rules.library import load_book
from luodi.terms import term


def every(word: str) -> dict[str, Any]:
    """How often a duty comes, with its words."""
    return {"id": word, "text": term("recurs", word).both}


def next_due(window: str, facts: Facts, on: date, founding: date | None) -> str:
    """The end of the first yearly window that is not over; the first report is due the year after founding.

    `founding` is the day on which the plan founds the company, where the facts have none.
    """
    month, day = map(int, window.split("/")[1].split("-"))
    told = facts.value("founded_date")
    founded = told if isinstance(told, date) else founding
    year = on.year if in_year(on.year, month, day) >= on else on.year + 1
    if founded is not None:
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
