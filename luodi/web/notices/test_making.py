"""People are told once, of what they may see, when they want it; what was stored goes out, whoever dies meanwhile."""

from datetime import datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from model_bakery import baker

from luodi.errors import BadInput
from luodi.web.accounts.actions.absence import end_cover, name_stand_in
from luodi.web.accounts.actions.people import disable_user, remove_factors
from luodi.web.accounts.models import Membership, User
from luodi.web.advisor.models import Enquiry
from luodi.web.conftest import PASSWORD, Site, mailed, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.notify import Address, NoticeKind
from luodi.web.core.roles import Role
from luodi.web.core.words import words
from luodi.web.notices import kinds, mail, queries
from luodi.web.notices.actions import choose, read_notices, stop_kind
from luodi.web.notices.forms import Hours
from luodi.web.notices.making import NewNotice, make_notice, make_notices
from luodi.web.notices.models import Notice, Quiet, Stopped
from luodi.web.notices.preferences import after_quiet
from luodi.web.notices.texts import said

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-25T12:00:00+08:00")
SHANGHAI = "Asia/Shanghai"
MEI = Address("mei@example.com", "en")


def clock(text: str, day: int = 25) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{text}:00+08:00")


def hours(starts: str, ends: str, zone: str = SHANGHAI) -> Hours:
    return Hours(time.fromisoformat(starts), time.fromisoformat(ends), zone)


def quiet(starts: str, ends: str, zone: str = SHANGHAI) -> Quiet:
    return Quiet(starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), zone=zone)


@pytest.fixture
def anna() -> User:
    found = person("anna", Role.OFFICER, unit("City"))
    found.language = "en"
    found.save()
    return found


def enquiry(reference: str = "2026-AAAAAA", **more: Any) -> Enquiry:
    at = Membership.objects.get(user__email="anna@example.com").unit
    return baker.make(Enquiry, unit=at, reference=reference, sender=None, email=MEI.email, language="en", **more)


def arrived(to: User, about: Enquiry, at: datetime = NOW) -> bool:
    both = {"zh": "市局", "en": "City"}
    return make_notice("enquiry_arrived", to, about, "arrived", at=at, reference=about.reference, unit=both)


def client_of(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


# ---- once


def test_who_is_told_twice_hears_it_once(anna: User) -> None:
    one = enquiry()
    assert [arrived(anna, one), arrived(anna, one), arrived(anna, enquiry("2026-BBBBBB"))] == [True, False, True]
    received = [make_notice("enquiry_received", MEI, one, "received", at=NOW, reference="x") for _ in range(2)]
    assert received == [True, False] and len(mailed(NOW)) == 3 and mailed(NOW) == []


def test_what_is_undone_tells_nobody(anna: User) -> None:
    with pytest.raises(OSError), transaction.atomic():
        arrived(anna, enquiry())
        raise OSError("the disk is full")
    assert not Notice.objects.exists() and mailed(NOW) == []


def test_two_senders_at_once_send_one_letter(anna: User) -> None:
    arrived(anna, enquiry())
    [key] = mail.waiting(NOW).values_list("pk", flat=True)
    assert mail._take(key, NOW) is not None and mail._take(key, NOW) is None
    assert mailed(NOW) == [] and len(mailed(NOW + timedelta(hours=2))) == 1


DIES = """
import os
from django.db import transaction
from django.utils import timezone
from luodi.web.accounts.models import Unit
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.core.keys import new_key
from luodi.advice.answers import Answers
with transaction.atomic():
    transaction.on_commit(lambda: os._exit(9))
    answers = Answers.of("service=B11&place=BJ&share=100&investor=SG")
    sender = Sender("Mei", "mei@example.com", "en")
    send_enquiry(answers, timezone.localdate(), sender, Unit.objects.get(), by=None, key=new_key(), at=timezone.now())
"""
SENDS = """
from django.utils import timezone
from luodi.web.notices.mail import deliver
print(deliver(timezone.now()))
"""


def test_a_process_that_dies_between_the_act_and_the_letter_loses_none(site: Site) -> None:
    """It ends without a word as soon as the act is stored; whoever comes after it sends the letters, once."""
    site.luodi("user", "units", "--add", "agency", "市局", "City")
    site.luodi("user", "add", "olga@example.com", "--role", "officer", "--unit", "1", given=PASSWORD)
    assert site.python(DIES).wait() == 9
    for went in ("(2, 0)", "(0, 0)"):
        with site.python(SENDS) as sender:
            assert sender.stdout is not None and sender.stdout.read().strip() == went


# ---- what one may not see


def test_hidden_rows_are_not_told(anna: User) -> None:
    one, elsewhere = enquiry(), person("otto", Role.OFFICER, unit("Elsewhere"))
    assert not arrived(elsewhere, one) and arrived(anna, one)
    assert [notice.user for notice in Notice.objects.all()] == [anna]


def test_what_was_hidden_meanwhile_is_neither_sent_nor_shown_nor_counted(anna: User) -> None:
    one = enquiry()
    arrived(anna, one)
    own = client_of(anna)
    assert one.reference in own.get("/en/notices/").text and "1 unread" in own.get("/en/").text
    Membership.objects.filter(user=anna).update(ends=NOW.date() - timedelta(days=400))
    assert one.reference not in own.get("/en/notices/").text and "unread" not in own.get("/en/").text
    assert own.post(f"/en/notices/{Notice.objects.get().pk}/").status_code == 404
    assert mailed(NOW) == [] and Notice.objects.get().withheld == "hidden"


def test_a_row_that_is_gone_is_not_told(anna: User) -> None:
    one = enquiry()
    arrived(anna, one)
    one.delete()
    assert mailed(NOW) == [] and Notice.objects.get().withheld == "gone" and queries.own(anna) == []


def test_of_what_somebody_has_taken_on_no_letter_goes(anna: User) -> None:
    arrived(anna, enquiry(state="assigned"))
    assert mailed(NOW) == [] and Notice.objects.get().withheld == "over"


def test_nobody_reads_the_notices_of_others(anna: User) -> None:
    arrived(anna, enquiry())
    clara, notice = client_of(person("clara", Role.OFFICER, unit("Other"))), Notice.objects.get()
    assert clara.post(f"/en/notices/{notice.pk}/").status_code == 404
    clara.post("/en/notices/read/", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read is None and "AAAAAA" not in clara.get("/en/notices/").text


def test_somebody_who_is_shut_out_is_told_nothing(anna: User) -> None:
    one = enquiry()
    disable_user(anna, by=None, at=NOW)
    assert not arrived(anna, one)


# ---- the page


@pytest.mark.parametrize(("lang", "subject"), [("en", "A new enquiry, 2026-AAAAAA"), ("zh", "新的咨询2026-AAAAAA")])
def test_the_page_lists_them_opens_the_row_and_marks_it_read(anna: User, lang: str, subject: str) -> None:
    one, own = enquiry(), client_of(anna)
    arrived(anna, one)
    assert subject in unescape(own.get(f"/{lang}/notices/").text)
    answer = own.post(f"/{lang}/notices/{Notice.objects.get().pk}/")
    assert (answer.status_code, answer["location"]) == (302, f"/{lang}/desk/enquiries/{one.pk}/")
    assert Notice.objects.get().read is not None and 'class="count"' not in own.get(f"/{lang}/notices/").text


def test_one_or_all_are_marked_read(anna: User) -> None:
    for number in range(3):
        arrived(anna, enquiry(f"2026-AAAAA{number}"))
    own, first = client_of(anna), Notice.objects.order_by("pk")[0]
    answer = own.post("/en/notices/read/", {"notice": first.pk, "page": "2"})
    assert answer["location"] == "/en/notices/?page=2" and Notice.objects.filter(read=None).count() == 2
    assert own.post("/en/notices/read/", {"page": "//elsewhere.example"})["location"] == "/en/notices/"
    assert not Notice.objects.filter(read=None).exists()


def test_reading_is_not_undone_by_reading_again(anna: User) -> None:
    arrived(anna, enquiry())
    mine = Notice.objects.filter(user=anna)
    for at in (NOW, NOW + timedelta(days=1)):
        read_notices(anna, mine, by=anna, at=at)
        assert mine.get().read == NOW


def test_a_visitor_has_no_bell_and_is_sent_to_sign_in(client: Client, django_assert_num_queries: Any) -> None:
    assert client.get("/en/notices/").status_code == client.get("/en/notices/settings/").status_code == 302
    with django_assert_num_queries(0):
        assert 'class="bell"' not in client.get("/en/about/").text


# ---- quiet hours


@pytest.mark.parametrize(
    ("starts", "ends", "at", "goes"),
    [
        ("22:00", "07:00", clock("21:59"), clock("21:59")),
        ("22:00", "07:00", clock("22:00"), clock("07:00", 26)),
        ("22:00", "07:00", clock("23:59"), clock("07:00", 26)),
        ("22:00", "07:00", clock("00:00"), clock("07:00")),
        ("22:00", "07:00", clock("06:59"), clock("07:00")),
        ("22:00", "07:00", clock("07:00"), clock("07:00")),
        ("12:00", "14:00", clock("11:59"), clock("11:59")),
        ("12:00", "14:00", clock("12:00"), clock("14:00")),
        ("12:00", "14:00", clock("14:00"), clock("14:00")),
    ],
)
def test_quiet_hours_hold_their_first_moment_and_not_their_end(
    starts: str, ends: str, at: datetime, goes: datetime
) -> None:
    assert after_quiet(quiet(starts, ends), at) == goes


def test_quiet_hours_are_those_of_the_readers_clock_also_when_it_is_put_back() -> None:
    """Berlin, 25 October 2026: three o'clock summer time becomes two; seven in the morning is six by UTC."""
    night = datetime.fromisoformat("2026-10-24T23:30:00+02:00")
    goes = after_quiet(quiet("22:00", "07:00", "Europe/Berlin"), night)
    assert goes == datetime.fromisoformat("2026-10-25T06:00:00+00:00")


def test_a_letter_waits_for_the_end_of_quiet_hours(anna: User) -> None:
    choose(anna, digest=False, quiet=hours("22:00", "07:00"), by=anna, at=NOW)
    arrived(anna, enquiry(), clock("22:00"))
    assert mailed(clock("22:00")) == mailed(clock("06:59", 26)) == []
    assert len(mailed(clock("07:00", 26))) == 1


def test_a_late_sender_keeps_quiet_too(anna: User) -> None:
    choose(anna, digest=False, quiet=hours("22:00", "07:00"), by=anna, at=NOW)
    arrived(anna, enquiry(), clock("21:00"))
    assert mailed(clock("23:00")) == [] and len(mailed(clock("07:00", 26))) == 1


def test_security_and_legal_notices_are_neither_held_nor_stopped(anna: User) -> None:
    choose(anna, digest=True, quiet=hours("00:00", "23:59"), by=anna, at=NOW)
    Authenticator.objects.create(user=anna, type="totp", data={})
    remove_factors(anna, "lost the telephone", by=None, at=NOW)
    sent = enquiry()
    make_notice("enquiry_closed", sender := person("mei"), sent, "closed", at=NOW, reference="x", why="Done.")
    assert not Notice.objects.filter(user=sender).exists()  # it is not theirs
    make_notice("enquiry_closed", MEI, sent, "closed", at=NOW, reference="x", why="Done.")
    assert sorted(letter.to[0] for letter in mailed()) == [anna.email, MEI.email]
    with pytest.raises(BadInput):
        stop_kind(anna, "security", by=None, at=NOW)


# ---- one letter a day


def test_the_days_letter_holds_all_that_waited(anna: User) -> None:
    choose(anna, digest=True, quiet=None, by=anna, at=NOW)
    for number in range(3):
        arrived(anna, enquiry(f"2026-AAAAA{number}"), clock(f"1{number}:00"))
    assert mailed(clock("07:59", 26)) == []
    [letter] = mailed(clock("08:00", 26))
    assert all(f"2026-AAAAA{number}" in letter.body for number in range(3)) and "3" in letter.subject
    arrived(anna, enquiry("2026-BBBBBB"), clock("08:00", 26))
    assert mailed(clock("23:00", 26)) == [] and len(mailed(clock("08:00", 27))) == 1


def test_what_waits_follows_a_new_wish(anna: User) -> None:
    choose(anna, digest=True, quiet=None, by=anna, at=NOW)
    arrived(anna, enquiry())
    choose(anna, digest=False, quiet=None, by=anna, at=NOW)
    assert len(mailed(NOW)) == 1


def test_the_link_of_the_days_letter_stops_its_kinds(anna: User, client: Client) -> None:
    choose(anna, digest=True, quiet=None, by=anna, at=NOW)
    for number in range(2):
        arrived(anna, enquiry(f"2026-AAAAA{number}"))
    [letter] = mailed(clock("08:00", 26))
    link = "/en/" + letter.extra_headers["List-Unsubscribe"].strip("<>").partition("/en/")[2]
    assert client.get(link).status_code == 200 and not Stopped.objects.exists()
    assert Client(enforce_csrf_checks=True).post(link).status_code == 200
    assert [(one.user, one.kind) for one in Stopped.objects.all()] == [(anna, "enquiry_arrived")]


# ---- stopping


def test_a_stopped_kind_stays_on_the_page_and_sends_no_letter(anna: User) -> None:
    stop_kind(anna, "enquiry_arrived", by=None, at=NOW)
    arrived(anna, enquiry())
    assert mailed(NOW) == [] and len(queries.own(anna)) == 1


def test_what_is_stopped_between_the_act_and_the_letter_is_not_sent(anna: User) -> None:
    arrived(anna, enquiry())
    stop_kind(anna, "enquiry_arrived", by=None, at=NOW)
    assert mailed(NOW) == [] and Notice.objects.get().withheld == "stopped"


def test_an_address_that_stopped_a_kind_is_told_nothing_of_it(anna: User) -> None:
    stop_kind(MEI, "plan_changed", by=None, at=NOW)
    assert not make_notice("plan_changed", MEI, enquiry(), "determination 1", at=NOW, name="x", difference="y")
    assert not Notice.objects.exists()


# ---- settings


def test_the_settings_are_kept_shown_and_checked(anna: User) -> None:
    own, place = client_of(anna), "/en/notices/settings/"
    given = {"key": new_key(), "digest": "1", "quiet_from": "22:00", "quiet_until": "07:00", "zone": "Europe/Berlin"}
    assert own.post(place, {**given, "letters": "enquiry_arrived"}).status_code == 302
    page = own.get(place).text
    assert 'value="22:00"' in page and '<option value="Europe/Berlin" selected>' in page
    anna.refresh_from_db()
    assert anna.digest and not Stopped.objects.filter(kind="enquiry_arrived").exists()
    assert Stopped.objects.filter(user=anna, kind="plan_changed").exists()
    assert "Drafts to review" not in page and "Security of the account" not in page
    assert own.post(place, {**given, "quiet_from": "", "quiet_until": "", "letters": "plan_changed"}).status_code == 302
    assert not Quiet.objects.exists() and not Stopped.objects.filter(kind="plan_changed").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_until": ""},
        {"quiet_from": ""},
        {"quiet_until": "22:00"},
        {"quiet_from": "late"},
        {"zone": "Mars/Base"},
        {"digest": "2"},
    ],
)
def test_wrong_settings_change_nothing(anna: User, wrong: dict[str, str]) -> None:
    given = {"key": new_key(), "digest": "1", "quiet_from": "22:00", "quiet_until": "07:00", "zone": SHANGHAI}
    answer = client_of(anna).post("/zh/notices/settings/", {**given, **wrong})
    assert answer.status_code == 422 and 'class="problems"' in answer.text
    assert not Quiet.objects.exists() and not User.objects.get(pk=anna.pk).digest


# ---- the table of kinds


@pytest.mark.parametrize("kind", kinds.kinds().values(), ids=lambda one: one.key)
def test_every_kind_has_its_words_and_functions(kind: NoticeKind) -> None:
    assert {kind.title, f"{kind.words}_subject", f"{kind.words}_text"} <= set(words())
    assert callable(kind.links) and callable(kind.still)
    assert set(kind.roles) <= set(Role)


def test_a_kind_that_no_app_has_is_refused(anna: User) -> None:
    with pytest.raises(KeyError):
        make_notice("nothing", anna, anna, "x", at=NOW)


# ---- standing in


def test_whoever_stands_in_is_told_and_told_when_it_changes(anna: User) -> None:
    ben, today = person("ben", Role.OFFICER, unit("West")), NOW.date()
    cover = name_stand_in(anna, ben, starts=today, ends=today + timedelta(days=5), by=anna, at=NOW)
    end_cover(cover, on=today + timedelta(days=2), by=anna, at=NOW)
    told = Notice.objects.filter(user=ben, kind="stand_in").order_by("pk")
    assert [one.values["last"] for one in told] == ["2026-11-29", "2026-11-26"]
    text = said(told[0], ben, "en").text
    assert "Anna" in text and "/en/account/absence/" in text


def test_many_at_once_are_told_as_one_by_one(anna: User) -> None:
    clara, mei = person("clara", Role.OFFICER, unit("Aside")), Address("mei@example.com", "zh")
    first, second = enquiry(), enquiry("2026-BBBBBB")
    values = {"reference": first.reference, "unit": {"zh": "局", "en": "Bureau"}}
    told = [NewNotice(to, row, "arrived", values) for to in (anna, clara, mei) for row in (first, second)]
    make_notice("enquiry_arrived", anna, first, "arrived", at=NOW, **values)
    for _ in range(2):
        make_notices("enquiry_arrived", told, at=NOW)
    rows = Notice.objects.order_by("user", "email", "row_key").values_list("user", "email", "row_key", "due")
    expected = {(anna.pk, "", str(one.pk), NOW) for one in (first, second)}
    assert set(rows) == expected | {(None, mei.email, str(one.pk), NOW) for one in (first, second)}
    assert len(rows) == 4


def test_invariant_23_a_notice_goes_once_and_stopping_a_kind_stops_no_legal_one(anna: User) -> None:
    """Once a person, row and reason, at the page and by letter; of what is legal nobody can be spared."""
    about = enquiry()
    legal = next(kind.key for kind in kinds.kinds().values() if kind.legal)
    usual = "enquiry_arrived"
    Stopped.objects.bulk_create(Stopped(user=anna, kind=kind, at=NOW) for kind in (legal, usual))
    for _ in range(2):
        for kind in (legal, usual):
            make_notice(
                kind, anna, about, "arrived", at=NOW, reference=about.reference, unit={"zh": "局", "en": "Bureau"}
            )
    assert sorted(Notice.objects.values_list("kind", "withheld")) == sorted([(legal, ""), (usual, "stopped")])
