"""Messages that come in: once, on their case, believed in nothing."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.utils import timezone

from luodi.errors import UnknownValue
from luodi.mail import spool
from luodi.mail.threads import threads_of
from luodi.uploads.conftest import GOOD
from luodi.web.accounts.models import Company, Unit
from luodi.web.cases.actions import cases
from luodi.web.cases.conftest import NOW, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Contact
from luodi.web.core.permissions import visible
from luodi.web.files.models import StoredFile
from luodi.web.mail import tasks as outbox
from luodi.web.mail.actions import erase_message, take_in, write_mail
from luodi.web.mail.conftest import came, written
from luodi.web.mail.models import Message
from luodi.web.mail.queries import address_of
from luodi.web.mail.tasks import forget_kept_mail, look_after_mail, take_in_mail
from luodi.web.notices.models import Notice
from luodi.web.workbench.queries.day import day_of

pytestmark = pytest.mark.django_db


LIMIT = 30_000_000


def put(case: LandingCase, settings: Any, content: bytes = b"", limit: int = LIMIT, **headers: str) -> None:
    raw = content or written(case, **headers).as_bytes()
    spool.put(settings.MAIL_SPOOL, io.BytesIO(raw), limit)


# ---- on which case


def test_mail_of_a_contact_to_the_address_of_a_case_is_on_it_and_its_officer_is_told(
    bench: Bench, case: LandingCase, lin: Contact
) -> None:
    found = came(case)
    assert (found.case, found.state, found.contact, found.text) == (case, "unread", lin, "We found two racks.")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (bench.anna, "mail_arrived")
    case.refresh_from_db()
    assert case.contacted == NOW.date()


def test_an_answer_without_the_address_is_put_by_what_it_follows(bench: Bench, case: LandingCase, lin: Contact) -> None:
    first = write_mail(case, [lin], "Documents", "The lease?", by=bench.anna, at=NOW)
    answer = came(References=f"<else@x.example> {first.message_id}", Message_ID="<2@lantern.example>")
    further = came(In_Reply_To="<2@lantern.example>", Message_ID="<3@lantern.example>")
    assert answer.case == further.case == case and answer.thread == further.thread == first
    (thread,) = threads_of(Message.objects.all())
    assert thread.messages == (first, answer, further) and thread.subject == "Documents"


def test_the_address_counts_before_what_is_followed(bench: Bench, case: LandingCase, lin: Contact) -> None:
    other = cases.open_case(bench.company, bench.here, by=bench.anna, at=NOW)
    came(case)
    found = came(other, References="<1@lantern.example>", Message_ID="<2@lantern.example>")
    assert found.case == other and found.thread is None


def test_a_message_to_two_cases_is_on_both_once(bench: Bench, case: LandingCase, lin: Contact) -> None:
    other = cases.open_case(bench.company, bench.here, by=bench.anna, at=NOW)
    raw = written(case, Cc=address_of(other)).as_bytes()
    for _ in range(2):
        assert {one.case for one in take_in(raw, at=NOW)} == {case, other}
    assert Message.objects.count() == 2


def test_what_names_no_case_waits_in_the_unit_that_receives_enquiries(bench: Bench, case: LandingCase) -> None:
    forged = address_of(case).replace(case.reference.casefold(), "ld-2026-0002")
    found = came(To=forged)
    assert (found.case, found.state, found.unit) == (None, "unassigned", bench.city)
    assert not Notice.objects.exists()
    assert [
        one for one in ("anna", "clara", "mei", "lee") if found in visible(getattr(bench, one), Message.objects.all())
    ] == ["lee"]


def test_without_a_unit_it_is_refused_and_waits(db: None, settings: Any, tmp_path: Any) -> None:
    settings.MAIL_SPOOL = tmp_path
    Unit.objects.all().delete()
    with pytest.raises(UnknownValue):
        take_in(written().as_bytes(), at=NOW)
    spool.put(tmp_path, io.BytesIO(written().as_bytes()), 10_000)
    assert take_in_mail.func() == 0 and len(spool.waiting(tmp_path)) == 1


# ---- from whom


def test_a_stranger_is_held_told_of_and_opens_nothing(bench: Bench, case: LandingCase, lin: Contact) -> None:
    found = came(case, From="Lin Wei <lin@elsewhere.example>")
    assert (found.case, found.state, found.contact) == (case, "held", None)
    assert Notice.objects.get().words == "mail.letter_held"
    case.refresh_from_db()
    assert case.contacted is None


@pytest.mark.parametrize("who", ["a contact of another company", "one who left", "a visitor"])
def test_who_is_no_contact_of_this_company_is_a_stranger(
    bench: Bench, case: LandingCase, lin: Contact, who: str
) -> None:
    if who == "one who left":
        Contact.objects.update(left=NOW.date())
    elif who == "a contact of another company":
        Contact.objects.update(company=bench.other)
    else:
        Contact.objects.all().delete()
    assert came(case).state == "held"


def test_who_leaves_tomorrow_is_known_today(case: LandingCase, lin: Contact) -> None:
    Contact.objects.update(left=NOW.date() + timedelta(days=1))
    assert came(case, From="LIN@Lantern.Example").state == "unread"


def test_an_officer_who_works_on_the_case_is_known_and_another_is_not(bench: Bench, case: LandingCase) -> None:
    states = [came(case, From=getattr(bench, one).email, Subject=one).state for one in ("ben", "clara", "mei")]
    assert states == ["unread", "held", "held"]


def test_an_automatic_answer_is_kept_and_asks_nobody(case: LandingCase, lin: Contact) -> None:
    found = came(case, Auto_Submitted="auto-replied")
    assert found.state == "read" and found.automatic and not Notice.objects.exists()
    case.refresh_from_db()
    assert case.contacted is None
    assert came(case, Auto_Submitted="auto-replied", From="daemon@elsewhere.example").state == "held"


def test_our_own_letters_that_come_back_are_not_taken_in(bench: Bench, case: LandingCase, lin: Contact) -> None:
    made = write_mail(case, [lin], "Documents", "The lease?", by=bench.anna, at=NOW)
    outbox.deliver(NOW)
    raw = sent_mail.outbox[0].message().as_bytes()
    assert take_in(raw, at=NOW) == take_in(written(case, From="luodi@localhost").as_bytes(), at=NOW) == []
    assert list(Message.objects.all()) == [made]


# ---- once


def test_a_message_that_comes_again_by_any_way_is_there_once(case: LandingCase, lin: Contact) -> None:
    raw = written(case).as_bytes()
    first, again = take_in(raw, at=NOW), take_in(b"Received: from elsewhere\n" + raw, at=NOW + timedelta(days=1))
    assert first == again and Message.objects.count() == 1 and Notice.objects.count() == 1


def test_another_message_under_the_same_id_is_another_message(case: LandingCase, lin: Contact) -> None:
    assert came(case, "One") != came(case, "Two") and Message.objects.count() == 2


# ---- files


def with_files(case: LandingCase, *files: tuple[str, bytes]) -> bytes:
    made = written(case)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def test_files_are_looked_over_and_what_is_not_taken_is_told_with_the_reason(case: LandingCase, lin: Contact) -> None:
    files = [("plan.pdf", GOOD["plan.pdf"]()), ("run.exe", b"MZ"), ("lie.pdf", b"no pdf"), ("none.pdf", b"")]
    [found] = take_in(with_files(case, *files), at=NOW)
    kept = found.attachments.get().file
    assert (kept.name, kept.scan, kept.by) == ("plan.pdf", "none", None)
    assert [one["name"] for one in found.left_out] == ["run.exe", "lie.pdf", "none.pdf"]
    assert "PDF" in found.left_out[0]["en"] and found.left_out[0]["zh"] != found.left_out[0]["en"]


def test_files_that_are_too_large_together_are_left_out(case: LandingCase, lin: Contact, settings: Any) -> None:
    content = b"words " * 20
    settings.FILE_LIMIT = 2 * len(content)
    [found] = take_in(with_files(case, *((f"{n}.txt", content) for n in range(3))), at=NOW)
    assert found.attachments.count() == 2 and [one["name"] for one in found.left_out] == ["2.txt"]


def test_a_message_that_is_too_large_is_a_row_that_says_so(case: LandingCase, lin: Contact, settings: Any) -> None:
    put(case, settings, limit=1000, text="x" * 1000)
    assert take_in_mail.func() == 1
    found = Message.objects.get()
    assert (found.case, found.state, found.notes, found.text) == (case, "unread", ["large"], "")


# ---- the folder of messages on their way


def test_what_waits_is_taken_in_once_and_leaves(case: LandingCase, lin: Contact, settings: Any) -> None:
    put(case, settings)
    assert [take_in_mail.func(), take_in_mail.func()] == [1, 0]
    assert spool.waiting(settings.MAIL_SPOOL) == [] and Message.objects.count() == 1


def test_what_was_not_taken_as_a_whole_is_kept_as_it_came_for_thirty_days(
    case: LandingCase, lin: Contact, settings: Any
) -> None:
    raw = with_files(case, ("run.exe", b"MZ"))
    put(case, settings, raw)
    take_in_mail.func()
    [kept] = (settings.MAIL_SPOOL / "kept").iterdir()
    assert kept.read_bytes() == raw and forget_kept_mail.func() == 0
    import os

    old = (timezone.now() - timedelta(days=31)).timestamp()
    os.utime(kept, (old, old))
    assert forget_kept_mail.func() == 1


def test_the_worker_looks_after_what_comes_and_what_goes(
    bench: Bench, case: LandingCase, lin: Contact, settings: Any
) -> None:
    from django_tasks_db.models import DBTaskResult

    def queued() -> set[str]:
        return set(DBTaskResult.objects.values_list("task_path", flat=True))

    look_after_mail(NOW)
    assert queued() == set()
    write_mail(case, [lin], "Documents", "The lease?", by=bench.anna, at=NOW)
    put(case, settings)
    for _ in range(2):
        look_after_mail(NOW)
    names = ["luodi.web.mail.tasks.send_mail", "luodi.web.mail.tasks.take_in_mail"]
    assert sorted(DBTaskResult.objects.values_list("task_path", flat=True)) == names


# ---- somebody's day, and what goes


def test_new_mail_is_in_the_day_of_whoever_has_the_case(bench: Bench, case: LandingCase, lin: Contact) -> None:
    def shown(who: Any) -> list[str]:
        day = day_of(who, NOW.date())
        rows = [*day.lines, *(also for line in day.lines for also in line.also), *day.rows]
        return [row.what["en"] for row in rows if "mail" in row.what["en"]]

    came(case)
    came(case, From="x@elsewhere.example", Subject="Offer")
    came(Subject="Nobody")
    assert sorted(shown(bench.anna)) == ["E-mail from an unknown sender: Offer", "New e-mail: Racks"]
    assert shown(bench.ben) == shown(bench.clara) == []
    Message.objects.exclude(case=None).update(state="read")
    assert shown(bench.anna) == []


def test_erasing_takes_away_the_message_or_who_sent_it(case: LandingCase, lin: Contact) -> None:
    [on_case] = take_in(with_files(case, ("plan.pdf", GOOD["plan.pdf"]())), at=NOW)
    none = came(None, Subject="Nobody")
    none.attachments.create(file=StoredFile.objects.create(name="x", kind="txt", size=1, sha256="0", place="y", at=NOW))
    for one in (on_case, none):
        erase_message(one, at=NOW)
    on_case.refresh_from_db()
    assert (on_case.sender, on_case.sender_name, on_case.contact) == ("", "", None)
    assert on_case.text and list(Message.objects.all()) == [on_case] and StoredFile.objects.count() == 1


def test_merging_companies_takes_the_mail_along(bench: Bench, case: LandingCase, lin: Contact) -> None:
    found = came(case)
    LandingCase.objects.filter(pk=case.pk).update(company=Company.objects.get(pk=bench.other.pk))
    assert visible(bench.anna, Message.objects.filter(case__company=bench.other)).get() == found
