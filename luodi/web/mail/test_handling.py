"""What officers do with mail that came in, and who may."""

import re
from html import unescape
from typing import Any

import pytest

from luodi.casework.mail import MailAct, MailState, acts_on, after
from luodi.casework.states import NotNow
from luodi.errors import UnknownValue
from luodi.uploads.conftest import GOOD
from luodi.web.accounts.models import Membership
from luodi.web.cases.conftest import NOW, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Contact
from luodi.web.conftest import SINCE, person
from luodi.web.core.errors import NotPermitted
from luodi.web.core.roles import Role
from luodi.web.mail.actions import handle, put_on_case, take_in
from luodi.web.mail.conftest import came, written
from luodi.web.mail.models import Message

pytestmark = pytest.mark.django_db
STRANGER = "Sun <sun@elsewhere.example>"


@pytest.mark.parametrize("state", list(MailState))
@pytest.mark.parametrize("act", list(MailAct))
def test_an_act_that_does_not_fit_its_state_is_refused(state: MailState, act: MailAct) -> None:
    if act in acts_on(state):
        assert after(state, act, has_case=True) != state or act is MailAct.PUT_ON_CASE
    else:
        with pytest.raises(NotNow):
            after(state, act, has_case=True)


def test_an_accepted_stranger_is_on_the_case_and_no_contact(bench: Bench, case: LandingCase) -> None:
    done = handle(came(case, From=STRANGER), MailAct.ACCEPT, by=bench.ben, at=NOW)
    assert done.state == "read" and not Contact.objects.exists()


def test_mail_of_no_case_is_put_on_one_and_joins_its_thread(bench: Bench, case: LandingCase, lin: Contact) -> None:
    first = came(case)
    omar = person("omar", Role.OFFICER, bench.city)
    stray = came(Subject="Racks again", Message_ID="<9@lantern.example>")
    Message.objects.filter(pk=stray.pk).update(follows=["<1@lantern.example>"])
    done = put_on_case(stray, f" {case.reference.lower()} ", by=omar, at=NOW)
    assert (done.case, done.state, done.unit, done.thread) == (case, "read", bench.here, first)


@pytest.mark.parametrize("reference", ["LD-2026-0099", "", "x" * 40])
def test_a_case_that_is_not_there_or_not_ones_own_is_told(bench: Bench, case: LandingCase, reference: str) -> None:
    Membership.objects.create(user=bench.clara, role=Role.OFFICER, unit=bench.aside, starts=SINCE)
    found = came(case)
    with pytest.raises(UnknownValue):
        put_on_case(found, reference, by=bench.anna, at=NOW)
    LandingCase.objects.filter(pk=case.pk).update(unit=bench.aside)
    stray = came(Subject="Nobody")
    with pytest.raises(NotPermitted):
        put_on_case(stray, case.reference, by=bench.anna, at=NOW)


def test_what_is_set_aside_needs_a_reason_and_comes_back_as_it_was(bench: Bench, case: LandingCase) -> None:
    held = came(case, From=STRANGER)
    done = handle(held, MailAct.SET_ASIDE, "an advertisement", by=bench.anna, at=NOW)
    assert (done.state, done.reason) == ("set_aside", "an advertisement")
    assert handle(done, MailAct.TAKE_BACK, by=bench.anna, at=NOW).state == "held"
    omar = person("omar", Role.OFFICER, bench.city)
    stray = handle(came(Subject="Nobody"), MailAct.SET_ASIDE, "spam", by=omar, at=NOW)
    assert handle(stray, MailAct.TAKE_BACK, by=omar, at=NOW).state == "unassigned"


@pytest.mark.parametrize("who", ["clara", "mei", "lee"])
def test_nobody_else_acts(bench: Bench, case: LandingCase, lin: Contact, who: str) -> None:
    with pytest.raises(NotPermitted):
        handle(came(case), MailAct.READ, by=getattr(bench, who), at=NOW)


# ---- pages


def page_of(bench: Bench, message: Message, lang: str = "en", who: str = "anna") -> str:
    answer = bench.client(who).get(f"/{lang}/desk/mail/{message.pk}/")
    assert answer.status_code == 200
    return unescape(answer.text)


def hidden(page: str, act: str) -> dict[str, str]:
    return dict(re.findall(r'name="(key|version)" value="([^"]*)"', page.split(f'id="act-{act}"')[1])[:2])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_held_message_is_read_and_accepted_and_only_then_gives_its_files(
    bench: Bench, case: LandingCase, lang: str
) -> None:
    made = written(case, From=STRANGER)
    made.add_attachment(GOOD["plan.pdf"](), maintype="application", subtype="pdf", filename="plan.pdf")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="run.exe")
    [held] = take_in(made.as_bytes(), at=NOW)
    page, anna = page_of(bench, held, lang), bench.client("anna")
    assert "We found two racks." in page and "sun@elsewhere.example" in page and "run.exe" in page
    file = f"/{lang}/desk/mail/{held.pk}/files/{held.attachments.get().pk}/"
    assert file not in page and anna.post(file).status_code == 404
    answer = anna.post(f"/{lang}/desk/mail/{held.pk}/accept_mail/", hidden(page, "accept_mail"))
    assert answer.status_code == 302
    assert file in page_of(bench, held, lang)
    given = anna.post(file)
    assert given.status_code == 200 and b"".join(given) == GOOD["plan.pdf"]()
    assert [bench.client(who).post(file).status_code for who in ("clara", "mei")] == [404, 403]


def test_what_a_message_says_is_shown_as_text(bench: Bench, case: LandingCase, lin: Contact) -> None:
    found = came(case, "<script>alert(1)</script>", Subject="<b>bold</b>", From='"<i>Lin</i>" <lin@lantern.example>')
    raw = bench.client("anna").get(f"/en/desk/mail/{found.pk}/").text
    assert "<script>alert" not in raw and "<b>bold" not in raw and "<i>Lin" not in raw
    assert "&lt;script&gt;alert(1)" in raw


def test_the_queue_shows_what_waits_and_the_company_that_it_seems_to_be_from(
    bench: Bench, case: LandingCase, lin: Contact
) -> None:
    omar = person("omar", Role.OFFICER, bench.city)
    stray = came(Subject="Nobody")
    from django.test import Client

    client = Client()
    client.force_login(omar)
    assert "Nobody" in client.get("/en/desk/mail/").text
    assert "Nobody" not in bench.client("anna").get("/en/desk/mail/").text
    page = client.get(f"/en/desk/mail/{stray.pk}/").text
    assert case.reference in page and f'value="{case.reference}"' in page
    form: dict[str, Any] = {**hidden(page, "put_on_case"), "case": "LD-2026-0099"}
    refused = client.post(f"/en/desk/mail/{stray.pk}/put_on_case/", form)
    assert refused.status_code == 422 and 'href="#put_on_case_case"' in refused.text
    again = {**hidden(refused.text, "put_on_case"), "case": case.reference}
    assert client.post(f"/en/desk/mail/{stray.pk}/put_on_case/", again).status_code == 302
    assert "Nobody" in bench.client("anna").get(f"/en/desk/cases/{case.reference}/mail/").text


def test_clara_and_the_company_find_nothing(bench: Bench, case: LandingCase, lin: Contact) -> None:
    found = came(case)
    for who in ("clara", "mei"):
        client = bench.client(who)
        for part in (f"mail/{found.pk}/", f"cases/{case.reference}/mail/"):
            assert client.get(f"/en/desk/{part}").status_code in (403, 404)
    assert "We found two racks" in page_of(bench, found, who="lee")
