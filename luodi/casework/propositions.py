"""The life of a proposition: a package that is offered to a company."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class OfferState(StrEnum):
    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # its last day is over

    @property
    def is_shown(self) -> bool:
        """Whether the company sees it."""
        return self is not OfferState.DRAFT


class OfferAct(StrEnum):
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"  # by the site


_AFTER: Final = {
    (OfferState.DRAFT, OfferAct.OFFER): OfferState.OFFERED,
    (OfferState.OFFERED, OfferAct.ACCEPT): OfferState.ACCEPTED,
    (OfferState.OFFERED, OfferAct.DECLINE): OfferState.DECLINED,
    (OfferState.OFFERED, OfferAct.WITHDRAW): OfferState.WITHDRAWN,
    (OfferState.OFFERED, OfferAct.LAPSE): OfferState.LAPSED,
}
#: Those of the company itself.
OF_THE_COMPANY: Final = frozenset({OfferAct.ACCEPT, OfferAct.DECLINE})
#: Acts that say why.
WITH_REASON: Final = frozenset({OfferAct.DECLINE, OfferAct.WITHDRAW})


def after(state: OfferState, act: OfferAct) -> OfferState:
    """Raises `NotNow` where the act does not fit."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-proposition", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found
