"""The life of an authorisation."""

from datetime import date

import pytest

from luodi.casework.authorisations import AuthAct, AuthState, acts_on, after, holds_on
from luodi.casework.states import NotNow

DAY = date(2026, 3, 10)


def test_it_is_suspended_and_reinstated_as_often_as_needed() -> None:
    state = AuthState.ISSUED
    for _ in range(2):
        state = after(after(state, AuthAct.SUSPEND), AuthAct.REINSTATE)
    assert state is AuthState.REINSTATED


@pytest.mark.parametrize("act", [act for act in AuthAct if act is not AuthAct.RENEW])
def test_what_was_revoked_or_given_up_stays_so(act: AuthAct) -> None:
    for state in (AuthState.REVOKED, AuthState.SURRENDERED):
        with pytest.raises(NotNow):
            after(state, act)
    assert acts_on(AuthState.REVOKED) == ()


def test_what_expired_can_be_renewed_and_what_is_suspended_cannot() -> None:
    assert after(AuthState.EXPIRED, AuthAct.RENEW) is AuthState.ISSUED
    with pytest.raises(NotNow):
        after(AuthState.SUSPENDED, AuthAct.RENEW)


def test_it_holds_through_its_last_day_and_never_while_suspended() -> None:
    assert holds_on(AuthState.ISSUED, DAY, DAY)
    assert not holds_on(AuthState.ISSUED, DAY, date(2026, 3, 11))
    assert holds_on(AuthState.REINSTATED, None, DAY)
    assert not holds_on(AuthState.SUSPENDED, None, DAY)
