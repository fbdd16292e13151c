"""The order of somebody's day, whatever the apps have in it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from luodi.web.core.agenda import Band, DayRow
from luodi.web.workbench.queries import day

DAY = date(2026, 3, 10)
TEXT = {"zh": "x", "en": "x"}


def row(band: Band, due: date | None) -> DayRow:
    return DayRow(band, "", "", TEXT, TEXT, TEXT, "", due)


def give(monkeypatch: pytest.MonkeyPatch, *apps: list[DayRow]) -> None:
    """Let the apps have these rows, the first of them that of cases."""
    made = [SimpleNamespace(day_rows=lambda *_, rows=rows: rows) for rows in apps]
    monkeypatch.setattr(day, "cases", made[0])
    monkeypatch.setattr(day, "_BESIDE_CASES", tuple(made[1:]))
    monkeypatch.setattr(day, "_WITH_NEW", ())


def test_the_day_is_sorted_by_band_and_then_by_the_nearest_day(monkeypatch: pytest.MonkeyPatch) -> None:
    one = [row("new", None), row("due", DAY)]
    two = [row("overdue", DAY), row("due", DAY.replace(day=9)), row("due", None)]
    give(monkeypatch, one, two)
    assert [(r.band, r.due and r.due.day) for r in day.day_rows(None, DAY, 4)] == [
        ("overdue", 10),
        ("due", 9),
        ("due", 10),
        ("due", None),
    ]


def test_what_is_new_comes_last_and_a_full_day_does_not_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def new_rows(user: Any, on: date, limit: int) -> list[DayRow]:
        asked.append(limit)
        return [row("new", None)] * limit

    give(monkeypatch, [row("due", DAY)] * 2, [row("new", DAY)])
    monkeypatch.setattr(day, "_WITH_NEW", (SimpleNamespace(new_rows=new_rows), SimpleNamespace(new_rows=new_rows)))
    assert [(r.band, r.due) for r in day.day_rows(None, DAY, 4)] == [
        ("due", DAY),
        ("due", DAY),
        ("new", DAY),
        ("new", None),
    ]
    assert len(day.day_rows(None, DAY, 3)) == 3
    assert asked == [10]  # one is wanted; for every limit another query would be prepared
