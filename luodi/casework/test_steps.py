"""Steps of a case: which act fits, what waits for what, what tracks and the path come to."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.times import Law, Time
from luodi.advice.plan import advise
from luodi.calendar import WorkingCalendar
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct, StepState, acts_on, after
from luodi.casework.steps import (
    Step,
    TrackState,
    binding,
    blocked_by,
    clock_days,
    from_plan,
    most_days,
    open_by_plan,
    remaining,
    track_state,
    track_states,
)
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary

TODAY = date(2026, 3, 10)
EXAMPLE = Path(__file__).parents[2] / "examples" / "lantern-isle-cloud.yaml"


def step(name: str, state: StepState = StepState.OPEN, *needs: str, **more: object) -> Step:
    return Step(name, "licence", state, frozenset(needs), **more)


def by_id(*steps: Step) -> dict[str, Step]:
    return {one.id: one for one in steps}


def test_a_step_goes_from_open_over_a_question_to_granted() -> None:
    state = StepState.OPEN
    for act in (StepAct.SUBMIT, StepAct.QUESTION, StepAct.ANSWER, StepAct.GRANT):
        state = after(state, act)
    assert state is StepState.GRANTED


@pytest.mark.parametrize("act", list(StepAct))
def test_nothing_is_done_to_what_was_granted(act: StepAct) -> None:
    with pytest.raises(NotNow):
        after(StepState.GRANTED, act)


def test_what_may_be_done_is_what_the_table_takes() -> None:
    for state in StepState:
        for act in StepAct:
            if act in acts_on(state):
                after(state, act)
            else:
                with pytest.raises(NotNow):
                    after(state, act)


def test_an_open_step_waits_for_what_it_needs_until_that_is_granted_or_not_needed() -> None:
    a, b, c = step("a"), step("b", StepState.SUBMITTED), step("c", StepState.OPEN, "a", "b", "elsewhere")
    assert blocked_by(c, by_id(a, b, c)) == ("a", "b")
    over = replace(a, state=StepState.NOT_NEEDED), replace(b, state=StepState.GRANTED)
    assert blocked_by(c, by_id(*over, c)) == ()


def test_a_refused_step_still_blocks() -> None:
    a, b = step("a", StepState.REFUSED), step("b", StepState.OPEN, "a")
    assert blocked_by(b, by_id(a, b)) == ("a",)


# ---- tracks


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        ([], TrackState.NOT_NEEDED),
        (["not_needed"], TrackState.NOT_NEEDED),
        (["open", "open"], TrackState.NOT_STARTED),
        (["submitted", "open"], TrackState.RUNNING),
        (["granted", "open"], TrackState.RUNNING),
        (["granted", "question_open"], TrackState.STUCK),
        (["granted", "refused"], TrackState.STUCK),
        (["granted", "not_needed"], TrackState.DONE),
        (["withdrawn"], TrackState.NOT_STARTED),
    ],
)
def test_invariant_13_the_state_of_a_track_is_computed_from_its_steps(states: list[str], wanted: TrackState) -> None:
    assert track_state(step(str(n), StepState(state)) for n, state in enumerate(states)) is wanted


def test_an_optional_step_that_nobody_took_up_does_not_hold_a_track_up() -> None:
    assert track_state([step("a", StepState.GRANTED), step("b", optional=True)]) is TrackState.DONE


# ---- the path


def test_the_path_of_what_is_left_is_the_longest_chain() -> None:
    found = remaining([step("a", days=3), step("b", StepState.OPEN, "a", days=5), step("c", days=6)])
    assert (found.path, found.days) == (("a", "b"), 8)


def test_what_is_granted_takes_no_time_and_what_runs_takes_what_is_left() -> None:
    a, b = step("a", StepState.GRANTED, days=3), step("b", StepState.SUBMITTED, "a", days=5, left=2)
    found = remaining([a, b, step("c", StepState.OPEN, "b", days=1)])
    assert (found.path, found.days) == (("b", "c"), 3)


def test_a_step_that_is_over_its_limit_may_end_any_day() -> None:
    assert remaining([step("a", StepState.SUBMITTED, days=5, left=-4)]).days == 0


def test_steps_without_a_time_are_named_and_the_company_s_own_pace_is_none() -> None:
    own = step("e", own_pace=True)
    found = remaining([step("a", days=2), step("b"), step("c", optional=True), step("d", runs_with="a"), own])
    assert (found.days, found.untimed) == (2, ("b",))


def test_what_is_left_is_a_range_from_the_least_to_the_most() -> None:
    found = remaining([step("a", days=5, least=1), step("b", StepState.OPEN, "a", days=20, least=5)])
    assert (found.least, found.days) == (6, 25)
    runs = step("a", StepState.SUBMITTED, days=5, least=1, left=3)
    found = remaining([runs, step("b", StepState.OPEN, "a", days=20)])
    assert (found.least, found.days) == (20, 23)  # an office may decide today


def test_nobody_can_say_when_a_step_behind_an_open_one_starts_and_ends() -> None:
    found = remaining([step("a"), step("b", StepState.OPEN, "a", days=2), step("c", days=2)])
    assert (found.open_starts, found.open_ends) == ({"b"}, {"a", "b"})
    granted = remaining([step("a", StepState.GRANTED), step("b", StepState.OPEN, "a", days=2)])
    assert (granted.open_starts, granted.open_ends) == (frozenset(), frozenset())


# ---- the clock of an office


CHINA = WorkingCalendar.china()


def time(**more: Any) -> Time:
    return Time(kind=more.pop("kind", "authority_clock"), min_working_days=5, max_working_days=22, **more)


def test_the_clock_counts_the_time_that_the_law_gives_and_not_the_usual_one() -> None:
    found = time(law=Law(days=20, unit="working_days", confidence="high"), rests="usual")
    law = binding(found)
    assert law is not None and most_days(found) == 22
    assert clock_days((law.days, law.unit), 22, TODAY, CHINA) == 20


@pytest.mark.parametrize(
    ("kind", "confidence"), [("authority_clock", "low"), ("none_exists", "high"), ("applicant_only", "high")]
)
def test_without_a_law_that_binds_the_office_the_clock_counts_what_is_usual_at_most(kind: str, confidence: str) -> None:
    found = time(kind=kind, law=Law(days=60, unit="calendar_days", confidence=confidence), rests="usual")
    assert binding(found) is None
    assert clock_days(None, most_days(found), TODAY, CHINA) == 22


def test_where_nobody_tells_a_time_the_clock_has_no_limit() -> None:
    assert clock_days(None, most_days(time(kind="not_found", rests="open")), TODAY, CHINA) is None


@pytest.mark.parametrize(
    ("day", "limit"), [(date(2026, 3, 10), 11), (date(2026, 9, 28), 7)]
)  # 15 days: the second over the National Day
def test_calendar_days_of_the_law_count_from_the_day_of_handing_in(day: date, limit: int) -> None:
    assert clock_days((15, "calendar_days"), 1, day, CHINA) == limit


def test_nothing_left_takes_no_time() -> None:
    assert remaining([step("a", StepState.GRANTED), step("b", StepState.NOT_NEEDED)]).days == 0


def test_optional_steps_do_not_move_the_end() -> None:
    assert remaining([step("a", days=2), step("b", days=90, optional=True)]).days == 2


def to_open(steps: list[Step], plan: LandingPlan) -> list[Step]:
    """Those until the company may open: going live, and what it wants besides, come after."""
    lanes = {row.id: row.lane for row in plan.steps}
    return [one for one in steps if lanes[one.id] == "to_open"]


@pytest.fixture(scope="module")
def planned() -> list[Step]:
    """The steps of the example's landing plan."""
    profile = read_profile(EXAMPLE, company_vocabulary())
    return from_plan(advise(profile, on=date(2026, 3, 10)).steps)


def test_the_steps_of_a_plan_go_into_tracks_and_take_as_long_as_the_plan_says(planned: list[Step]) -> None:
    plan = advise(read_profile(EXAMPLE, company_vocabulary()), on=date(2026, 3, 10))
    duration = plan.totals.duration
    assert duration is not None
    left = remaining(to_open(planned, plan))
    assert (left.least, left.days) == (duration.known.min, duration.known.max)
    assert set(left.untimed) == set(duration.open)
    assert track_states(planned)["licence"] is TrackState.NOT_STARTED


def test_each_step_starts_and_ends_when_the_plan_says(planned: list[Step]) -> None:
    plan = advise(read_profile(EXAMPLE, company_vocabulary()), on=date(2026, 3, 10))
    left = remaining(planned)
    for row in plan.steps:
        first, last = left.soonest[row.id], left.slots[row.id]
        assert (first.start, first.finish) == (row.start.min, row.finish.min), row.id
        assert (row.id in left.open_starts) == (row.start.max is None), row.id
        assert row.start.max in (last.start, None) and row.finish.max in (last.finish, None), row.id
        assert (row.id in left.open_ends) == (row.finish.max is None), row.id


def test_what_is_done_shortens_the_path(planned: list[Step]) -> None:
    assert "icp-filing" in remaining(planned).path
    done = [replace(one, state=StepState.GRANTED) if one.id == "icp-filing" else one for one in planned]
    assert remaining(done).days < remaining(planned).days


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(EXAMPLE.parent.glob("*.yaml"))), st.randoms(use_true_random=False))
def test_no_step_has_a_planned_day_behind_one_that_is_open_in_time_whatever_is_done(path: Path, random: Random) -> None:
    made = advise(read_profile(path, company_vocabulary()), on=TODAY)
    fresh = {one.id: one for one in from_plan(made.steps)}
    went = [replace(one, state=random.choice(list(StepState))) for one in fresh.values()]
    found = open_by_plan(went)
    assert found == open_by_plan(fresh.values())  # what became of a step gives no other a day
    assert found >= {one.id for one in made.steps if one.time.rests == "open"}
    for one in fresh.values():
        before = one.needs | ({one.runs_with} if one.runs_with else set())
        assert (one.id in found) == bool(before & found or one.id in remaining([one]).open_ends), one.id


# ---- steps that may be needed


def test_a_step_that_may_be_needed_counts_for_the_most_and_not_for_the_least() -> None:
    sure = step("b", StepState.OPEN, "a", days=5, least=2)
    found = remaining([step("a", days=20, least=10, unsettled=True), sure])
    assert (found.least, found.days, found.unsettled, found.is_open) == (2, 25, ("a",), False)
    assert (found.soonest["b"].start, found.slots["b"].start, found.path) == (0, 20, ("b",))


def test_a_step_that_may_be_needed_and_is_open_in_time_leaves_the_end_open() -> None:
    found = remaining([step("a", unsettled=True), step("b", StepState.OPEN, "a", days=5)])
    assert (found.is_open, found.untimed, found.unsettled) == (True, (), ("a",))
    assert found.open_starts == {"b"}


def test_what_follows_a_step_that_may_be_needed_is_blocked_until_that_is_settled() -> None:
    may_be, after_it = step("a", unsettled=True), step("b", StepState.OPEN, "a")
    assert blocked_by(after_it, by_id(may_be, after_it)) == ("a",)
    assert blocked_by(after_it, by_id(after_it)) == ()  # the fact says that it is not needed
    granted = replace(may_be, state=StepState.GRANTED, unsettled=False)
    assert blocked_by(after_it, by_id(granted, after_it)) == ()


def ahead_of(names: set[str], steps: dict[str, Step]) -> set[str]:
    """Some steps, with all that they wait for."""
    found = names & steps.keys()
    while more := {need for name in found for need in (*steps[name].needs, steps[name].runs_with) if need in steps}:
        if more <= found:
            break
        found |= more
    return found


@pytest.mark.parametrize("path", sorted(EXAMPLE.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_time_left_until_a_company_may_open_is_the_range_of_its_plan(path: Path) -> None:
    """Also with facts missing, which leave steps open."""
    given = read_profile(path, company_vocabulary())
    fewer = {name: value for name, value in given.facts.items() if not isinstance(value, bool)}
    for profile in (given, replace(given, facts=fewer)):
        plan = advise(profile, on=TODAY)
        duration = plan.totals.duration
        if duration is None:
            continue
        steps = {one.id: one for one in from_plan(plan.steps, plan.open_steps)}
        first = {row.id for row in plan.steps if row.lane == "to_open" and not row.preparation}
        way = ahead_of(first, {name: one for name, one in steps.items() if not one.unsettled})
        may_be = ahead_of(way | set(duration.unsettled), steps) - way
        left = remaining([replace(steps[name], optional=False, unsettled=name in may_be) for name in way | may_be])
        most = None if left.is_open else left.days
        assert (left.least, most) == (duration.min_working_days, duration.max_working_days)
        assert left.days == duration.known.max and set(left.untimed) == set(duration.open)
        assert set(duration.unsettled) <= set(left.unsettled)
