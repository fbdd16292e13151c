"""Files that come with an enquiry: up to five, looked over, seen by the officer, and gone when the enquiry goes."""

import io
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luodi.uploads.conftest import GOOD, docx
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.retention import own_data
from luodi.web.advisor import erasure
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.test_enquiries import WHO, anna, city, clara, hidden, signed_in
from luodi.web.conftest import person
from luodi.web.core.roles import Role
from luodi.web.files.conftest import folder, upload
from luodi.web.files.models import Scan, StoredFile
from luodi.web.journal.models import Entry

__all__ = ["anna", "city", "clara", "folder"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()
ADDRESS = "/en/advisor/hand-over/?investor=SG&service=B11&place=BJ&share=100"


def sent(client: Client, *files: SimpleUploadedFile) -> Any:
    return client.post(ADDRESS, {**hidden(client.get(ADDRESS)), **WHO, "files": list(files)})


def test_files_are_sent_seen_and_downloaded_by_the_officer(client: Client, anna: User, folder: Path) -> None:
    answer = sent(client, upload("plan.pdf"), upload("计划.xlsx", GOOD["table.xlsx"]()))
    enquiry = Enquiry.objects.get()
    assert answer.status_code == 302 and enquiry.files.count() == 2
    assert "计划.xlsx" in client.get(answer["location"]).text
    desk, place = signed_in(anna), f"/en/desk/enquiries/{enquiry.pk}/"
    page = unescape(desk.get(place).text)
    assert "plan.pdf" in page and "Not scanned for viruses" in page
    file = enquiry.files.get(file__kind="xlsx").file
    got = desk.post(f"{place}files/{file.pk}/")
    assert b"".join(got.streaming_content) == GOOD["table.xlsx"]()
    assert got["content-disposition"].startswith("attachment; ") and "%E8%AE%A1" in got["content-disposition"]
    assert (got["x-content-type-options"], got["content-length"]) == ("nosniff", str(file.size))
    assert "no-store" in got["cache-control"]
    [entry] = Entry.objects.filter(act="download")
    assert (entry.actor, entry.kind, entry.subject) == (anna.pk, "files.StoredFile", str(file.pk))


def test_while_the_disk_takes_nothing_what_was_written_stays_on_the_page_and_goes_without_its_file(
    client: Client, anna: User, folder: Path
) -> None:
    folder.rmdir()
    folder.write_text("no folder any more")
    answer = sent(client, upload("plan.pdf"))
    assert answer.status_code == 422 and "cannot keep files at the moment" in answer.text
    assert WHO["message"] in unescape(answer.text) and str(folder) not in answer.text
    assert not Enquiry.objects.exists()
    assert client.post(ADDRESS, {**hidden(answer), **WHO}).status_code == 302
    assert Enquiry.objects.get().message == WHO["message"]


def test_reading_alone_changes_nothing(client: Client, anna: User, folder: Path) -> None:
    sent(client, upload())
    enquiry = Enquiry.objects.get()
    file = enquiry.files.get().file
    assert signed_in(anna).get(f"/en/desk/enquiries/{enquiry.pk}/files/{file.pk}/").status_code == 405


def test_clara_gets_no_file(client: Client, anna: User, clara: User, city: Unit, folder: Path) -> None:
    sent(client, upload())
    enquiry = Enquiry.objects.get()
    place = f"/en/desk/enquiries/{enquiry.pk}/files/{enquiry.files.get().file_id}/"
    assert signed_in(clara).post(place).status_code == 404
    assert signed_in(person("otto", Role.ADMINISTRATOR)).post(place).status_code == 403
    assert Client().post(place).status_code == 302
    assert signed_in(anna).post(place.replace("/files/", "/files/9")).status_code == 404
    assert signed_in(person("lee", Role.LEADER, city)).post(place).status_code == 200


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([("plan.pdf", b"MZ program")], "plan.pdf: its content is no PDF"),
        ([("a.exe", b"MZ")], "files of this kind are not taken"),
        ([("a.docx", docx({"word/vbaProject.bin": b"x"}))], "something that runs when it is opened (vbaProject.bin)"),
        ([("a.txt", b"")], "it is empty"),
        ([("a.txt", b"a" * 2001)], "larger than 0.002 MB"),
        ([("a.txt", b"a" * 1001), ("b.txt", b"a" * 1000)], "together they are larger than 0.002 MB"),
        ([(f"{n}.txt", b"a") for n in range(6)], "no more than 5 files"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_the_reason_and_nothing_is_sent(
    client: Client, city: Unit, folder: Path, settings: Any, files: list[tuple[str, bytes]], says: str
) -> None:
    settings.FILE_LIMIT = 2000
    answer = sent(client, *(SimpleUploadedFile(name, content) for name, content in files))
    page = unescape(answer.text)
    assert answer.status_code == 422 and says in page and 'href="#id_files"' in page and "choose them again" in page
    assert "When?" in page  # what was typed is there still
    assert not Enquiry.objects.exists() and not StoredFile.objects.exists() and not list(folder.rglob("*.*"))


def test_a_body_that_no_form_could_send_is_refused_at_once(client: Client, city: Unit, settings: Any) -> None:
    settings.FILE_LIMIT = 10
    assert sent(client, SimpleUploadedFile("a.txt", b"a" * 2_500_000)).status_code in (400, 413)


def test_a_large_file_goes_by_way_of_the_disk(client: Client, city: Unit, folder: Path, settings: Any) -> None:
    raw = "政策".encode() * 400_000
    assert len(raw) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert sent(client, SimpleUploadedFile("a.txt", raw)).status_code == 302
    assert StoredFile.objects.get().size == len(raw)


@pytest.mark.parametrize(
    ("scan", "says"),
    [(Scan.WAITING, "waits for the virus scan"), (Scan.INFECTED, "A virus was found"), (Scan.FAILED, "did not answer")],
)
def test_what_is_not_known_to_be_clean_is_held_back(
    client: Client, anna: User, folder: Path, scan: Scan, says: str
) -> None:
    sent(client, upload())
    StoredFile.objects.update(scan=scan)
    enquiry = Enquiry.objects.get()
    answer = signed_in(anna).post(f"/en/desk/enquiries/{enquiry.pk}/files/{enquiry.files.get().file_id}/")
    assert answer.status_code == 409 and says in answer.text and not Entry.objects.filter(act="download").exists()


def test_a_file_whose_bytes_are_gone_is_told(client: Client, anna: User, folder: Path) -> None:
    sent(client, upload())
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    enquiry = Enquiry.objects.get()
    answer = signed_in(anna).post(f"/en/desk/enquiries/{enquiry.pk}/files/{enquiry.files.get().file_id}/")
    assert answer.status_code == 410 and "from a backup" in answer.text


def test_the_sender_takes_their_files_out_and_they_go_with_the_enquiry(
    city: Unit, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    rita = person("rita")
    sent(signed_in(rita), upload())
    enquiry = Enquiry.objects.get()
    file = enquiry.files.get().file
    with zipfile.ZipFile(io.BytesIO(own_data(rita, at=NOW))) as archive:
        assert archive.read(f"files/enquiry-{enquiry.reference}/{file.pk}-plan.pdf") == GOOD["plan.pdf"]()
    assert Client().get(f"/en/advisor/enquiry/{secret_of(enquiry)}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        erasure.enquiry(enquiry, at=NOW)
    assert not StoredFile.objects.exists() and not [path for path in folder.rglob("*") if path.is_file()]
