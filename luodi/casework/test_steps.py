"""Steps of a case: which act fits, what waits for what, what tracks and the path come to."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from luodi.advice.plan import advise
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct, StepState, acts_on, after
from luodi.casework.steps import Step, TrackState, blocked_by, from_plan, remaining, track_state, track_states
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary

EXAMPLE = Path(__file__).parents[2] / "examples" / "lantern-isle-cloud.yaml"


def step(name: str, state: StepState = StepState.OPEN, *needs: str, **more: object) -> Step:
    return Step(name, "licence", state, frozenset(needs), **more)  # type: ignore[arg-type]


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
        ([], TrackState.NOT_NEEDED), (["not_needed"], TrackState.NOT_NEEDED),
        (["open", "open"], TrackState.NOT_STARTED),
        (["submitted", "open"], TrackState.RUNNING), (["granted", "open"], TrackState.RUNNING),
        (["granted", "question_open"], TrackState.STUCK), (["granted", "refused"], TrackState.STUCK),
        (["granted", "not_needed"], TrackState.DONE), (["withdrawn"], TrackState.NOT_STARTED),
    ],
)  # fmt: skip
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


def test_steps_without_a_time_are_named() -> None:
    found = remaining([step("a", days=2), step("b"), step("c", optional=True), step("d", runs_with="a")])
    assert (found.days, found.untimed) == (2, ("b",))


def test_nothing_left_takes_no_time() -> None:
    assert remaining([step("a", StepState.GRANTED), step("b", StepState.NOT_NEEDED)]).days == 0


def test_optional_steps_do_not_move_the_end() -> None:
    assert remaining([step("a", days=2), step("b", days=90, optional=True)]).days == 2


@pytest.fixture(scope="module")
def planned() -> list[Step]:
    """The steps of the example's landing plan."""
    profile = read_profile(EXAMPLE, company_vocabulary())
    return from_plan(advise(profile, on=date(2026, 3, 10)).steps)


def test_the_steps_of_a_plan_go_into_tracks_and_take_as_long_as_the_plan_says(planned: list[Step]) -> None:
    plan = advise(read_profile(EXAMPLE, company_vocabulary()), on=date(2026, 3, 10))
    assert remaining(planned).days == plan["totals"]["working_days_critical"]
    assert remaining(planned).path == tuple(plan["critical_path"])
    assert track_states(planned)["licence"] is TrackState.NOT_STARTED


def test_what_is_done_shortens_the_path(planned: list[Step]) -> None:
    assert "icp-filing" in remaining(planned).path
    done = [replace(one, state=StepState.GRANTED) if one.id == "icp-filing" else one for one in planned]
    assert remaining(done).days < remaining(planned).days
