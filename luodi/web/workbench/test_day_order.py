"""The order of what belongs to no case of one's own, whatever the apps have in it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from luodi.web.cases.conftest import Bench
from luodi.web.core.agenda import Band, DayRow
from luodi.web.workbench.queries import day

DAY = date(2026, 3, 10)
TEXT = {"zh": "x", "en": "x"}


def row(band: Band, due: date | None) -> DayRow:
    return DayRow(band, "", "", TEXT, TEXT, TEXT, "", due)


def give(monkeypatch: pytest.MonkeyPatch, *apps: list[DayRow]) -> None:
    """Let the apps have these rows."""
    made = [SimpleNamespace(day_rows=lambda *_, rows=rows: rows) for rows in apps]
    monkeypatch.setattr(day, "_BESIDE_CASES", tuple(made))
    monkeypatch.setattr(day, "_WITH_NEW", ())


def test_the_day_is_sorted_by_band_and_then_by_the_nearest_day(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    one = [row("new", None), row("due", DAY)]
    two = [row("overdue", DAY), row("due", DAY.replace(day=9)), row("due", None)]
    give(monkeypatch, one, two)
    assert [(r.band, r.due and r.due.day) for r in day.day_of(bench.anna, DAY).rows] == [
        ("overdue", 10),
        ("due", 9),
        ("due", 10),
        ("waiting", None),
        ("new", None),
    ]


def test_what_is_new_comes_last_and_no_more_of_it_than_a_page_needs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def new_rows(user: Any, on: date, limit: int) -> list[DayRow]:
        asked.append(limit)
        return [row("new", None)] * 2

    give(monkeypatch, [row("due", DAY)] * 2, [row("new", DAY)])
    monkeypatch.setattr(day, "_WITH_NEW", (SimpleNamespace(new_rows=new_rows), SimpleNamespace(new_rows=new_rows)))
    found = day.day_of(bench.anna, DAY)
    assert [(r.band, r.due) for r in found.rows] == [
        ("due", DAY),
        ("due", DAY),
        ("new", DAY),
        *[("new", None)] * 4,
    ]
    assert asked == [21, 21] and not found.is_cut  # the same limit each time: a query is prepared for each


def test_a_day_says_that_there_is_more_only_where_an_app_has_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "_MOST", 2)
    give(monkeypatch, [row("due", DAY)] * 2, [row("due", DAY)] * 2)
    assert not day.day_of(bench.anna, DAY).is_cut
    give(monkeypatch, [row("due", DAY)] * 3, [])
    found = day.day_of(bench.anna, DAY)
    assert found.is_cut and len(found.rows) == 2
