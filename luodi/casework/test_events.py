"""Events: their life, where an invitation stands, and the figures."""

from datetime import UTC, datetime, timedelta

import pytest

from luodi.casework.events import (
    LONGEST,
    EventAct,
    EventState,
    Hours,
    InvitationAct,
    Invited,
    Presence,
    Reply,
    Standing,
    after,
    check_span,
    figures,
    has_room,
    possible,
    standing,
)
from luodi.casework.states import NotNow
from luodi.errors import OutOfRange

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ELEVEN = NINE + timedelta(hours=2)


def test_an_event_is_opened_before_it_is_held_and_ends_once() -> None:
    assert after(EventState.DRAFT, EventAct.SEND) is EventState.OPEN
    assert after(EventState.OPEN, EventAct.HOLD) is EventState.HELD
    with pytest.raises(NotNow):
        after(EventState.DRAFT, EventAct.HOLD)
    assert possible(EventState.HELD) == possible(EventState.CANCELLED) == []


def test_an_event_lasts_from_a_moment_to_a_month() -> None:
    check_span(NINE, NINE + timedelta(minutes=1))
    check_span(NINE, NINE + LONGEST)
    for ends in (NINE, NINE - timedelta(minutes=1), NINE + LONGEST + timedelta(minutes=1)):
        with pytest.raises(OutOfRange):
            check_span(NINE, ends)


@pytest.mark.parametrize(
    ("reply", "presence", "state", "stands"),
    [
        (Reply.NONE, Presence.UNKNOWN, EventState.OPEN, Standing.INVITED),
        (Reply.NONE, Presence.UNKNOWN, EventState.HELD, Standing.NO_ANSWER),
        (Reply.ACCEPTED, Presence.UNKNOWN, EventState.HELD, Standing.ACCEPTED),
        (Reply.DECLINED, Presence.ATTENDED, EventState.HELD, Standing.ATTENDED),
        (Reply.ACCEPTED, Presence.ABSENT, EventState.HELD, Standing.ABSENT),
    ],
)
def test_presence_says_more_than_a_reply(reply: Reply, presence: Presence, state: EventState, stands: Standing) -> None:
    assert standing(reply, presence, state) is stands


def test_a_reply_is_noted_until_the_end_and_attendance_from_the_beginning() -> None:
    hours = Hours(EventState.OPEN, NINE, ELEVEN)
    moment = timedelta(seconds=1)
    assert hours.allow(InvitationAct.ACCEPT, ELEVEN - moment) and not hours.allow(InvitationAct.ACCEPT, ELEVEN)
    assert hours.allow(InvitationAct.ATTEND, NINE) and not hours.allow(InvitationAct.ATTEND, NINE - moment)
    held = Hours(EventState.HELD, NINE, ELEVEN)
    assert held.allow(InvitationAct.MISS, ELEVEN) and not held.allow(InvitationAct.DECLINE, NINE)
    cancelled = Hours(EventState.CANCELLED, NINE, ELEVEN)
    assert not any(cancelled.allow(act, NINE) for act in InvitationAct)


def test_a_lead_of_two_guests_counts_once_and_so_does_its_landing() -> None:
    two = [Invited(Reply.ACCEPTED, Presence.ATTENDED, lead=7, case=3, landed=True) for _ in range(2)]
    found = figures([*two, Invited(Reply.ACCEPTED, Presence.ABSENT), Invited(Reply.NONE, Presence.UNKNOWN)])
    assert (found.invited, found.accepted, found.silent, found.attended, found.absent) == (4, 3, 1, 2, 1)
    assert (found.leads, found.cases, found.landings) == (1, 1, 1)
    assert figures([]).invited == 0


def test_the_last_place_is_taken_once() -> None:
    assert has_room(2, 1) and not has_room(2, 2) and has_room(None, 10_000)
