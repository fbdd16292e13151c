"""Files of leads: nothing becomes one before a person says so, one bad row costs no other, nothing is done twice."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from luodi.web.accounts.actions.erasure import erase_over
from luodi.web.accounts.models import Unit, User
from luodi.web.companies.actions.decisions import DecidedAlready
from luodi.web.companies.test_pages import as_
from luodi.web.conftest import person, unit
from luodi.web.core.error_words import restored
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.files.models import StoredFile
from luodi.web.journal.models import Entry
from luodi.web.leads import actions
from luodi.web.leads.actions_imports import LEAD_FILES, LeadFiles, bring, confirm, reject
from luodi.web.leads.models import Lead, LeadFile, LeadRow, Signal
from luodi.web.leads.test_files import ATOM, CSV
from luodi.web.leads.test_leads import NOW, here, olga
from luodi.web.test_worker import work

pytestmark = pytest.mark.django_db
__all__ = ["here", "olga"]  # fixtures
BAD = "title,company,country,share,service,email\nMill,Mill,DE,,,\nOther,Other,ZZ,,,\nQuay,Quay,NL,140,B11,\n"


def brought(text: str | bytes, here: Unit, by: User | None = None, source: str = "fair") -> LeadFile:
    raw = text if isinstance(text, bytes) else text.encode()
    run = bring(raw, "leads.csv", source, unit=here, by=by, at=NOW)
    LEAD_FILES.on_run["begin"](run, run.mapping, by=by, at=NOW)
    return LEAD_FILES.work(run.pk)


def states(run: LeadFile) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in LeadRow.objects.filter(run=run).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def row(run: LeadFile, line: int) -> LeadRow:
    return LeadRow.objects.get(run=run, line=line)


def add_all(run: LeadFile, by: User | None = None) -> int:
    LEAD_FILES.on_run["new"](run, by=by, at=NOW)
    return LEAD_FILES.decide_many(run.pk, by=by, at=NOW)


def test_a_feed_and_a_table_bring_each_entry_once(here: Unit, olga: User) -> None:
    for text, kind in ((ATOM, "feed"), (CSV, "file")):
        run = brought(text, here, olga, "somewhere")
        assert states(run) == {"new": 2} and add_all(run, olga) == 2
        assert states(brought(text, here, olga, "somewhere")) == {"number": 2}
        assert set(Signal.objects.filter(lead__rows__run=run).values_list("kind", flat=True)) == {kind}
    assert Lead.objects.count() == 4
    cloud = Lead.objects.get(title="灯屿云")
    assert cloud.plans == [{"service": "B11", "place": "BJ", "share": "100"}] and cloud.country == "SG"
    assert Signal.objects.get(external="urn:1").raw["link"] == "https://news.example/1"


def test_no_lead_is_made_before_a_person_says_so_and_one_bad_row_costs_no_other(here: Unit) -> None:
    run = brought(BAD, here)
    assert states(run) == {"new": 1, "skipped": 2} and not Lead.objects.exists()
    told = {one.line: restored(one.problem) for one in LeadRow.objects.filter(run=run, state="skipped")}
    assert "ZZ" in told[3] and "country" in told[3] and "above 100" in told[4] and "share" in told[4]
    assert add_all(run) == 1 and Lead.objects.get().title == "Mill"


def test_one_bad_row_among_5_000_is_told_and_the_others_are_read(here: Unit) -> None:
    text = "title,country\n" + "".join(f"Company {n * 7919},DE\n" for n in range(4_999)) + "Bad,ZZ\n"
    run = brought(text, here)
    assert (run.state, run.rows, run.read, run.skipped) == ("deciding", 5_000, 5_000, 1)
    assert "ZZ" in restored(row(run, 5_001).problem)


def test_a_workbook_is_read_and_a_formula_is_its_value(here: Unit) -> None:
    book, out = Workbook(), io.BytesIO()
    for cells in (["企业名称", "国家"], ["灯屿云", "新加坡"], ['=HYPERLINK("http://x")', "DE"]):
        book.active.append(cells)
    book.save(out)
    run = brought(out.getvalue(), here)
    assert row(run, 2).said["company_name"] == "灯屿云" and row(run, 2).said["country"] == "SG"
    assert "HYPERLINK" not in str([one.said for one in run.records.all()])


def test_a_row_like_a_lead_that_is_there_waits_for_a_person(here: Unit, olga: User) -> None:
    known = actions.receive(
        actions.Heard("Amber Quay", company_name="Amber Quay Ltd", country="NL"),
        actions.From("fair", "other", {}),
        here,
        at=NOW,
    )
    run = brought(
        "title,company,country\nAmber looks,AMBER QUAY,NL\nMill,Mill,DE\nMill again,Mill GmbH,DE\n", here, olga
    )
    assert states(run) == {"alike": 1, "new": 1, "twin": 1}
    [match] = row(run, 2).matches.all()
    assert (match.lead, match.parts) == (known, {"name": 90, "country": 5})
    assert confirm(row(run, 2), known.pk, by=olga, at=NOW).lead == known
    assert known.signals.filter(source="fair").count() == 1 and Lead.objects.count() == 1
    with pytest.raises(DecidedAlready):
        confirm(row(run, 2), known.pk + 1, by=olga, at=NOW)
    with pytest.raises(DecidedAlready):
        reject(row(run, 2), by=olga, at=NOW)
    assert add_all(run, olga) == 1 and states(run) == {"done": 2, "alike": 1}  # the twin is like what came of the first


def test_deciding_twice_has_one_effect(here: Unit, olga: User) -> None:
    run = brought(CSV, here, olga)
    for _ in range(2):
        confirm(row(run, 2), by=olga, at=NOW)
        reject(row(run, 3), by=olga, at=NOW)
    assert Lead.objects.count() == 1 and states(run) == {"done": 1, "rejected": 1}
    assert Entry.objects.filter(act__in=["confirm", "reject"], kind="leads.LeadRow").count() == 2
    assert confirm(row(run, 3), by=olga, at=NOW).lead is not None  # a row that was not taken may be, after all


def test_a_run_that_was_killed_goes_on_where_it_stood(here: Unit, olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LeadFiles, "at_once", 2)
    run = brought("title\n" + "".join(f"{name} Works\n" for name in ("Amber", "Birch", "Coral", "Delta", "Echo")), here)
    LEAD_FILES.on_run["new"](run, by=olga, at=NOW)

    class Killed(BaseException):
        pass

    def dies(_: str, __: int) -> None:
        raise Killed

    for _ in range(5):
        try:
            LEAD_FILES.decide_many(run.pk, by=olga, at=NOW, progress=dies)
            break
        except Killed:
            continue
    LEAD_FILES.decide_many(run.pk, by=olga, at=NOW)
    run.refresh_from_db()
    assert Lead.objects.count() == 5 and states(run) == {"done": 5} and run.doing == ""


def test_who_works_here_no_more_adds_nothing(here: Unit, olga: User) -> None:
    run = brought(CSV, here, olga)
    LEAD_FILES.on_run["new"](run, by=olga, at=NOW)
    olga.memberships.all().delete()
    assert LEAD_FILES.decide_many(run.pk, by=olga, at=NOW) == 0
    run.refresh_from_db()
    assert (run.state, run.doing) == ("failed", "") and run.problem and not Lead.objects.exists()


def test_officers_of_the_unit_alone_bring_and_decide(here: Unit, olga: User) -> None:
    run = brought(CSV, here, olga)
    for other in (person("clara", Role.OFFICER, unit("Aside")), person("lee", Role.LEADER, here)):
        with pytest.raises(NotPermitted):
            brought(CSV, here, other)
        for act in (confirm, reject):
            with pytest.raises(NotPermitted):
                act(row(run, 2), by=other, at=NOW)
    assert not Lead.objects.exists()


def test_nothing_of_another_unit_is_proposed(here: Unit, olga: User) -> None:
    aside = unit("Aside")
    heard = actions.Heard("Amber Quay", company_name="Amber Quay")
    actions.receive(heard, actions.From("fair", "other", {}), aside, at=NOW)
    assert states(brought("company\nAmber Quay\n", here, olga)) == {"new": 1}


# ---- what is kept of people


def test_the_file_goes_once_it_is_read_and_the_rows_after_a_year(here: Unit) -> None:
    run = brought("title,email\nMill,anna@example.com\n", here)
    assert run.file is None and StoredFile.objects.exists() and row(run, 2).email == "anna@example.com"
    erase_over(at=NOW + timedelta(days=364))
    assert LeadRow.objects.exists()
    erase_over(at=NOW + timedelta(days=367))
    assert not LeadRow.objects.exists() and not LeadFile.objects.exists()


# ---- pages


def send(client: Client, path: str, **given: Any) -> Any:
    return client.post(path, {"key": new_key(), **given})


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_from_upload_to_leads_by_the_queue() -> None:
    here = unit("City")
    officer = as_(person("olga", Role.OFFICER, here))
    file = SimpleUploadedFile("leads.csv", BAD.encode())
    assert send(officer, "/en/desk/leads/imports/", file=file, source="fair").status_code == 302
    run = LeadFile.objects.get()
    address = f"/en/desk/leads/imports/{run.pk}/"
    shown = officer.get(address).text
    assert "Mill" in shown and '<option value="company" selected>' in shown and run.unit == here
    columns = {f"column_{n}": column for n, column in enumerate(run.mapping)}
    says = {f"says_{n}": target for n, target in enumerate(run.mapping.values())}
    assert send(officer, f"{address}begin/", **columns, says_0="country").status_code == 422
    assert send(officer, f"{address}begin/", **columns, **says).status_code == 302
    work()
    assert "2 rows were not taken" in officer.get(address).text
    key = new_key()
    for _ in range(2):  # a double click
        assert send(officer, f"{address}new/", key=key).status_code == 302
    work()
    assert Lead.objects.get().title == "Mill"
    for lang in ("zh", "en"):
        for state in ("done", "skipped", "nothing"):
            assert officer.get(f"/{lang}/desk/leads/imports/{run.pk}/?state={state}&after=0").status_code == 200
    told = b"".join(officer.post(f"{address}skipped/").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [one["line"] for one in rows] == ["3", "4"] and "ZZ" in rows[0]["problem"]
    clara, leader = as_(person("clara", Role.OFFICER, unit("Aside"))), as_(person("lee", Role.LEADER, here))
    assert clara.get(address).status_code == 404 and leader.get(address).status_code == 200
    assert leader.post(f"{address}new/").status_code == 403
    bad = SimpleUploadedFile("x.exe", b"MZ\x00\xff")
    answer = send(officer, "/en/desk/leads/imports/", source="news", file=bad)
    assert answer.status_code == 422 and "is no table" in answer.text
