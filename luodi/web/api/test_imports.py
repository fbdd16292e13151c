"""Files of companies over HTTP: the way of the pages from the file to the companies and back, for those who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from luodi.web.accounts.models import Company, User
from luodi.web.api.conftest import Program
from luodi.web.api.test_personal import key
from luodi.web.companies.actions import imports
from luodi.web.companies.actions.profile import create
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun, InboundRecord
from luodi.web.companies.tasks import decide_import, read_import
from luodi.web.companies.test_imports import CSV
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import verified

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
BYTES = "application/octet-stream"
WHERE = "imports?name=companies.csv&source=Fair&origin=register"


@pytest.fixture
def anna() -> User:
    return person("anna", Role.OFFICER, unit("City"))


@pytest.fixture
def known() -> Company:
    return create("灯屿云", "", by=None, at=NOW, identifiers={"LEI": "529900T8BM49AURSDO55"})


def bring(program: Program, who: User, content: bytes = CSV.encode(), sent: Any = None) -> Any:
    return program.ask(WHERE, content, BYTES, **(sent or key(who)))


def named(who: User) -> Any:
    """What a program sends with a request that is to have one effect."""
    found = key(who)
    return {"headers": {**found["headers"], "idempotency-key": "one"}}


def act(program: Program, run: Any, name: str, who: User, **body: Any) -> Any:
    return program.ask(f"imports/{run['number']}/acts/{name}", body, **key(who))


def decide(program: Program, record: Any, name: str, who: User, **body: Any) -> Any:
    run = InboundRecord.objects.get(pk=record["number"]).run_id
    return program.ask(f"imports/{run}/records/{record['number']}/acts/{name}", body, **key(who))


def work() -> None:
    """What the queue holds, as the worker does it."""
    for task in DBTaskResult.objects.filter(status="READY").order_by("enqueued_at"):
        found = {read_import.module_path: read_import, decide_import.module_path: decide_import}[task.task_path]
        found.func(*task.args_kwargs["args"])
        DBTaskResult.objects.filter(pk=task.pk).update(status="SUCCESSFUL")


def whole(program: Program, run: Any, who: User) -> Any:
    return program.get(f"/api/v1/imports/{run['number']}", **key(who)).json()


def records(program: Program, run: Any, who: User, state: str = "") -> Any:
    return program.get(f"/api/v1/imports/{run['number']}/records?state={state}", **key(who)).json()["records"]


def test_a_file_goes_from_its_bytes_to_companies_and_back(program: Program, anna: User, known: Company) -> None:
    made = bring(program, anna)
    run = made.json()
    assert (made.status_code, made["Location"], run["state"]) == (201, f"/api/v1/imports/{run['number']}", "mapping")
    assert run["columns"][0] == "企业名称" and run["first"][0]["cells"]["企业名称"] == "灯屿云有限公司"
    assert run["mapping"]["LEI"] == "lei" and run["acts"] == ["begin"]
    refused = act(program, run, "begin", anna, mapping={"国家": "country"})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-input")
    begun = act(program, run, "begin", anna, version=run["version"]).json()
    assert (begun["state"], begun["acts"], begun["columns"]) == ("reading", ["go_on"], [])
    assert act(program, run, "begin", anna, version=run["version"]).json()["code"] == "moved-on"
    work()
    run = whole(program, run, anna)
    assert (run["state"], run["read"], run["skipped"]) == ("deciding", 4, 2)
    assert run["counts"] == {"number": 1, "new": 1, "skipped": 2} and run["acts"] == ["number", "new"]
    assert [one["line"] for one in records(program, run, anna)] == [2, 3, 5, 6]
    skipped = records(program, run, anna, "skipped")
    assert "should be 55" in skipped[0]["problem"] and skipped[0]["acts"] == []

    [row] = records(program, run, anna, "number")
    [proposed] = row["decisions"]
    assert (proposed["company"], proposed["parts"], proposed["state"]) == (known.pk, {"number": 100}, "proposed")
    done = decide(program, row, "confirm", anna, company=known.pk).json()
    assert (done["state"], done["acts"]) == ("done", ["undo"]) and known.names.count() == 2
    other = decide(program, row, "confirm", anna)
    assert (other.status_code, other.json()["code"]) == (409, "decided-already")
    back = decide(program, row, "undo", anna, reason="Another one.").json()
    assert back["decisions"][0]["state"] == "undone" and known.names.count() == 0
    assert Entry.objects.get(act="undo").reason == "Another one."

    asked = act(program, run, "new", anna)
    assert asked.json()["doing"] == "new" and asked.json()["progress"] == {"done": 0, "of": 1}
    again = act(program, run, "new", anna)
    assert (again.status_code, again.json()["code"]) == (409, "at-work")
    assert act(program, run, "go_on", anna).status_code == 200  # asked for twice, done once
    work()
    [made_row] = records(program, run, anna, "done")
    assert made_row["decisions"][0]["created"] and Company.objects.count() == 2
    assert Entry.objects.filter(act__in=["bring", "begin", "decide_all", "confirm"], actor=anna.pk).count() == 5
    assert verified().entries == Entry.objects.count()


def test_rows_come_as_json_too_and_once_under_a_name(program: Program, anna: User) -> None:
    body = {
        "source": "Fair",
        "origin": "declared",
        "rows": [{"name": "Amber, Quay"}, {"name": "Mill", "employees": 12}],
    }
    name = named(anna)
    sent = [program.ask("imports/rows", body, **name) for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 201] and sent[0].json() == sent[1].json()
    run = sent[0].json()
    assert ImportRun.objects.count() == 1 and run["mapping"] == {"name": "name", "employees": "fact:employees"}
    act(program, run, "begin", anna)
    work()
    first, second = records(program, run, anna, "new")
    assert first["said"]["names"][0]["text"] == "Amber, Quay" and second["said"]["facts"] == {"employees": "12"}
    assert decide(program, first, "reject", anna, reason="No firm.").json()["state"] == "rejected"


def test_a_file_sent_twice_under_a_name_is_brought_once(program: Program, anna: User) -> None:
    name = named(anna)
    first, again = (bring(program, anna, sent=name) for _ in range(2))
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true" and ImportRun.objects.count() == 1
    other = bring(program, anna, b"name\nMill\n", sent=name)
    assert other.json()["code"] == "key-reused"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "wrong-type"),
        ("name", "wrong-type"),
        ([["name"]], "wrong-type"),
        ([{"name": {"a": 1}}], "wrong-type"),
        ([{"a;b": "x"}], "unknown-value"),
        ([{"[name": "x"}], "unknown-value"),
        ([{"": "x"}], "unknown-value"),
        ([{"name": ""}], "bad-input"),
    ],
)
def test_rows_that_are_no_table_are_refused_and_nothing_is_kept(
    program: Program, anna: User, rows: Any, code: str
) -> None:
    answer = program.ask("imports/rows", {"source": "Fair", "origin": "declared", "rows": rows}, **key(anna))
    assert (answer.status_code, answer.json()["code"]) == (422, code) and not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("where", "content", "code"),
    [
        ("imports?name=x.csv&source=Fair&origin=hearsay", b"name\nx\n", "unknown-value"),
        ("imports?name=x.csv&origin=register", b"name\nx\n", "missing-key"),
        (WHERE, b"", "missing-key"),
        (WHERE, b"a\0b", "bad-input"),
        (WHERE, b"PK\x03\x04junk", "bad-input"),
    ],
)
def test_what_is_no_file_of_companies_is_refused(
    program: Program, anna: User, where: str, content: bytes, code: str
) -> None:
    answer = program.ask(where, content, BYTES, **key(anna))
    assert (answer.status_code, answer.json()["code"]) == (422, code) and not ImportRun.objects.exists()


def test_a_file_has_the_size_that_the_site_allows(program: Program, anna: User, settings: Any) -> None:
    settings.FILE_LIMIT = 20
    assert bring(program, anna).json()["code"] == "too-large"
    assert bring(program, anna, b"name\nMill\n").status_code == 201


def test_leaders_look_and_officers_act_and_others_see_nothing(program: Program, anna: User, known: Company) -> None:
    """Anna and Ada bring and decide, Lee looks, Clara who acts for a company sees that there is nothing."""
    lee, ada = person("lee", Role.LEADER, unit("Bureau")), person("ada", Role.ADMINISTRATOR)
    clara = person("clara", Role.REPRESENTATIVE, known)
    for who in (lee, clara):
        assert bring(program, who).status_code == 403
        rows = {"source": "Fair", "origin": "declared", "rows": [{"name": "x"}]}
        assert program.ask("imports/rows", rows, **key(who)).status_code == 403
    run = imports.bring(CSV.encode(), "x.csv", "Fair", origin="register", by=anna, at=NOW)
    imports.begin(run, run.mapping, by=anna, at=NOW)
    COMPANY_FILES.work(run.pk)
    shown, row = {"number": run.pk}, {"number": run.records.get(line=3).pk}
    assert whole(program, shown, lee)["acts"] == [] == records(program, shown, lee, "new")[0]["acts"]
    assert act(program, shown, "new", lee).status_code == decide(program, row, "reject", lee).status_code == 403
    assert program.get("/api/v1/imports", **key(clara)).json()["imports"] == []
    for path in ("", "/records"):
        assert program.get(f"/api/v1/imports/{run.pk}{path}", **key(clara)).status_code == 404
    assert act(program, shown, "new", clara).status_code == decide(program, row, "reject", clara).status_code == 404
    assert run.records.get(line=3).state == "new" and not DBTaskResult.objects.exists()
    assert decide(program, row, "confirm", ada, company=10**6).json()["code"] == "unknown-value"
    assert decide(program, row, "confirm", ada).json()["state"] == "done"
    listed = program.get("/api/v1/imports?limit=1", **key(lee)).json()
    assert [one["number"] for one in listed["imports"]] == [run.pk] and listed["next"] is None


def test_rows_come_a_page_at_a_time_in_the_order_of_the_file(program: Program, anna: User) -> None:
    run = imports.bring(CSV.encode(), "x.csv", "Fair", origin="register", by=anna, at=NOW)
    imports.begin(run, run.mapping, by=anna, at=NOW)
    COMPANY_FILES.work(run.pk)
    lines, cursor = [], ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = program.get(f"/api/v1/imports/{run.pk}/records?limit=3{more}", **key(anna)).json()
        lines += [one["line"] for one in page["records"]]
        cursor = page["next"]
    assert lines == [2, 3, 5, 6]
