"""The life of a referral: what a receiving unit does with it, and the state of the hand-off that it is part of."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class ReferralState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    LAPSED = "lapsed"  # nobody answered

    @property
    def is_open(self) -> bool:
        return self in (ReferralState.SENT, ReferralState.ACCEPTED)


class ReferralAct(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    FINISH = "finish"
    LAPSE = "lapse"  # by the site, once the last chaser went unanswered


_AFTER: Final = {
    (ReferralState.SENT, ReferralAct.ACCEPT): ReferralState.ACCEPTED,
    (ReferralState.SENT, ReferralAct.DECLINE): ReferralState.DECLINED,
    (ReferralState.SENT, ReferralAct.FINISH): ReferralState.DONE,
    (ReferralState.SENT, ReferralAct.LAPSE): ReferralState.LAPSED,
    (ReferralState.ACCEPTED, ReferralAct.DECLINE): ReferralState.DECLINED,  # returned, with a reason
    (ReferralState.ACCEPTED, ReferralAct.FINISH): ReferralState.DONE,
}
#: Acts that say why, or with what result.
WITH_WORDS: Final = frozenset({ReferralAct.DECLINE, ReferralAct.FINISH})


def after(state: ReferralState, act: ReferralAct) -> ReferralState:
    """Raises `NotNow` where the act does not fit."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-referral", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


def acts_on(state: ReferralState) -> tuple[ReferralAct, ...]:
    """What somebody may do with a referral in this state; lapsing is the site's own."""
    return tuple(act for before, act in _AFTER if before is state and act is not ReferralAct.LAPSE)


class GroupState(StrEnum):
    """Of a hand-off, computed from its referrals and never typed."""

    WAITING = "waiting"  # somebody has not answered yet
    RUNNING = "running"  # all answered, somebody works on it
    DONE = "done"  # nobody works on it any more, and somebody finished it
    DECLINED = "declined"  # all answered, and nobody took it
    UNANSWERED = "unanswered"  # nobody took it, and somebody did not even answer


def group_state(states: Iterable[ReferralState]) -> GroupState:
    """Raises `ValueError` for a hand-off to nobody."""
    found = set(states)
    if not found:
        raise ValueError("a hand-off goes to at least one unit")
    if ReferralState.SENT in found:
        return GroupState.WAITING
    if ReferralState.ACCEPTED in found:
        return GroupState.RUNNING
    if ReferralState.DONE in found:
        return GroupState.DONE
    return GroupState.UNANSWERED if ReferralState.LAPSED in found else GroupState.DECLINED
