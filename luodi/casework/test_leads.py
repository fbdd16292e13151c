"""The states of a lead: which act fits which, and that nothing else does."""

import pytest

from luodi.casework.leads import Act, Lead, after, possible
from luodi.casework.states import NotNow


@pytest.mark.parametrize(
    ("state", "act", "then"),
    [
        (Lead.NEW, Act.ASSIGN, Lead.SCREENING),
        (Lead.SCREENING, Act.QUALIFY, Lead.QUALIFIED),
        (Lead.QUALIFIED, Act.CONVERT, Lead.CONVERTED),
        (Lead.QUALIFIED, Act.PARK, Lead.PARKED),
        (Lead.PARKED, Act.WAKE, Lead.SCREENING),
        (Lead.REFUSED, Act.REOPEN, Lead.SCREENING),
    ],
)
def test_an_act_that_fits_leads_on(state: Lead, act: Act, then: Lead) -> None:
    assert after(state, act) is then


@pytest.mark.parametrize(
    ("state", "act"),
    [(Lead.NEW, Act.CONVERT), (Lead.SCREENING, Act.CONVERT), (Lead.PARKED, Act.CONVERT), (Lead.REFUSED, Act.PARK)],
)
def test_only_a_qualified_lead_becomes_a_case(state: Lead, act: Act) -> None:
    with pytest.raises(NotNow):
        after(state, act)


def test_a_lead_that_became_a_case_stays_one() -> None:
    assert possible(Lead.CONVERTED) == ()


def test_every_state_can_be_reached_and_every_open_one_can_be_ended() -> None:
    reached = {Lead.NEW} | {after(state, act) for state in Lead for act in possible(state)}
    assert reached == set(Lead)
    assert all({Act.REFUSE, Act.DUPLICATE} <= set(possible(state)) for state in Lead if state.is_open)
