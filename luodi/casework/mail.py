"""What becomes of the mail of a case, and which acts each state allows."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class MailState(StrEnum):
    QUEUED = "queued"  # written, and not sent yet
    SENT = "sent"
    FAILED = "failed"  # the mail server did not take it, however often it was asked
    UNREAD = "unread"
    READ = "read"
    HELD = "held"  # to a case, from nobody who is known to belong to it
    UNASSIGNED = "unassigned"  # to no case
    SET_ASIDE = "set_aside"  # it belongs to no case


class MailAct(StrEnum):
    PUT_ON_CASE = "put_on_case"  # or on another one
    ACCEPT = "accept_mail"  # of an unknown sender, as part of the case
    READ = "mark_read"
    SET_ASIDE = "set_aside"
    TAKE_BACK = "take_back"  # what was set aside
    SEND_AGAIN = "send_again"


#: What came in and is part of its case.
ON_CASE: Final = (MailState.UNREAD, MailState.READ)
_FROM: Final = {
    MailAct.PUT_ON_CASE: {MailState.UNASSIGNED, MailState.HELD, *ON_CASE},
    MailAct.ACCEPT: {MailState.HELD},
    MailAct.READ: {MailState.UNREAD},
    MailAct.SET_ASIDE: {MailState.HELD, MailState.UNASSIGNED},
    MailAct.TAKE_BACK: {MailState.SET_ASIDE},
    MailAct.SEND_AGAIN: {MailState.FAILED},
}
_AFTER: Final = {
    MailAct.PUT_ON_CASE: MailState.READ,
    MailAct.ACCEPT: MailState.READ,
    MailAct.READ: MailState.READ,
    MailAct.SET_ASIDE: MailState.SET_ASIDE,
    MailAct.TAKE_BACK: MailState.UNASSIGNED,
    MailAct.SEND_AGAIN: MailState.QUEUED,
}


def acts_on(state: MailState) -> set[MailAct]:
    return {act for act, states in _FROM.items() if state in states}


def after(state: MailState, act: MailAct, *, has_case: bool) -> MailState:
    """What was set aside goes back to its case, held as before, or to the mail of no case. Raises `NotNow`."""
    if state not in _FROM[act]:
        raise NotNow("casework.mail-not-so", state=Message(f"state.{state}"))
    return MailState.HELD if act is MailAct.TAKE_BACK and has_case else _AFTER[act]


def on_arrival(*, has_case: bool, is_known: bool, is_automatic: bool) -> MailState:
    """A known sender is a contact of the company of the case, or an officer who works on it. What a program sent for
    one of them asks nobody to read it; an unknown sender waits for an officer, program or not."""
    if not has_case:
        return MailState.UNASSIGNED
    if not is_known:
        return MailState.HELD
    return MailState.READ if is_automatic else MailState.UNREAD
