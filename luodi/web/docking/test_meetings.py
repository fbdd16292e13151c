"""Meetings of supply and demand: programmes without hidden names, and what came of them step by step."""

from datetime import time
from fractions import Fraction

import pytest

from luodi.casework.meetings import MeetingAct, Step
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.core.errors import NotPermitted
from luodi.web.docking.actions import meetings as actions_meetings
from luodi.web.docking.conftest import NOW, TODAY, Market
from luodi.web.docking.models import Match, Meeting, Pairing, Session
from luodi.web.docking.models.money import Money
from luodi.web.docking.queries import meetings as queries_meetings
from luodi.web.docking.test_matches import agreed, proposed
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
FIELDS = {"title_zh": "供需对接会", "title_en": "Supply meets demand", "day": TODAY, "place": "Hall 2"}


def meeting_of(market: Market) -> tuple[Meeting, Session]:
    meeting = actions_meetings.arrange(market.here, FIELDS, by=market.olga, at=NOW)
    return meeting, session(market, meeting, 9, 10)


def session(market: Market, meeting: Meeting, start: int, end: int, room: str = "A") -> Session:
    return actions_meetings.add_session(
        meeting, ("上午", "Morning"), (time(start), time(end)), room, by=market.olga, at=NOW
    )


def seated(market: Market, match: Match) -> Pairing:
    meeting, first = meeting_of(market)
    pairing = actions_meetings.pair(first, match, by=market.olga, at=NOW)
    for act in (MeetingAct.ANNOUNCE, MeetingAct.HOLD):
        meeting = actions_meetings.move(meeting, act, by=market.olga, at=NOW)
    return pairing


def test_a_meeting_has_a_session_before_it_is_announced(market: Market) -> None:
    meeting = actions_meetings.arrange(market.here, FIELDS, by=market.olga, at=NOW)
    with pytest.raises(NotNow):
        actions_meetings.move(meeting, MeetingAct.ANNOUNCE, by=market.olga, at=NOW)
    with pytest.raises(NotPermitted):
        actions_meetings.arrange(market.here, FIELDS, by=market.clara, at=NOW)


def test_two_sessions_are_not_in_one_room_at_a_time(market: Market) -> None:
    meeting, _ = meeting_of(market)
    with pytest.raises(OutOfRange):
        session(market, meeting, 9, 11)
    assert session(market, meeting, 9, 11, "B")
    assert session(market, meeting, 10, 11)
    with pytest.raises(OutOfRange):
        session(market, meeting, 12, 12)


def test_a_match_sits_once_a_session_and_each_at_its_table(market: Market) -> None:
    _, first = meeting_of(market)
    match = proposed(market)
    other = proposed(market)
    assert [actions_meetings.pair(first, one, by=market.olga, at=NOW).table for one in (match, other)] == [1, 2]
    with pytest.raises(NotNow):
        actions_meetings.pair(first, match, by=market.olga, at=NOW)


def test_a_pairing_goes_step_by_step_once_the_meeting_was_held(market: Market) -> None:
    match = agreed(market)
    meeting, first = meeting_of(market)
    pairing = actions_meetings.pair(first, match, by=market.olga, at=NOW)
    with pytest.raises(NotNow):
        actions_meetings.step(pairing, Step.MET, by=market.olga, at=NOW)
    for act in (MeetingAct.ANNOUNCE, MeetingAct.HOLD):
        actions_meetings.move(meeting, act, by=market.olga, at=NOW)
    actions_meetings.step(pairing, Step.MET, by=market.olga, at=NOW)
    with pytest.raises(MissingKey):
        actions_meetings.step(pairing, Step.INTENT, by=market.olga, at=NOW)
    done = actions_meetings.step(
        pairing, Step.INTENT, by=market.olga, at=NOW, money=Money(3_000_000, "CNY", "intent", TODAY)
    )
    assert done.money == Money(3_000_000, "CNY", "intent", TODAY)


def test_invariant_14_nobody_has_an_intent_with_a_side_that_is_hidden(market: Market) -> None:
    pairing = seated(market, proposed(market))
    actions_meetings.step(pairing, Step.MET, by=market.olga, at=NOW)
    with pytest.raises(NotNow):
        actions_meetings.step(pairing, Step.INTENT, by=market.olga, at=NOW, money=Money(1, "CNY", "intent", TODAY))


def test_invariant_14_a_programme_names_nobody_before_both_agree(market: Market) -> None:
    meeting = seated(market, proposed(market)).session.meeting
    for lang in ("zh", "en"):
        address = f"/{lang}/meetings/{meeting.reference}/"
        for who in ("visitor", "sam", "clara", "olga", "lee", "rolf"):
            page = market.client(who).get(address).content.decode()
            assert "灯屿" not in page and "Lantern" not in page, who
        for who in ("visitor", "sam", "clara", "mei"):
            assert "Nordlicht" not in market.client(who).get(address).content.decode(), who


def test_conversion_is_counted_at_each_step(market: Market) -> None:
    first = seated(market, agreed(market))
    actions_meetings.step(first, Step.MET, by=market.olga, at=NOW)
    found = queries_meetings.funnel(first.session.meeting)
    assert [(one.step, one.count, one.of_before) for one in found][:3] == [
        ("paired", 1, None),
        ("met", 1, Fraction(1)),
        ("intent", 0, Fraction(0)),
    ]


def test_invariant_17_sums_do_not_go_across_currencies(market: Market) -> None:
    meeting, first = meeting_of(market)
    matches = [agreed(market), agreed(market)]
    pairings = [actions_meetings.pair(first, match, by=market.olga, at=NOW) for match in matches]
    for act in (MeetingAct.ANNOUNCE, MeetingAct.HOLD):
        actions_meetings.move(meeting, act, by=market.olga, at=NOW)
    for pairing, currency in zip(pairings, ("CNY", "USD"), strict=True):
        actions_meetings.step(pairing, Step.MET, by=market.olga, at=NOW)
        actions_meetings.step(pairing, Step.INTENT, by=market.olga, at=NOW, money=Money(5, currency, "intent", TODAY))
    assert [(one["currency"], one["amount"]) for one in queries_meetings.sums(meeting)] == [("CNY", 5), ("USD", 5)]


def test_a_meeting_is_seen_by_everybody_once_it_is_announced(market: Market) -> None:
    meeting, _ = meeting_of(market)
    address = f"/en/meetings/{meeting.reference}/"
    assert market.client("visitor").get(address).status_code == 404
    assert market.client("olga").get(address).status_code == 200
    actions_meetings.move(meeting, MeetingAct.ANNOUNCE, by=market.olga, at=NOW)
    assert market.client("visitor").get(address).status_code == 200
    assert "Supply meets demand" in market.client("visitor").get("/en/meetings/").content.decode()


def test_whoever_met_was_in_contact_once_their_names_are_known(market: Market) -> None:
    case = open_case(market.lantern, market.here, by=market.olga, at=NOW)
    match = proposed(market)
    pairing = seated(market, match)
    actions_meetings.step(pairing, Step.MET, by=market.olga, at=NOW)
    assert LandingCase.objects.get().contacted is None
    meeting, first = meeting_of(market)
    second = actions_meetings.pair(first, agreed(market), by=market.olga, at=NOW)
    for act in (MeetingAct.ANNOUNCE, MeetingAct.HOLD):
        meeting = actions_meetings.move(meeting, act, by=market.olga, at=NOW)
    actions_meetings.step(second, Step.MET, by=market.olga, at=NOW)
    case.refresh_from_db()
    assert case.contacted == TODAY


def test_nobody_sits_in_two_sessions_at_the_same_time(market: Market) -> None:
    meeting, first = meeting_of(market)
    match = agreed(market)
    actions_meetings.pair(first, match, by=market.olga, at=NOW)
    at_once = actions_meetings.add_session(
        meeting, ("上午", "Also"), (time(9, 30), time(10, 30)), "B", by=market.olga, at=NOW
    )
    other = agreed(market)  # of the same two companies, both of which are known
    for one in (match, other):
        with pytest.raises(NotNow):
            actions_meetings.pair(at_once, one, by=market.olga, at=NOW)
    actions_meetings.pair(session(market, meeting, 11, 12, "B"), other, by=market.olga, at=NOW)
    actions_meetings.pair(session(market, meeting, 12, 13, "B"), match, by=market.olga, at=NOW)


def test_invariant_14_a_refused_seat_tells_nobody_who_a_hidden_side_is(market: Market) -> None:
    meeting, first = meeting_of(market)
    actions_meetings.pair(first, agreed(market), by=market.olga, at=NOW)
    hidden = proposed(market, market.demand(own=True))  # Lantern again, which Olga does not know
    beside = session(market, meeting, 9, 10, "B")
    actions_meetings.pair(beside, hidden, by=market.olga, at=NOW)
    assert first.pairings.count() == beside.pairings.count() == 1  # refused, it would say that both are of Lantern


def test_who_sits_at_a_table_is_notified_once_it_is_announced_and_when_it_is_cancelled(market: Market) -> None:
    meeting, first = meeting_of(market)
    actions_meetings.pair(first, proposed(market), by=market.olga, at=NOW)
    assert not Notice.objects.filter(kind="meeting_seated").exists()
    meeting = actions_meetings.move(meeting, MeetingAct.ANNOUNCE, by=market.olga, at=NOW)
    notified = {(one.user, one.words) for one in Notice.objects.filter(kind="meeting_seated")}
    assert notified == {(market.rolf, "docking.letter_seated"), (market.mei, "docking.letter_seated")}
    late = proposed(market)
    actions_meetings.pair(session(market, meeting, 11, 12), late, by=market.olga, at=NOW)
    assert Notice.objects.filter(kind="meeting_seated").count() == 4
    actions_meetings.move(meeting, MeetingAct.CANCEL, by=market.olga, at=NOW)
    assert Notice.objects.filter(kind="meeting_cancelled").count() == 4
    for lang, word in (("zh", "对接会取消"), ("en", "Cancelled: Supply meets demand, 2026-03-10")):
        page = market.client("mei").get(f"/{lang}/notices/").text
        assert word in page and "北光" not in page and "Nordlicht" not in page


def test_a_room_that_is_not_known_yet_takes_two_sessions(market: Market) -> None:
    meeting, _ = meeting_of(market)
    before = meeting.sessions.count()
    session(market, meeting, 9, 10, "")
    session(market, meeting, 9, 10, " ")
    assert meeting.sessions.count() == before + 2
