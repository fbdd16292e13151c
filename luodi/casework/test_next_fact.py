"""What one answer settles of a case: what is sure whatever it is, and what settles most over many cases."""

from dataclasses import replace

from luodi.advice.next_facts import Outcome
from luodi.casework.next_fact import Worth, cheapest, worth_of
from luodi.casework.step_states import StepState
from luodi.casework.steps import Step

LICENCE = Step("licence", "licence", StepState.OPEN, days=20, least=20)
MAY_BE = Step("review", "licence", StepState.OPEN, frozenset({"licence"}), days=30, least=10, unsettled=True)
YES = Outcome(True, frozenset({"review"}), frozenset())
NO = Outcome(False, frozenset(), frozenset({"review"}))
MISSING = {"review": frozenset({"fact"})}


def test_the_days_are_those_by_which_the_range_gets_narrower_at_least_and_at_most() -> None:
    """Now it takes 20 to 50 working days. With the step 30 to 50, without it 20."""
    found = worth_of([LICENCE, MAY_BE], {"fact": (YES, NO)}, MISSING)
    assert found == {"fact": Worth(steps=1, most_steps=1, days=10, most_days=30)}


def test_what_only_one_answer_settles_is_not_sure() -> None:
    maybe = Outcome("other", frozenset(), frozenset())
    found = worth_of([LICENCE, MAY_BE], {"fact": (YES, NO, maybe)}, MISSING)
    assert found == {"fact": Worth(steps=0, most_steps=1, days=0, most_days=30)}


def test_what_a_case_has_taken_in_is_settled_already() -> None:
    there = replace(MAY_BE, unsettled=False)
    assert not worth_of([LICENCE, there], {"fact": (YES, NO)}, MISSING)


def test_a_step_that_is_over_narrows_nothing() -> None:
    done = replace(LICENCE, state=StepState.GRANTED)
    [worth] = worth_of([done, MAY_BE], {"fact": (YES, NO)}, MISSING).values()
    assert (worth.days, worth.most_days) == (10, 30), "the step itself is still open, between 0 and 30 days"


def test_an_answer_can_drop_a_step_but_never_one_that_was_begun() -> None:
    drops = replace(NO, dropped=frozenset({"licence"}))
    open_, begun = LICENCE, replace(LICENCE, state=StepState.SUBMITTED, left=15)
    assert worth_of([open_, MAY_BE], {"fact": (drops,)}, MISSING)["fact"].days == 30
    assert worth_of([begun, MAY_BE], {"fact": (drops,)}, MISSING)["fact"].days == 45 - 15 + 0 - 15 + 15


def test_where_not_every_answer_can_be_tried_steps_that_lack_it_alone_count_and_no_days() -> None:
    more = replace(MAY_BE, id="other")
    missing = {**MISSING, "other": frozenset({"fact", "another"})}
    assert worth_of([LICENCE, MAY_BE, more], {"fact": ()}, missing) == {"fact": Worth(1, 2, None, None)}


def test_a_fact_that_settles_nothing_is_left_out() -> None:
    assert not worth_of([LICENCE], {"fact": (YES, NO)}, {})


# ---- over many cases


def test_what_settles_most_steps_for_sure_comes_first_then_most_days_then_the_name() -> None:
    one, two = Worth(1, 1, 10, 30), Worth(1, 9, 5, 90)
    asks = cheapest({7: {"b": one, "a": two}, 8: {"b": one, "c": one}, 9: {"c": replace(one, days=11)}})
    assert [ask.fact for ask in asks] == ["c", "b", "a"]
    assert asks[0].whole == Worth(2, 2, 21, 60)
    assert list(asks[0].cases) == [9, 8], "the case that gains most leads"
    assert [ask.fact for ask in cheapest({1: {"b": one, "a": one}})] == ["a", "b"]


def test_days_that_are_not_known_add_nothing_and_stay_unknown_alone() -> None:
    unknown = Worth(1, 1, None, None)
    assert unknown + unknown == Worth(2, 2, None, None)
    assert unknown + Worth(1, 1, 4, 9) == Worth(2, 2, 4, 9)
    assert not cheapest({})
