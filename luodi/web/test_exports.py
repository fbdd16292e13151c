"""Nothing that leaves as a table runs in the spreadsheet of whoever opens it: every export there is, and a text that
would be a formula in every place where a person can write one."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from luodi.web.accounts.models import Company, User
from luodi.web.cases.actions.cases import open_case
from luodi.web.companies.actions import imports
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.docking.actions import posted as market
from luodi.web.docking.actions.matches import offer
from luodi.web.docking.models import Demand
from luodi.web.journal.actions import write
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.scorecard.actions.indicators import decide_definition, make_indicator

pytestmark = pytest.mark.django_db
WICKED: Final = '=HYPERLINK("http://x.example","y")'
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
WEB = Path(__file__).parent
#: Where a table is written for somebody, and the test below that opens it.
TABLES: Final = {
    "journal/views.py": "journal",
    "core/exports.py": "companies",
    "library/views/table.py": "law",
    "books/register.py": "ids",
}


@pytest.fixture
def desk() -> dict[str, Any]:
    now, here = timezone.now(), unit(WICKED)
    anna, ben = person("anna", Role.OFFICER, here), person("ben", Role.OFFICER, here)
    User.objects.filter(pk=anna.pk).update(name=WICKED)
    company = Company.objects.create(name_zh=WICKED, name_en=WICKED, country="SG")
    mei = person("mei", Role.REPRESENTATIVE, company)
    open_case(company, here, by=anna, at=now, technology=WICKED)
    texts = {"kind": "space", "title_zh": WICKED, "title_en": WICKED, "text": "x"}
    posted = market.post(Demand, here, texts, by=anna, at=now)
    market.screen(posted, by=ben, at=now)
    market.publish(posted, by=anna, at=now)
    posted.refresh_from_db()
    offer(posted, company, "x", by=mei, at=now)
    text = f"name,{WICKED.replace(',', ';')},country\nAmber,{WICKED.replace(',', ';')},Nowhere\n"
    run = imports.bring(text.encode(), "x.csv", "fair", origin="declared", by=None, at=now)
    imports.begin(run, {"name": "name", "country": "country"}, by=None, at=now)
    assert COMPANY_FILES.work(run.pk).skipped == 1
    receive(Heard(WICKED, company_name=WICKED), From("fair", "fair", {}), here, at=now)
    write("change", company, by=anna, reason=WICKED)
    day = timezone.localdate(now)
    fields = {"code": "platforms", "of": "g-platform", "thing": "platform", "measured_zh": "x", "measured_en": "x"}
    line = {"holds": day, "starts": day, "due": day + timedelta(days=90), "source": "decision", "reason": "x"}
    made = make_indicator(here, {**fields, "title_zh": WICKED, "title_en": WICKED}, line, by=anna, at=now)
    decide_definition(made.definitions.get(), True, by=person("lee", Role.LEADER, here), at=now)
    return {"anna": anna, "ada": person("ada", Role.ADMINISTRATOR), "run": run.pk}


def cells(answer: Any) -> list[str]:
    """Of a CSV as a spreadsheet takes them, or of a workbook, where what is text says so."""
    assert answer.status_code == 200, answer.status_code
    raw = b"".join(answer) if answer.streaming else answer.content
    if not raw.startswith(b"PK"):
        return [cell for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))) for cell in row]
    book = load_workbook(io.BytesIO(raw))
    found = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [cell for cell in found if cell.data_type == "f"]
    return ["'" + str(cell.value) if cell.quotePrefix else str(cell.value) for cell in found]


def _get(path: str) -> Callable[[Client, dict[str, Any]], Any]:
    return lambda client, desk: client.get(path.format(**desk))


def _post(path: str, **given: Any) -> Callable[[Client, dict[str, Any]], Any]:
    return lambda client, desk: client.post(path.format(**desk), given)


def _bulletin(client: Client, desk: dict[str, Any]) -> Any:
    """Of a period in which something went wrong, so that the company is named."""
    today = timezone.localdate()
    held = desk["anna"].memberships.get().unit_id
    given = {"unit": held, "first": today - timedelta(days=1), "last": today, "form": "xlsx"}
    return client.post("/en/desk/bulletin/", given)


@pytest.mark.parametrize(
    ("who", "ask", "holds"),
    [
        ("ada", _post("/en/journal/export/"), True),
        ("anna", _post("/en/desk/companies/export/", form="csv"), True),
        ("anna", _post("/en/desk/companies/export/", form="xlsx"), True),
        ("anna", _post("/en/desk/companies/imports/{run}/skipped/"), True),
        ("anna", _post("/en/desk/leads/export/", form="csv"), True),
        ("anna", _post("/en/desk/leads/export/", form="xlsx"), True),
        ("anna", _post("/en/matches/export/"), True),
        ("anna", _post("/en/matches/export/", form="xlsx"), True),
        ("anna", _post("/en/desk/queue/export/"), True),
        ("anna", _bulletin, True),
        ("anna", _post("/en/desk/plan/export/", form="xlsx"), True),
        ("anna", _get("/en/law/table.csv"), False),
    ],
    ids=[
        "journal",
        "companies",
        "companies-workbook",
        "skipped",
        "leads",
        "leads-workbook",
        "matches",
        "matches-workbook",
        "cases",
        "bulletin",
        "plan",
        "law",
    ],
)
def test_no_cell_of_any_export_is_a_formula(desk: dict[str, Any], who: str, ask: Any, holds: bool) -> None:
    client = Client()
    client.force_login(desk[who])
    found = cells(ask(client, desk))
    assert [cell for cell in found if cell.startswith(RISKY)] == []
    assert any("HYPERLINK" in cell for cell in found) == holds


def test_ids_of_companies_are_no_formulas(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from luodi.web.books.register import _csv

    pq.write_table(pa.table({"id": [WICKED], "rule": ["x"], "change": ["no to yes"]}), tmp_path / "changes.parquet")
    [_, row] = csv.reader(io.StringIO(_csv(tmp_path / "changes.parquet").decode()))
    assert row == ["'" + WICKED, "x", "no to yes"]


def test_every_place_that_writes_a_table_is_among_those_above() -> None:
    written = re.compile(r"csv\.writer|report_xlsx\(|Workbook\(|report_xlsx,")
    found = {
        file.relative_to(WEB).as_posix()
        for file in WEB.rglob("*.py")
        if not file.name.startswith(("test_", "conftest")) and written.search(file.read_text(encoding="utf-8"))
    }
    assert found == set(TABLES)
