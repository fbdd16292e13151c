"""What rooms show of themselves in others."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from luodi.web.core import agenda
from luodi.web.core.agenda import DayRow, Event

DAY = date(2026, 3, 10)
TEXT = {"zh": "x", "en": "x"}


def give(monkeypatch: pytest.MonkeyPatch, *functions: Any) -> None:
    monkeypatch.setattr(agenda, "every", lambda name: functions)


def row(band: Any, due: date | None) -> DayRow:
    return DayRow(band, "", "", TEXT, TEXT, TEXT, "", due)


def test_the_day_is_sorted_by_band_and_then_by_the_nearest_day(monkeypatch: pytest.MonkeyPatch) -> None:
    one = [row("new", None), row("due", DAY)]
    two = [row("overdue", DAY), row("due", DAY.replace(day=9)), row("due", None)]
    give(monkeypatch, lambda *_: one, lambda *_: two)
    assert [(r.band, r.due and r.due.day) for r in agenda.day_rows(None, DAY, 4)] == [
        ("overdue", 10),
        ("due", 9),
        ("due", 10),
        ("due", None),
    ]


def test_what_is_new_comes_last_and_a_full_day_does_not_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fresh(user: Any, on: date, limit: int) -> list[DayRow]:
        asked.append(limit)
        return [row("new", None)] * limit

    rooms = {"day_rows": (lambda *_: [row("due", DAY)] * 2, lambda *_: [row("new", DAY)]), "new_rows": (fresh, fresh)}
    monkeypatch.setattr(agenda, "every", lambda name: rooms[name])
    assert [(r.band, r.due) for r in agenda.day_rows(None, DAY, 4)] == [
        ("due", DAY),
        ("due", DAY),
        ("new", DAY),
        ("new", None),
    ]
    assert len(agenda.day_rows(None, DAY, 3)) == 3
    assert asked == [10]  # one is wanted; for every limit another query would be prepared


def test_a_time_line_has_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def event(day: int) -> Event:
        return Event(datetime(2026, 3, day, tzinfo=UTC), "talk", "x", "x")

    give(monkeypatch, lambda *_: [event(1), event(3)], lambda *_: [event(2)])
    assert [e.at.day for e in agenda.case_events(None, None, DAY, most=2)] == [3, 2]


def test_no_two_rooms_answer_for_one_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, lambda *_: {"a": 1}, lambda *_: {"a": 1})
    with pytest.raises(ValueError, match="a"):
        agenda.case_facts(SimpleNamespace(), DAY)


def test_a_merge_asks_every_room(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    give(monkeypatch, lambda old, new: seen.append((old, new)), lambda old, new: seen.append(new))
    agenda.case_moves(1, 2)
    assert seen == [(1, 2), 2]
