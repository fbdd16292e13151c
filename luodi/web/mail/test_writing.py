"""Mail that officers write: stored with the act, sent once, answered to the case."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from luodi.casework.mail import MailAct
from luodi.errors import MissingKey
from luodi.web.cases.actions.proofs import add_proof
from luodi.web.cases.conftest import NOW, Bench, a_file
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Consent, Contact
from luodi.web.core.errors import NotPermitted
from luodi.web.files.conftest import upload
from luodi.web.files.models import StoredFile
from luodi.web.journal.models import Entry
from luodi.web.mail import tasks as outbox
from luodi.web.mail.actions import handle, write_mail
from luodi.web.mail.conftest import came
from luodi.web.mail.models import Message
from luodi.web.mail.queries import address_of, contacts_of
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db


def wrote(case: LandingCase, lin: Contact, bench: Bench, **more: Any) -> Message:
    given = {"by": bench.anna, "at": NOW, **more}
    made: Message = write_mail(case, [lin], "Documents", "Please send the lease.", **given)
    return made


def page_of(bench: Bench, case: LandingCase, asked: str = "", lang: str = "en") -> str:
    answer = bench.client("anna").get(f"/{lang}/desk/cases/{case.reference}/mail/new/{asked}")
    assert answer.status_code == 200
    return unescape(answer.text)


def sent_form(page: str, lin: Contact, **more: Any) -> dict[str, Any]:
    key = re.search(r'name="key" value="([^"]*)"', page)
    assert key is not None
    return {"key": key[1], "to": [lin.pk], "subject": "Documents", "text": "Please.", **more}


# ---- what goes out


def test_a_message_goes_out_in_the_officers_name_and_is_answered_to_the_case(
    bench: Bench, case: LandingCase, lin: Contact
) -> None:
    made = wrote(case, lin, bench, files=[a_file()])
    assert made.state == "queued" and mail.outbox == []
    assert outbox.deliver(NOW) == 1 and outbox.deliver(NOW) == 0
    [letter] = mail.outbox
    assert letter.to == ["lin@lantern.example"] and letter.reply_to == [address_of(case)]
    assert letter.from_email == "Anna <luodi@localhost>"
    assert "Please send the lease.\n\n-- \nAnna\nHere\nCase LD-2026-0001" in letter.body
    assert [one[0] for one in letter.attachments] == ["plan.pdf"]
    raw = letter.message()
    assert raw["Message-ID"] == made.message_id and raw["References"] is None
    made.refresh_from_db()
    assert (made.state, made.sent) == ("sent", NOW)
    case.refresh_from_db()
    assert case.contacted == NOW.date()


def test_an_answer_names_what_it_follows_and_makes_it_read(bench: Bench, case: LandingCase, lin: Contact) -> None:
    first = came(case)
    answer = wrote(case, lin, bench, reply=first)
    again = wrote(case, lin, bench, reply=answer)
    outbox.deliver(NOW)
    headers = [letter.message() for letter in mail.outbox]
    assert headers[0]["In-Reply-To"] == headers[0]["References"] == "<1@lantern.example>"
    assert headers[1]["References"] == f"<1@lantern.example> {answer.message_id}"
    first.refresh_from_db()
    assert first.state == "read" and answer.thread == again.thread == first


def test_a_document_of_the_case_goes_along_and_stays_a_document(bench: Bench, case: LandingCase, lin: Contact) -> None:
    paper = add_proof(case, "premises", a_file(), by=bench.mei, at=NOW)
    made = wrote(case, lin, bench, documents=[paper])
    assert made.attachments.get().file == paper.file and StoredFile.objects.count() == 1
    outbox.deliver(NOW)
    assert mail.outbox[0].attachments[0][0] == paper.file.name


def test_what_a_mail_server_does_not_take_is_tried_again_and_in_the_end_told(
    bench: Bench, case: LandingCase, lin: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, at = wrote(case, lin, bench), NOW

    def refuses(self: Any) -> None:
        raise ConnectionRefusedError("the server is away")

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuses)
        for _ in range(outbox.MOST):
            assert outbox.deliver(at) == 0 and not outbox.waiting(at).exists()
            at += outbox.AGAIN
    made.refresh_from_db()
    assert made.state == "failed" and made.reason == "the server is away"
    assert Notice.objects.get(kind="mail_failed").user == bench.anna
    handle(made, MailAct.SEND_AGAIN, by=bench.ben, at=at)
    assert outbox.deliver(at) == 1


def test_what_a_killed_sender_had_taken_goes_an_hour_later_under_the_same_name(
    bench: Bench, case: LandingCase, lin: Contact
) -> None:
    made = wrote(case, lin, bench)
    Message.objects.update(taken=NOW)
    assert outbox.deliver(NOW + timedelta(minutes=59)) == 0
    assert outbox.deliver(NOW + timedelta(minutes=60)) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == made.message_id


@pytest.mark.parametrize(("scan", "state"), [("waiting", "queued"), ("infected", "failed"), ("clean", "sent")])
def test_a_file_is_sent_once_it_passed_the_scanner(
    bench: Bench, case: LandingCase, lin: Contact, scan: str, state: str
) -> None:
    made = wrote(case, lin, bench, files=[a_file()])
    StoredFile.objects.update(scan=scan)
    outbox.deliver(NOW)
    made.refresh_from_db()
    assert made.state == state and len(mail.outbox) == (state == "sent")


def test_an_act_that_is_undone_sends_nothing(bench: Bench, case: LandingCase, lin: Contact) -> None:
    with pytest.raises(NotPermitted):
        wrote(case, lin, bench, by=bench.clara)
    assert outbox.deliver(NOW) == 0 and not Message.objects.exists()


def test_without_a_domain_nothing_is_written(bench: Bench, case: LandingCase, lin: Contact, settings: Any) -> None:
    settings.MAIL_DOMAIN = ""
    with pytest.raises(MissingKey):
        wrote(case, lin, bench)
    assert "no domain for e-mail" in page_of(bench, case)


def test_the_journal_says_that_it_was_written_and_not_what(bench: Bench, case: LandingCase, lin: Contact) -> None:
    wrote(case, lin, bench)
    entry = Entry.objects.get(act="write_mail")
    assert entry.actor == bench.anna.pk and "lease" not in str(entry.after) and "lin@" not in str(entry.after)


# ---- to whom


def test_who_left_or_wants_no_mail_is_not_offered(bench: Bench, case: LandingCase, lin: Contact) -> None:
    def consent(**more: Any) -> None:
        Consent.objects.create(contact=lin, purpose="case", channel="email", given=NOW.date(), how="x", **more)

    assert contacts_of(case, on=NOW.date()) == [lin]
    consent(withdrawn=NOW.date())
    assert contacts_of(case, on=NOW.date()) == []
    consent()
    assert contacts_of(case, on=NOW.date()) == [lin]
    Contact.objects.update(left=NOW.date() + timedelta(days=1))
    assert contacts_of(case, on=NOW.date()) == [lin]
    assert contacts_of(case, on=NOW.date() + timedelta(days=1)) == []


# ---- the page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_written_on_the_page_with_files_and_two_clicks_write_one(
    bench: Bench, case: LandingCase, lin: Contact, lang: str
) -> None:
    page, anna = page_of(bench, case, lang=lang), bench.client("anna")
    assert "Lin Wei <lin@lantern.example>" in page
    place = f"/{lang}/desk/cases/{case.reference}/mail/new/"
    answers = [anna.post(place, sent_form(page, lin, uploads=upload())) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    made = Message.objects.get()
    shown = unescape(anna.get(answers[0].url).text)
    assert "Please." in shown and "plan.pdf" in shown
    for part in (f"cases/{case.reference}/dealings", f"cases/{case.reference}/mail", f"companies/{bench.company.pk}"):
        assert f"/{lang}/desk/mail/{made.pk}/" in anna.get(f"/{lang}/desk/{part}/").text


@pytest.mark.parametrize("name", ["documents", "meeting", "progress"])
def test_a_template_is_in_the_language_of_the_contact(bench: Bench, case: LandingCase, lin: Contact, name: str) -> None:
    assert "Dear Lin Wei" in page_of(bench, case, f"?template={name}", "zh")
    Contact.objects.update(language="zh")
    assert "Lin Wei：" in page_of(bench, case, f"?template={name}", "en")


def test_an_answer_begins_with_what_it_answers(bench: Bench, case: LandingCase, lin: Contact) -> None:
    first = came(case)
    page = page_of(bench, case, f"?reply={first.pk}")
    assert 'value="Re: Racks"' in page and "> We found two racks." in page and "checked" in page
    assert "> We" not in page_of(bench, case, "?reply=99999999999999999999") + page_of(bench, case, "?reply=x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", []),
        ("to", ["999"]),
        ("subject", ""),
        ("subject", "a\nBcc: all@else.example"),
        ("text", ""),
        ("reply", "9"),
    ],
)
def test_what_cannot_be_sent_is_told_at_the_field_and_stays_in_the_form(
    bench: Bench, case: LandingCase, lin: Contact, field: str, value: Any
) -> None:
    form = sent_form(page_of(bench, case), lin, **{"text": "Kept words", field: value})
    answer = bench.client("anna").post(f"/en/desk/cases/{case.reference}/mail/new/", form)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and not Message.objects.exists()
    assert field == "text" or "Kept words" in answer.text


def test_a_file_that_may_not_be_kept_is_told(bench: Bench, case: LandingCase, lin: Contact) -> None:
    form = sent_form(page_of(bench, case), lin, uploads=upload("run.exe", b"MZ"))
    answer = bench.client("anna").post(f"/en/desk/cases/{case.reference}/mail/new/", form)
    assert answer.status_code == 422 and "run.exe" in answer.text and not Message.objects.exists()


@pytest.mark.parametrize("who", ["clara", "mei", "lee"])
def test_nobody_else_writes(bench: Bench, case: LandingCase, lin: Contact, who: str) -> None:
    place = f"/en/desk/cases/{case.reference}/mail/new/"
    form = sent_form(page_of(bench, case), lin)
    client = bench.client(who)
    assert client.get(place).status_code in (403, 404) and client.post(place, form).status_code in (403, 404)
    assert not Message.objects.exists()
