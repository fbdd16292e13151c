"""What counts, how far it has come, and what an edition keeps; properties over random histories."""

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.errors import OutOfRange
from luodi.scorecard.attainment import (
    Attainment,
    Band,
    Path,
    Promise,
    Rate,
    Thresholds,
    assigned,
    attainment,
    quantified,
    roll_up,
)
from luodi.scorecard.contributions import Act, Facts, Filter, NotNow, Said, State, acts_on, after, fits, value
from luodi.scorecard.editions import Change, Edition, difference
from luodi.scorecard.plan import months_days, plan, thresholds
from luodi.scorecard.statuses import Declared, Schedule, Timing, check_by, schedule

START, DUE = date(2026, 1, 1), date(2026, 12, 31)
TEN = Promise(Fraction(0), Fraction(10), Path.straight(START, Fraction(0), DUE, Fraction(10)))


def test_only_what_another_person_looked_at_is_counted_and_a_reason_ends_it() -> None:
    found = set()
    for state, act in product(State, Act):
        with suppress(NotNow):
            found.add((state.value, act.value, after(state, act).value))
    assert found == {
        ("claimed", "check", "checking"),
        ("checking", "count", "counted"),
        ("checking", "reject", "rejected"),
        ("counted", "keep", "counted"),
        ("counted", "reverse", "reversed"),
        ("rejected", "claim", "claimed"),
        ("reversed", "claim", "claimed"),
    }
    assert acts_on(State.CHECKING) == (Act.COUNT, Act.REJECT)
    assert {act for act in Act if act.needs_reason} == {Act.KEEP, Act.REJECT, Act.REVERSE}


_SAID = st.builds(
    Said,
    st.sampled_from("ab"),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from(State),
    st.dates(START, START + timedelta(days=5)),
)


@given(st.lists(_SAID).map(lambda rows: sorted(rows, key=lambda said: said.day)))
def test_invariant_05_a_value_is_the_number_of_distinct_things_that_count(history: list[Said]) -> None:
    last = START + timedelta(days=5)
    by_hand = {
        thing
        for thing in "xyz"
        if (own := [s for s in history if (s.indicator, s.thing) == ("a", thing)]) and own[-1].state is State.COUNTED
    }
    assert value(history, "a", last) == len(by_hand) <= 3
    assert value([*history, *history], "a", last) == len(by_hand)  # said twice, it counts once
    before = START + timedelta(days=2)
    late = [said for said in history if said.day > before]
    assert value(history, "a", before) == value([said for said in history if said not in late], "a", before)


def test_a_filter_decides_on_a_known_no_and_otherwise_says_what_it_does_not_know() -> None:
    wanted = Filter(first=START, last=DUE, foreign=True, services=frozenset({"B11"}))
    whole = Facts(START, True, frozenset({"BJ"}), frozenset({"B11"}))
    assert fits(wanted, whole) == (True, "")
    assert fits(wanted, Facts(START - timedelta(days=1))) == (False, "day")
    assert fits(wanted, Facts(START, None, None, frozenset({"B11"}))) == (None, "foreign")
    assert fits(wanted, Facts(DUE, True, None, frozenset())) == (False, "services")
    assert fits(Filter(), Facts()) == (True, "")


# ---- attainment


@pytest.mark.parametrize(
    ("value", "on", "band", "index"),
    [
        (10, DUE, Band.GREEN, Fraction(1)),
        (12, DUE, Band.GREEN, Fraction(6, 5)),
        (30, DUE, Band.GREEN, Fraction(6, 5)),  # held to 1.2
        (9, DUE, Band.AMBER, Fraction(9, 10)),
        (7, DUE, Band.RED, Fraction(7, 10)),
        (0, DUE, Band.RED, Fraction(0)),
        (5, date(2026, 7, 2), Band.GREEN, Fraction(1)),  # half the way after 182 of 364 days
        (0, START, Band.GREY, None),  # nothing is expected yet
    ],
)
def test_the_index_is_what_was_attained_by_what_was_expected(
    value: int, on: date, band: Band, index: Fraction | None
) -> None:
    found = attainment(value, TEN, Thresholds(), on=on)
    assert (found.band, found.index) == (band, index)


def test_the_bands_begin_at_their_thresholds() -> None:
    bands = Thresholds()
    tick = Fraction(1, 10**9)
    assert [bands.band(edge) for edge in (Fraction(19, 20), Fraction(3, 4))] == [Band.GREEN, Band.AMBER]
    assert [bands.band(edge - tick) for edge in (Fraction(19, 20), Fraction(3, 4))] == [Band.AMBER, Band.RED]
    with pytest.raises(OutOfRange):
        Thresholds(Fraction(1, 2), Fraction(3, 4))


def test_without_a_way_a_path_or_a_target_there_are_values_and_no_index() -> None:
    same = Promise(Fraction(3), Fraction(3), TEN.path)
    assert attainment(3, same, Thresholds(), on=DUE) == Attainment(Band.GREY, why="no_way")
    assert attainment(3, Promise(Fraction(0), None), Thresholds(), on=DUE).band is Band.UNQUANTIFIED
    found = attainment(5, Promise(Fraction(0), Fraction(10)), Thresholds(), on=DUE)
    assert (found.attained, found.index, found.why) == (Fraction(1, 2), None, "no_path")
    assert attainment(None, TEN, Thresholds(), on=DUE).why == "no_data"


def test_a_path_need_not_be_straight() -> None:
    late = Path(((START, Fraction(0)), (date(2026, 10, 1), Fraction(2)), (DUE, Fraction(10))))
    assert late.on(date(2026, 10, 1)) == 2 and late.on(START - timedelta(days=9)) == 0
    assert late.on(DUE + timedelta(days=9)) == 10
    with pytest.raises(OutOfRange):
        Path(((DUE, Fraction(0)), (START, Fraction(1))))


@given(st.integers(0, 40), st.integers(0, 20), st.integers(0, 20), st.dates(START - timedelta(30), DUE))
def test_attainment_is_held_and_rises_with_the_value(value: int, base: int, target: int, on: date) -> None:
    promise = Promise(Fraction(base), Fraction(target), Path.straight(START, Fraction(base), DUE, Fraction(target)))
    found = attainment(value, promise, Thresholds(), on=on)
    if base == target:
        assert found.index is None
        return
    assert found.attained is not None and 0 <= found.attained <= Fraction(6, 5)
    more = attainment(value + 1, promise, Thresholds(), on=on)
    assert more.attained is not None
    assert more.attained >= found.attained if target > base else more.attained <= found.attained


@given(st.lists(st.sampled_from(Band)))
def test_a_roll_up_hides_nothing(bands: list[Band]) -> None:
    found = roll_up(bands)
    assert sum(found.values()) == len(bands) and found[Band.RED] == bands.count(Band.RED)


def test_a_rate_keeps_both_numbers_and_what_they_count() -> None:
    found = quantified([True, False, False, True])
    assert (found.numerator, found.denominator, found.counts, found.of) == (2, 4, "tasks_with_target", "tasks")
    assert assigned([]).share is None and Rate(7, 9, "a", "b").share == Fraction(7, 9)
    with pytest.raises(OutOfRange):
        Rate(-1, 2, "a", "b")


# ---- statuses


def test_what_was_done_late_stays_late() -> None:
    due = date(2026, 5, 10)
    assert schedule(due, None, None, on=due) == Schedule(Timing.DUE)
    assert schedule(due, Declared.UNDER_WAY, None, on=date(2026, 5, 12)) == Schedule(Timing.LATE, 2)
    assert schedule(due, Declared.DONE, date(2026, 5, 11), on=date(2026, 9, 1)) == Schedule(Timing.LATE, 1)
    assert schedule(due, Declared.DONE, due, on=date(2026, 9, 1)) == Schedule(Timing.ON_TIME)
    assert schedule(None, None, None, on=due).timing is Timing.NO_DAY
    assert schedule(due, Declared.DROPPED, None, on=date(2027, 1, 1)).timing is Timing.OVER


def test_a_claim_handed_in_by_the_fifth_is_checked_by_the_tenth() -> None:
    assert check_by(date(2026, 5, 5), 5, 10) == date(2026, 5, 10)
    assert check_by(date(2026, 5, 6), 5, 10) == date(2026, 6, 10)
    assert check_by(date(2026, 12, 31), 5, 10) == date(2027, 1, 10)


# ---- editions


def _document(value: int, state: str, reason: str = "") -> dict[str, object]:
    return {
        "indicators": [{"code": "projects", "value": value, "target": 10}],
        "contributions": [{"reference": "CB-2026-0001", "indicator": "projects", "state": state, "reason": reason}],
        "tasks": [{"id": "m3.3", "declared": "under_way", "evidenced": None}],
        "thresholds": {"green": "19/20", "amber": "3/4"},
    }


def test_invariant_06_an_edition_cannot_be_changed_and_a_reversal_is_in_the_next() -> None:
    first = Edition.of(_document(1, "counted"))
    hash_before = first.hash
    first.document["indicators"].clear()
    with pytest.raises(FrozenInstanceError):
        first.text = ""
    assert first.hash == hash_before and first.document["indicators"]
    second = Edition.of(_document(0, "reversed", "the pilot was judged by mistake"))
    assert second.hash != first.hash
    assert difference(first, second) == (
        Change("value", "projects", 1, 0),
        Change("contribution", "projects", "counted", "reversed", "CB-2026-0001", "the pilot was judged by mistake"),
    )
    assert difference(second, second) == ()
    assert {change.kind for change in difference(None, first)} == {"value", "target", "contribution", "declared"}


# ---- the book


def test_the_plan_says_what_the_article_gives_and_what_is_assumed() -> None:
    found = plan()
    given_targets = {goal.id: goal.indicator.target for goal in found.goals}
    assert given_targets == {"g-3new": None, "g-platform": 1, "g-projects": 10}
    assert len(found.tasks) == 23 and sum(len(measure.tasks) for measure in found.measures) == 23
    assert [name for name, task in found.tasks.items() if not task.indicator.assumed] == ["m2.1"]
    assert all(task.candidates for task in found.tasks.values())
    assert found.head["outcome"]["status"] == "unknown"  # no public figure
    assert found.title_of("m3.3") and found.title_of("g-projects") and found.title_of("x") is None


def test_thresholds_and_days_are_those_of_the_book() -> None:
    assert thresholds() == Thresholds(Fraction(95, 100), Fraction(75, 100)) and months_days() == (5, 10)
