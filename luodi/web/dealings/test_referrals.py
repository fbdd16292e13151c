"""Hand-offs: one referral a unit, each with a day and closed by an act; whoever does not answer is chased."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luodi.casework.referrals import GroupState, ReferralAct, ReferralState
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.actions.cases import end_case
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.conftest import person, unit
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.dealings import queries
from luodi.web.dealings.actions.referrals import answer_referral, chase_referrals, hand_off, notify_late_referrals
from luodi.web.dealings.models import HandOff, Referral
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=14)


@pytest.fixture
def ip(bench: Bench) -> Unit:
    return unit("IP", bench.city)


@pytest.fixture
def iris(ip: Unit) -> User:
    return person("iris", Role.OFFICER, ip)


def sent(bench: Bench, *units: Unit, key: str = "") -> HandOff:
    return hand_off(bench.open(), "Who files the mark?", units, DUE, by=bench.anna, at=NOW, key=key)


def told(kind: str) -> list[str]:
    return [one.user.name for one in Notice.objects.filter(kind=kind).order_by("pk")]


def test_each_unit_is_asked_once_and_its_officers_are_told(bench: Bench, ip: Unit, iris: User) -> None:
    made = sent(bench, ip, bench.aside)
    assert [(r.unit, r.state, r.due) for r in made.referrals.order_by("pk")] == [
        (ip, "sent", DUE),
        (bench.aside, "sent", DUE),
    ]
    assert told("referral_sent") == ["Iris", "Clara"] and made.state is GroupState.WAITING
    assert {entry.act for entry in Entry.objects.filter(kind__startswith="dealings.")} == {"hand_off", "send"}


def test_two_clicks_make_one_hand_off(bench: Bench, ip: Unit) -> None:
    case, key = bench.open(), new_key()
    made = [hand_off(case, "x", [ip], DUE, by=bench.anna, at=NOW, key=key) for _ in range(2)]
    assert made[0] == made[1] and Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("question", "days", "which", "error"),
    [
        (" ", 1, "ip", MissingKey),
        ("x", -1, "ip", OutOfRange),
        ("x", 1, "own", UnknownValue),
        ("x", 1, "none", MissingKey),
        ("x", 1, "twice", MissingKey),
        ("x", 1, "closed", UnknownValue),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_sent(
    bench: Bench, ip: Unit, question: str, days: int, which: str, error: type[Exception]
) -> None:
    closed = unit("Closed")
    Unit.objects.filter(pk=closed.pk).update(closes=TODAY)
    closed.refresh_from_db()
    units = {"ip": [ip], "own": [bench.here], "none": [], "twice": [ip, ip], "closed": [closed]}[which]
    with pytest.raises(error):
        hand_off(bench.open(), question, units, TODAY + timedelta(days=days), by=bench.anna, at=NOW)
    assert not HandOff.objects.exists() and not Notice.objects.exists()


def test_a_case_that_has_ended_hands_nothing_over(bench: Bench, ip: Unit) -> None:
    case = end_case(bench.open(), End.LOST, "price", by=bench.anna, at=NOW)
    with pytest.raises(NotNow):
        hand_off(case, "x", [ip], DUE, by=bench.anna, at=NOW)


def test_the_unit_answers_and_the_officer_of_the_case_is_told(bench: Bench, ip: Unit, iris: User) -> None:
    one = sent(bench, ip).referrals.get()
    one = answer_referral(one, ReferralAct.ACCEPT, by=iris, at=NOW)
    assert (one.state, one.officer, one.hand_off.state) == ("accepted", iris, GroupState.RUNNING)
    one = answer_referral(one, ReferralAct.FINISH, "Filed on 9 March.", by=iris, at=NOW)
    assert one.hand_off.state is GroupState.DONE and told("referral_answered") == ["Anna", "Anna"]
    with pytest.raises(NotNow):
        answer_referral(one, ReferralAct.DECLINE, "late", by=iris, at=NOW)


@pytest.mark.parametrize("act", [ReferralAct.DECLINE, ReferralAct.FINISH])
def test_returned_or_finished_work_says_why_or_with_what_result(
    bench: Bench, ip: Unit, iris: User, act: ReferralAct
) -> None:
    with pytest.raises(MissingKey):
        answer_referral(sent(bench, ip).referrals.get(), act, " ", by=iris, at=NOW)
    assert Referral.objects.get().state == "sent"


def test_a_form_that_is_stale_changes_nothing(bench: Bench, ip: Unit, iris: User) -> None:
    one = sent(bench, ip).referrals.get()
    answer_referral(one, ReferralAct.ACCEPT, by=iris, at=NOW, version=1)
    with pytest.raises(StaleVersion):
        answer_referral(one, ReferralAct.DECLINE, "no", by=iris, at=NOW, version=1)


def test_who_sees_and_who_answers(bench: Bench, ip: Unit, iris: User) -> None:
    """Both units and their leaders see it; the asked unit alone answers; nobody else sees that it is there."""
    one = sent(bench, ip).referrals.get()
    lena = person("lena", Role.LEADER, ip)
    for user, sees in (
        (bench.anna, True),
        (iris, True),
        (lena, True),
        (bench.lee, True),
        (bench.clara, False),
        (bench.mei, False),
    ):
        assert visible(user, Referral.objects.all()).exists() is sees, user
    for user in (bench.anna, bench.mei, bench.clara, bench.lee, lena):
        with pytest.raises(NotPermitted):
            answer_referral(one, ReferralAct.ACCEPT, by=user, at=NOW)
    assert not visible(iris, HandOff.objects.all()).exists()


def test_invariant_21_every_open_referral_has_one_responsible_unit_and_a_day(bench: Bench, ip: Unit) -> None:
    made = sent(bench, ip, bench.aside)
    for missing in ({"unit": None, "due": DUE}, {"unit": bench.city, "due": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.create(hand_off=made, sent=TODAY, changed=NOW, **missing)
    with pytest.raises(IntegrityError), transaction.atomic():  # and it is asked once
        Referral.objects.create(hand_off=made, unit=ip, due=DUE, sent=TODAY, changed=NOW)


def test_invariant_13_the_state_of_a_hand_off_cannot_be_typed(bench: Bench, ip: Unit, iris: User) -> None:
    made = sent(bench, ip, bench.aside)
    with pytest.raises(AttributeError):
        made.state = GroupState.DONE
    assert "state" not in {field.name for field in HandOff._meta.get_fields()}
    answer_referral(made.referrals.get(unit=ip), ReferralAct.FINISH, "Filed.", by=iris, at=NOW)
    assert HandOff.objects.get().state is GroupState.WAITING


# ---- chasing


def on(days: int) -> Any:
    return NOW + timedelta(days=days)


def test_a_unit_that_does_not_answer_is_reminded_at_9_and_21_days_and_lapses_at_45(
    bench: Bench, ip: Unit, iris: User
) -> None:
    sent(bench, ip)
    seen = []
    for day in (8, 9, 9, 10, 20, 21, 44, 45, 46):
        seen.append((day, chase_referrals(on(day)), Referral.objects.get().state, len(told("referral_chased"))))
    assert seen == [
        (8, 0, "sent", 0),
        (9, 1, "sent", 1),
        (9, 0, "sent", 1),
        (10, 0, "sent", 1),
        (20, 0, "sent", 1),
        (21, 1, "sent", 2),
        (44, 0, "sent", 2),
        (45, 1, "lapsed", 2),
        (46, 0, "lapsed", 2),
    ]
    assert told("nobody_answered") == ["Mei"] and told("referral_answered") == ["Anna"]
    assert [e.act for e in Entry.objects.filter(kind="dealings.Referral").order_by("number")] == [
        "send",
        "nudge",
        "last_chance",
        "lapse",
    ]


def test_the_company_is_told_once_and_only_where_nobody_took_it(bench: Bench, ip: Unit, iris: User) -> None:
    made = sent(bench, ip, bench.aside)
    answer_referral(made.referrals.get(unit=ip), ReferralAct.ACCEPT, by=iris, at=NOW)
    chase_referrals(on(45))
    assert made.referrals.get(unit=bench.aside).state == ReferralState.LAPSED and told("nobody_answered") == []
    answer_referral(made.referrals.get(unit=ip), ReferralAct.DECLINE, "not ours", by=iris, at=on(46))
    assert told("nobody_answered") == ["Mei"]
    chase_referrals(on(60))
    assert told("nobody_answered") == ["Mei"]


def test_an_accepted_referral_is_not_chased(bench: Bench, ip: Unit, iris: User) -> None:
    answer_referral(sent(bench, ip).referrals.get(), ReferralAct.ACCEPT, by=iris, at=NOW)
    assert chase_referrals(on(100)) == 0


def test_of_an_accepted_referral_that_is_late_the_unit_and_whoever_asked_are_told_once(
    bench: Bench, ip: Unit, iris: User
) -> None:
    one = answer_referral(sent(bench, ip).referrals.get(), ReferralAct.ACCEPT, by=iris, at=NOW)
    assert notify_late_referrals(on(14)) == 0  # its day itself
    assert [notify_late_referrals(on(day)) for day in (15, 15, 16, 40)] == [1, 0, 0, 0]
    assert sorted(told("referral_late")) == ["Anna", "Iris"]
    assert Referral.objects.get().state == ReferralState.ACCEPTED  # only an act closes it
    answer_referral(one, ReferralAct.FINISH, "Filed.", by=iris, at=on(41))


def test_those_that_wait_quietly_keep_nobody_from_being_chased(bench: Bench, ip: Unit) -> None:
    for _ in range(3):
        sent(bench, ip)
    assert chase_referrals(on(9), most=2) == 2 and chase_referrals(on(9), most=2) == 1


def test_lists_ask_a_fixed_number_of_questions(
    bench: Bench, ip: Unit, iris: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        sent(bench, ip)
    with django_assert_max_num_queries(6):
        rows = list(queries.referrals(iris, {"state": "open"}, on=TODAY))
        assert [str(r.hand_off.case.company) for r in rows] == ["灯屿云"] * 6
    assert not queries.referrals(iris, {"state": "late"}, on=DUE).exists()
    assert queries.referrals(iris, {"state": "late"}, on=DUE + timedelta(days=1)).count() == 6
    assert not queries.referrals(bench.anna, {"state": "open"}, on=TODAY).exists()  # what she sent came to others
