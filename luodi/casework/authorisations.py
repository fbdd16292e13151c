"""The life of an authorisation: issued, suspended and reinstated, and its ends."""

from datetime import date
from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class AuthState(StrEnum):
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"

    @property
    def holds(self) -> bool:
        return self in (AuthState.ISSUED, AuthState.REINSTATED)

    @property
    def is_over(self) -> bool:
        return self in (AuthState.EXPIRED, AuthState.REVOKED, AuthState.SURRENDERED)


class AuthAct(StrEnum):
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    EXPIRE = "expire"
    REVOKE = "revoke"
    SURRENDER = "surrender"
    RENEW = "renew"


_HOLD: Final = (AuthState.ISSUED, AuthState.REINSTATED)
_AFTER: Final = {
    **{(state, AuthAct.SUSPEND): AuthState.SUSPENDED for state in _HOLD},
    (AuthState.SUSPENDED, AuthAct.REINSTATE): AuthState.REINSTATED,
    **{(state, AuthAct.RENEW): AuthState.ISSUED for state in (*_HOLD, AuthState.EXPIRED)},
    **{
        (state, act): end
        for state in (*_HOLD, AuthState.SUSPENDED)
        for act, end in (
            (AuthAct.EXPIRE, AuthState.EXPIRED),
            (AuthAct.REVOKE, AuthState.REVOKED),
            (AuthAct.SURRENDER, AuthState.SURRENDERED),
        )
    },
}


def after(state: AuthState, act: AuthAct) -> AuthState:
    """Raises `NotNow` where the act does not fit."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-authorisation", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


def acts_on(state: AuthState) -> tuple[AuthAct, ...]:
    return tuple(act for before, act in _AFTER if before is state)


def holds_on(state: AuthState, expires: date | None, on: date) -> bool:
    """Whether it may be used on a day; it holds through its last one."""
    return state.holds and (expires is None or on <= expires)
