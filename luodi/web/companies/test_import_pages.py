"""The pages of imports, from the file to the decision; and lists that leave the site."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from luodi.web.accounts.models import Company
from luodi.web.companies.actions import profile
from luodi.web.companies.models import ImportRun, InboundRecord
from luodi.web.companies.test_imports import CSV, FAR, archive, brought, form
from luodi.web.companies.test_pages import as_
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry, ExportRecord
from luodi.web.test_worker import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(transactional_db: None) -> Client:
    return as_(person("olga", Role.OFFICER, unit("City")))


def send(client: Client, path: str, **given: Any) -> Any:
    return client.post(path, {"key": new_key(), **given})


def upload(client: Client, content: bytes, name: str = "companies.csv") -> Any:
    given = {
        "file": SimpleUploadedFile(name, content),
        "source": "fair of 2026",
        "origin": "register",
        "key": new_key(),
    }
    return client.post("/en/desk/companies/imports/", given)


def test_a_file_goes_from_upload_to_companies_by_the_queue(officer: Client) -> None:
    known = profile.create("灯屿云", "", **form(), identifiers={"LEI": "529900T8BM49AURSDO55"})
    assert upload(officer, CSV.encode()).status_code == 302
    run = ImportRun.objects.get()
    address = f"/en/desk/companies/imports/{run.pk}/"
    shown = officer.get(address).text
    assert "灯屿云有限公司" in shown and '<option value="lei" selected>' in shown
    columns = {f"column_{n}": column for n, column in enumerate(run.mapping)}
    says = {f"says_{n}": target for n, target in enumerate(run.mapping.values())}
    assert send(officer, f"{address}begin/", **columns, says_0="country").status_code == 422
    assert send(officer, f"{address}begin/", **columns, **says).status_code == 302
    assert "Look again" in officer.get(address).text
    work()
    shown = officer.get(address).text
    assert "2 rows were not taken" in shown and "add each to it" in shown and "same number +100" in shown
    for act in ("number", "new"):
        assert send(officer, f"{address}{act}/").status_code == 302
        assert send(officer, f"{address}{act}/").status_code == 422  # it is being done already
        work()
    assert {run.status for run in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert Company.objects.count() == 2 and "灯屿云有限公司" in [one.text for one in known.names.all()]
    for lang in ("zh", "en"):
        for state in ("done", "skipped", "nothing"):
            assert officer.get(f"/{lang}/desk/companies/imports/{run.pk}/?state={state}&after=0").status_code == 200
    told = b"".join(officer.post(f"{address}skipped/").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["line"] for row in rows] == ["5", "6"] and "should be 55" in rows[0]["problem"]


def test_a_person_decides_one_row_and_takes_it_back(officer: Client) -> None:
    add_company("", "Tsuruura Compute Inc")
    run = brought()
    row = InboundRecord.objects.get(run=run, line=3)
    address = f"/en/desk/companies/imports/{run.pk}/"
    assert "same name +90" in officer.get(f"{address}?state=alike").text
    company = Company.objects.get()
    assert send(officer, f"{address}{row.pk}/confirm/", company=company.pk).status_code == 302
    assert send(officer, f"{address}{row.pk}/reject/").status_code == 422
    assert send(officer, f"{address}{row.pk}/undo/").status_code == 302
    assert send(officer, f"{address}{row.pk}/reject/").status_code == 302
    row.refresh_from_db()
    assert row.state == "rejected" and Company.objects.count() == 1 and not company.names.exists()


@pytest.mark.parametrize("content", [b"", b"MZ\x00\xff", b"name\n", b"PK\x03\x04junk", b"%PDF-1.7"])
def test_a_file_that_is_no_table_is_refused_on_the_page(officer: Client, content: bytes) -> None:
    assert upload(officer, content).status_code == 422 and not ImportRun.objects.exists()


@pytest.mark.parametrize(("lang", "said"), [("zh", "另存为CSV"), ("en", "as CSV")])
def test_a_workbook_that_asks_for_too_much_is_told_in_the_language_of_the_page(
    officer: Client, lang: str, said: str
) -> None:
    given = {"file": SimpleUploadedFile("x.xlsx", archive(FAR % "XFD")), "source": "fair", "origin": "register"}
    told = send(officer, f"/{lang}/desk/companies/imports/", **given)
    assert told.status_code == 422 and said in told.text and not ImportRun.objects.exists()


def test_no_cell_that_leaves_is_taken_for_a_formula(officer: Client) -> None:
    from python_calamine import CalamineWorkbook

    for name in ('=HYPERLINK("http://x")', "+1", "-1", "@x", "\uff1d1"):
        add_company("", name)
    told = b"".join(officer.post("/en/desk/companies/export/").streaming_content).decode("utf-8-sig")
    names = [row["English name"] for row in csv.DictReader(io.StringIO(told))]
    assert len(names) == 5 and all(name.startswith("'") for name in names)
    book = officer.post("/en/desk/companies/export/", {"words": "", "form": "xlsx"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == names
    assert [(one.form, one.rows) for one in ExportRecord.objects.order_by("pk")] == [("csv", 5), ("xlsx", 5)]


def test_nobody_else_brings_or_decides(officer: Client) -> None:
    run = brought()
    row = InboundRecord.objects.get(run=run, line=2)
    address = f"/en/desk/companies/imports/{run.pk}/"
    clara = as_(person("clara", Role.REPRESENTATIVE, add_company("", "Other")))
    leader = as_(person("lee", Role.LEADER, unit("Aside")))
    for page in ("/en/desk/companies/imports/", address):
        assert clara.get(page).status_code == 403 and leader.get(page).status_code == 200, page
    for file in (f"{address}skipped/", "/en/desk/companies/export/"):
        assert clara.post(file).status_code == 403 and leader.post(file).status_code == 200, file
        assert leader.get(file).status_code == 405, file
    for client in (clara, leader):
        assert upload(client, CSV.encode()).status_code == 403
        for act in ("new/", "begin/", f"{row.pk}/confirm/", f"{row.pk}/reject/"):
            assert client.post(f"{address}{act}").status_code == 403, act
    assert Company.objects.count() == 1


def test_a_decision_that_is_sent_twice_has_one_effect_and_a_stale_page_none(officer: Client) -> None:
    run = brought()
    row = InboundRecord.objects.get(run=run, line=3)
    address, key = f"/en/desk/companies/imports/{run.pk}/", new_key()
    for _ in range(2):
        assert send(officer, f"{address}{row.pk}/confirm/", key=key).status_code == 302
    assert Company.objects.count() == 1 and Entry.objects.filter(act="confirm").count() == 1
    assert send(officer, f"{address}new/", version=run.version - 1).status_code == 409
    run.refresh_from_db()
    assert run.doing == "" and not DBTaskResult.objects.exists()
    assert send(officer, f"{address}new/", version=run.version).status_code == 302
    assert send(officer, f"{address}{row.pk}/confirm/", company=10**6).status_code == 422
    assert officer.post(f"{address}new/").status_code == 422  # without a key
