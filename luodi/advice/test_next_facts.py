"""What a fact would settle is what the plan says once it is known, tried with every answer."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from luodi.advice.answers import Answers
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.next_facts import Outcome, asked_of, outcomes
from luodi.profiles.profile import Profile, parse_profile
from luodi.profiles.vocabulary import as_json
from luodi.rules.library import company_vocabulary

DAY = date(2026, 3, 10)
CLOUD = Answers.of(
    "investor=SG&service=B11&place=BJ&share=100&operates_website=true&entity_type=not_established_yet"
    "&server_in_mainland=true&mlps_level=3&content_services=none"
)


def profile_of(answers: Answers) -> Profile:
    return parse_profile(answers.profile, company_vocabulary(), at="answers")


def open_steps(plan: LandingPlan) -> set[str]:
    return {row.id for row in (*plan.open_steps, *plan.offered_steps)}


def steps(plan: LandingPlan) -> set[str]:
    return {row.id for row in plan.steps} | {row.id for row in plan.obligations}


@pytest.fixture(scope="module")
def plan() -> LandingPlan:
    return CLOUD.dialogue.advice(DAY)


@pytest.fixture(scope="module")
def tried(plan: LandingPlan) -> Mapping[str, Sequence[Outcome]]:
    return outcomes(profile_of(CLOUD), plan, on=DAY)


def text_of(value: object) -> str:
    shown = as_json(value)
    return ",".join(shown) or "none" if isinstance(shown, list) else str(shown).lower()


def test_an_answer_settles_what_the_whole_plan_says_with_it(
    plan: LandingPlan, tried: Mapping[str, Sequence[Outcome]]
) -> None:
    was = {row.id for row in plan.open_steps}
    for name, outcome in ((name, one) for name, each in tried.items() for one in each):
        answers = CLOUD.having(**{name: text_of(outcome.value)})
        assert not answers.faults
        after = answers.dialogue.advice(DAY)
        assert outcome.settled == was - open_steps(after), name
        assert outcome.needed == was & steps(after), name
        assert outcome.dropped == {row.id for row in plan.steps} - steps(after) - open_steps(after), name


def test_each_fact_that_is_asked_and_bears_on_an_open_step_is_tried(
    plan: LandingPlan, tried: Mapping[str, Sequence[Outcome]]
) -> None:
    assert set(tried) == set(asked_of(plan))
    assert "service_coverage" in tried and "files_patents_abroad" not in tried, "policies alone are no steps"
    assert all(tried.values())


def test_both_a_yes_and_a_no_settle_the_step_that_lacks_nothing_else(tried: Mapping[str, Sequence[Outcome]]) -> None:
    both = {one.value: one.settled for one in tried["operates_app"]}
    assert both == {True: {"app-filing"}, False: {"app-filing"}}


def test_what_no_answer_alone_settles_is_one_outcome_that_settles_nothing(
    tried: Mapping[str, Sequence[Outcome]],
) -> None:
    [outcome] = tried["uses_recommendation_algorithms"]
    assert not outcome.settled and not outcome.dropped


def test_a_closed_service_has_nothing_to_try() -> None:
    closed = Answers.of("investor=SG&service=A11&place=BJ&share=100")
    plan = closed.dialogue.advice(DAY)
    assert not plan.open_steps and not outcomes(profile_of(closed), plan, on=DAY)
