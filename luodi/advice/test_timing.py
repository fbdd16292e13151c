"""How long a step takes: which of its times bound it, and what stays open."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from luodi.advice.timing import OPEN, Rests, StepTime, step_time
from luodi.calendar import WorkingCalendar
from luodi.rules.book import BadRule

MONDAY = date(2026, 3, 2)
CHINA = WorkingCalendar.china()


def made(**time: Any) -> StepTime:
    rule: Any = SimpleNamespace(id="a-step", gives={"time": time}, at="steps.yaml, line 1")
    return step_time(rule)


def bounds(time: StepTime) -> tuple[int, int | None]:
    high = time.high(MONDAY, CHINA)
    return time.low(MONDAY, CHINA), None if high >= OPEN else high


def law(days: int, **more: Any) -> dict[str, Any]:
    return {"days": str(days), "unit": "working_days", "confidence": "high", **more}


def usual(low: int | None, high: int | None, **more: Any) -> dict[str, Any]:
    ends = {key: str(end) for key, end in (("min", low), ("max", high)) if end is not None}
    return {**ends, "unit": "working_days", "confidence": "medium", **more}


def test_the_usual_time_is_the_range_where_both_its_ends_are_given():
    time = made(kind="authority_clock", law=law(60), usual=usual(5, 22))
    assert (bounds(time), time.rests) == ((5, 22), Rests.USUAL)


def test_the_law_is_the_upper_end_where_only_the_law_is_known_and_the_lower_one_is_a_day():
    time = made(kind="authority_clock", law=law(20))
    assert (bounds(time), time.rests) == ((1, 20), Rests.LAW)


def test_what_the_law_ends_on_the_same_day_takes_none():
    assert bounds(made(kind="authority_clock", law=law(0))) == (0, 0)


@pytest.mark.parametrize("kind", ["none_exists", "not_found"])
def test_a_step_that_nobody_gives_a_time_is_open_and_never_nothing(kind):
    time = made(kind=kind)
    assert (bounds(time), time.rests) == ((0, None), Rests.OPEN)


def test_a_figure_of_low_confidence_bounds_nothing():
    time = made(kind="by_reference", law=law(60, confidence="low"), usual=usual(30, 90, confidence="low"))
    assert time.rests is Rests.OPEN


@pytest.mark.parametrize(("low", "high"), [(None, 128), (480, None)])
def test_a_single_figure_is_a_case_and_no_range(low, high):
    assert made(kind="not_found", usual=usual(low, high)).rests is Rests.OPEN
    assert bounds(made(kind="authority_clock", law=law(60), usual=usual(low, high))) == (1, 60)


def test_a_term_of_the_company_is_nothing_to_wait_for():
    time = made(kind="applicant_only", law=law(30))
    assert (bounds(time), time.rests) == ((0, 0), Rests.DUTY)


def test_what_the_company_does_by_itself_goes_at_its_own_pace():
    time = made(kind="none_exists", own_pace="true")
    assert (bounds(time), time.rests) == ((0, 0), Rests.OWN)


def test_a_promise_is_an_upper_end_too():
    assert bounds(made(kind="promised", law=law(5))) == (1, 5)


def test_calendar_days_become_working_days_from_the_day_the_step_starts():
    time = made(kind="authority_clock", law=law(60, unit="calendar_days"))
    assert time.high(date(2024, 12, 5), CHINA) == 38  # the Spring Festival lies between


@pytest.mark.parametrize(
    ("time", "hint"),
    [
        ({"kind": "soon"}, "kind"),
        ({"kind": "promised", "law": {"days": "5", "unit": "weeks"}}, "unit"),
        ({"kind": "promised", "law": {"days": "five", "unit": "working_days"}}, "five"),
    ],
)
def test_a_time_that_cannot_be_read_names_the_step(time, hint):
    with pytest.raises(BadRule, match=hint):
        made(**time)
