"""Files of companies: nothing becomes one before a person says so, nothing is lost, nothing is done twice."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from luodi.company_files import tables
from luodi.company_files.likeness import Called, Register
from luodi.company_files.mapping import checked_mapping, guessed
from luodi.errors import BadInput, UnknownValue
from luodi.web.accounts.models import Company, User
from luodi.web.companies import queries
from luodi.web.companies.actions import decisions, imports, merging, profile
from luodi.web.companies.actions.decisions import DecidedAlready
from luodi.web.companies.actions.merging import NotUndone
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.lists import COMPANIES
from luodi.web.companies.models import (
    CompanyName,
    ImportRun,
    ImportSource,
    InboundRecord,
    MatchDecision,
)
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.error_words import restored
from luodi.web.core.errors import NotPermitted
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

NOW = timezone.now()
CSV = """企业名称,英文名称,国家,LEI,行业代码,员工人数
灯屿云有限公司,Lantern Isle Cloud,新加坡,529900T8BM49AURSDO55,I6513,12
鹤浦智算,Tsuruura Compute,JP,,,
,,,,,
琥珀港,Amber Quay,NL,529900T8BM49AURSDO56,,
,Nobody,XX,,,
"""


def form(**more: Any) -> dict[str, Any]:
    return {"by": None, "at": NOW, **more}


def brought(text: str = CSV, name: str = "companies.csv", source: str = "fair", by: User | None = None) -> ImportRun:
    run = imports.bring(text.encode(), name, source, origin="register", by=by, at=NOW)
    imports.begin(run, run.mapping, by=by, at=NOW)
    return COMPANY_FILES.work(run.pk)


def states(run: ImportRun) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in InboundRecord.objects.filter(run=run).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def record(run: ImportRun, line: int) -> InboundRecord:
    return InboundRecord.objects.get(run=run, line=line)


def every(run: ImportRun, what: str, by: User | None = None) -> int:
    imports.ON_RUN[what](run, by=by, at=NOW)
    return COMPANY_FILES.decide_many(run.pk, by=by, at=NOW)


# ---- reading


def test_a_table_is_read_whatever_its_encoding_and_separator() -> None:
    for content in (CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("gb18030"), CSV.replace(",", ";").encode()):
        found = list(tables.rows(content, tables.form_of("x", content), "x"))
        assert [row.line for row in found] == [2, 3, 5, 6] and found[0].cells["企业名称"] == "灯屿云有限公司"


def xlsx(rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    out, book = io.BytesIO(), Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_its_values() -> None:
    content = xlsx([["name", "employees"], ["Mill", 12.0], ["", ""], ["Quay", 1.5]])
    found = list(tables.rows(content, tables.form_of("x", content), "x"))
    assert [(row.line, row.cells["name"], row.cells["employees"]) for row in found] == [
        (2, "Mill", "12"),
        (4, "Quay", "1.5"),
    ]


def archive(sheet: str, strings: str = "") -> bytes:
    """A workbook by hand, as no spreadsheet would write it."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    main, office = "http://schemas.openxmlformats.org", "officeDocument/2006/relationships"
    relation = f'<Relationship Id="r1" Type="{main}/{office}/%s" Target="%s"/>'
    relations = f'<Relationships xmlns="{main}/package/2006/relationships">{relation}</Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": relations % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}/spreadsheetml/2006/main" xmlns:r="{main}/{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations % ("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}/spreadsheetml/2006/main"><si><t>{strings}</t></si></sst>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in parts.items():
            whole.writestr(name, text)
    return out.getvalue()


FAR = '<row r="1048576"><c r="%s1048576" t="inlineStr"><is><t>Mill</t></is></c></row>'
AGAIN = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 60_000))


@pytest.mark.parametrize(
    "content",
    [
        archive(FAR % "XFD"),
        archive('<row r="4294967295"><c r="ZZZZZZ4294967295"><v>1</v></c></row>'),
        archive(AGAIN, "x" * 2_000_000),
    ],
    ids=["two cells far apart", "a cell that is nowhere", "one long text in every cell"],
)
def test_a_workbook_that_asks_for_more_memory_than_there_is_is_refused_and_ends_nobody(content: bytes) -> None:
    assert len(content) < 1_000_000
    with pytest.raises(BadInput, match="more memory or time"):
        tables.preview(content, "xlsx", "x.xlsx")


def test_a_row_far_below_is_read_by_its_number() -> None:
    assert [(row.line, row.cells) for row in tables.rows(archive(FAR % "A"), "xlsx", "x")] == [
        (1_048_576, {"name": "Mill"})
    ]


@pytest.mark.django_db
def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "sheet", None)  # whoever calls it fails
    content = archive("<!--" + " " * 30_000_000 + "-->")
    with pytest.raises(BadInput, match=r"unpacks|解压"):
        imports.bring(content, "x.xlsx", "fair", origin="declared", by=None, at=NOW)


BODS = [
    {
        "statementId": "a" * 32,
        "recordId": "mill",
        "recordType": "entity",
        "recordStatus": "new",
        "declarationSubject": "mill",
        "statementDate": "2026-01-01",
        "publicationDetails": {"bodsVersion": "0.4"},
        "recordDetails": {
            "isComponent": False,
            "entityType": {"type": "registeredEntity"},
            "name": "Mill",
            "jurisdiction": {"name": "Singapore", "code": "SG"},
            "identifiers": [{"scheme": "SG-ACRA", "id": "T08FC7287D"}],
        },
    },
    {
        "statementId": "b" * 32,
        "recordId": "nord",
        "recordType": "entity",
        "recordStatus": "new",
        "declarationSubject": "mill",
        "statementDate": "2026-01-01",
        "publicationDetails": {"bodsVersion": "0.4"},
        "recordDetails": {
            "isComponent": False,
            "entityType": {"type": "registeredEntity"},
            "name": "Nordlicht",
            "jurisdiction": {"name": "Germany", "code": "DE"},
        },
    },
    {
        "statementId": "c" * 32,
        "recordId": "link",
        "recordType": "relationship",
        "recordStatus": "new",
        "declarationSubject": "mill",
        "statementDate": "2026-01-01",
        "publicationDetails": {"bodsVersion": "0.4"},
        "recordDetails": {
            "isComponent": False,
            "subject": "mill",
            "interestedParty": "nord",
            "interests": [{"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 51}}],
        },
    },
]


@pytest.mark.django_db
def test_statements_of_ownership_bring_numbers_and_owners() -> None:
    run = brought(json.dumps(BODS), "register.json")
    assert states(run) == {"new": 2}, list(InboundRecord.objects.values_list("problem", flat=True))
    every(run, "new")
    mill = Company.objects.get(name_en="Mill")
    assert mill.identifiers.get().value == "T08FC7287D" and mill.country == "SG"
    held = mill.holdings.get()
    assert (held.holder_name, held.origin) == ("Nordlicht", "register")
    assert queries.stakes_of(mill).on(date(2026, 6, 1)).capital[f"c{mill.pk}"][0].low == held_share()


@pytest.mark.django_db
def test_statements_with_signs_that_no_database_keeps_are_read_without_them() -> None:
    text = json.dumps(BODS).replace("Mill", "Mi\\u0000ll\\ud800").replace("Nordlicht", "Nord\\udfff")
    run = brought(text, "register.json")
    assert states(run) == {"new": 2}, list(InboundRecord.objects.values_list("problem", flat=True))
    every(run, "new")
    assert set(Company.objects.values_list("name_en", flat=True)) == {"Mill?", "Nord?"}


def held_share() -> Any:
    from fractions import Fraction

    return Fraction(51, 100)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "columns"),
        (b"name\n", "no row"),
        (b"a\0b", "no table"),
        (b"PK\x03\x04junk", "workbook"),
        (b"name,name\nx,y\n", "two columns"),
        (b'name\n"x', "line"),
        (b'{"a": 1}', "list of statements"),
        (b"name\n\xff\xff\xff", "neither"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        tables.preview(content, tables.form_of("x.csv", content), "x.csv")
    assert says in str(refused.value) and "x.csv" in str(refused.value)


def test_columns_are_guessed_and_what_cannot_be_is_refused() -> None:
    assert guessed(["企业名称", "英文名称", "国家", "LEI", "行业代码", "员工人数", "x"]) == {
        "企业名称": "name",
        "英文名称": "name_en",
        "国家": "country",
        "LEI": "lei",
        "行业代码": "sector",
    } | ({"员工人数": "fact:employees"} if "员工人数" in guessed(["员工人数"]) else {})
    assert guessed(["employees", "Company Name"]) == {"employees": "fact:employees", "Company Name": "name"}
    with pytest.raises(UnknownValue):
        checked_mapping({"a": "nothing"}, ["a"])
    for bad in ({"a": "country"}, {"a": "name", "b": "name"}):
        with pytest.raises(BadInput):
            checked_mapping(bad, ["a", "b"])


# ---- what a row may be about


def called(*names: str) -> list[Called]:
    return [Called.of(name) for name in names]


def test_a_number_settles_it_and_names_are_scored_by_parts() -> None:
    register = Register()
    register.add(1, called("灯屿云有限公司"), "SG", [("LEI", "x")])
    register.add(2, called("Lantern Isle Cloud Ltd"), "SG")
    register.add(3, called("Lantern Isle Clouds GmbH"), "DE")
    [same] = register.alike(called("Other"), "DE", [("LEI", "x")])
    assert (same.company, same.score, same.by_number) == (1, 100, True)
    found = register.alike(called("LANTERN ISLE CLOUD"), "SG", [])
    assert (found[0].company, dict(found[0].parts)) == (2, {"name": 90, "country": 5})
    assert found[1].company == 3 and found[1].parts["country"] == -25 and "similar" in found[1].parts
    assert register.alike(called("Amber Quay"), "SG", []) == [] and register.alike(called("!"), "", []) == []


# ---- deciding


@pytest.mark.django_db
def test_invariant_15_no_company_is_made_before_a_person_says_so() -> None:
    run = brought()
    assert (run.state, run.read, run.skipped) == ("deciding", 4, 2)
    assert states(run) == {"new": 2, "skipped": 2} and not Company.objects.exists()
    problems = {one.line: one.problem for one in InboundRecord.objects.filter(run=run, state="skipped")}
    assert "should be 55" in restored(problems[5]) and "XX" in restored(problems[6])
    made = decisions.confirm(record(run, 2), None, by=None, at=NOW)
    assert made.created and Company.objects.get() == made.company
    lantern = Company.objects.get()
    assert (lantern.name_zh, lantern.name_en, lantern.country) == ("灯屿云有限公司", "Lantern Isle Cloud", "SG")
    assert lantern.identifiers.get().value == "529900T8BM49AURSDO55" and lantern.labels.get().code == "I6513"
    with pytest.raises(BadInput):
        decisions.confirm(record(run, 5), None, by=None, at=NOW)


@pytest.mark.django_db
def test_one_bad_row_among_5_000_is_told_and_the_others_are_read() -> None:
    text = "name,country\n" + "".join(f"Company {n * 7919},DE\n" for n in range(4_999)) + "Bad,ZZ\n"
    run = brought(text)
    assert (run.state, run.rows, run.read, run.skipped) == ("deciding", 5_000, 5_000, 1)
    assert "ZZ" in restored(record(run, 5_001).problem)


@pytest.mark.django_db
def test_deciding_twice_has_one_effect_and_another_decision_is_refused() -> None:
    run = brought()
    first = decisions.confirm(record(run, 2), None, by=None, at=NOW)
    assert decisions.confirm(record(run, 2), None, by=None, at=NOW) == first
    assert Company.objects.count() == 1 and Entry.objects.filter(act="confirm").count() == 1
    with pytest.raises(DecidedAlready):
        decisions.confirm(record(run, 2), add_company("", "Other").pk, by=None, at=NOW)
    with pytest.raises(DecidedAlready):
        decisions.reject(record(run, 2), by=None, at=NOW)


@pytest.mark.django_db
def test_many_rows_are_decided_by_one_act_as_one_by_one() -> None:
    known = profile.create("灯屿云", "", **form(), identifiers={"LEI": "529900T8BM49AURSDO55"})
    run = brought()
    assert states(run) == {"number": 1, "new": 1, "skipped": 2}
    assert every(run, "number") == 1 and every(run, "new") == 1
    assert states(run) == {"done": 2, "skipped": 2} and Company.objects.count() == 2
    known.refresh_from_db()
    assert {one.text for one in known.names.all()} == {"灯屿云有限公司", "Lantern Isle Cloud"}
    assert (known.name_zh, known.country) == ("灯屿云", "SG")  # what a person wrote stays
    officer = person("olga", Role.OFFICER, unit("City"))
    assert list(COMPANIES.found(officer, {"words": "lantern"})) == [known]
    assert [one.name_en for one in COMPANIES.found(officer, {"words": "鹤浦"})] == ["Tsuruura Compute"]
    assert every(run, "new") == 0


@pytest.mark.django_db
def test_the_same_company_twice_in_a_file_becomes_one() -> None:
    text = "name,lei\nLantern Isle Cloud,529900T8BM49AURSDO55\nLantern Isle,529900T8BM49AURSDO55\n"
    text += "Mill Works,\nMill Works Ltd,\n"
    run = brought(text)
    assert states(run) == {"new": 2, "twin": 2}
    assert every(run, "new") == 2
    assert states(run) == {"done": 2, "number": 1, "alike": 1}
    assert every(run, "number") == 1 and Company.objects.count() == 2
    assert CompanyName.objects.get().text == "Lantern Isle"


@pytest.mark.django_db
def test_what_a_person_took_away_is_not_brought_back_by_the_next_file() -> None:
    run = brought()
    lantern = decisions.confirm(record(run, 2), None, by=None, at=NOW).company
    assert lantern is not None
    profile.remove_label(lantern.labels.get(), **form())
    profile.add_label(lantern, "technology", "cloud", **form())
    again = brought()
    for what in ("number", "new"):
        every(again, what)
    assert [one.code for one in lantern.labels.all()] == ["cloud"] and lantern.identifiers.count() == 1
    other = brought(source="another source")
    every(other, "number")
    assert {one.code for one in lantern.labels.all()} == {"cloud", "I6513"}


@pytest.mark.django_db
def test_a_decision_is_undone_with_what_it_added_and_no_more() -> None:
    known = profile.create("灯屿云", "", **form(), identifiers={"LEI": "529900T8BM49AURSDO55"})
    run = brought()
    decision = decisions.confirm(record(run, 2), known.pk, by=None, at=NOW)
    profile.add_name(known, "By hand", **form())
    decisions.undo(decision, by=None, at=NOW)
    assert [one.text for one in known.names.all()] == ["By hand"] and known.identifiers.count() == 1
    made = decisions.confirm(record(run, 3), None, by=None, at=NOW)
    decisions.undo(made, by=None, at=NOW)
    assert Company.objects.count() == 1 and made.record.decisions.get(pk=made.pk).state == "undone"
    made = decisions.confirm(record(run, 3), None, by=None, at=NOW)
    assert made.company is not None
    profile.add_contact(made.company, "Mei", **form())
    with pytest.raises(NotUndone):
        decisions.undo(made, by=None, at=NOW)
    assert Company.objects.count() == 2 and MatchDecision.objects.get(pk=made.pk).state == "confirmed"


@pytest.mark.django_db
def test_a_row_about_a_company_that_was_merged_goes_to_the_one_it_became() -> None:
    kept = add_company("", "Lantern")
    gone = profile.create("灯屿云", "", **form(), identifiers={"LEI": "529900T8BM49AURSDO55"})
    run = brought()
    merging.merge(kept, gone.pk, "the same", **form())
    every(run, "number")
    assert "灯屿云有限公司" in [one.text for one in kept.names.all()]


@pytest.mark.django_db
def test_the_mapping_of_a_source_is_remembered() -> None:
    run = imports.bring(b"a,b\nMill,SG\n", "x.csv", "odd", origin="declared", by=None, at=NOW)
    assert run.mapping == {}
    imports.begin(run, {"a": "name", "b": "country"}, by=None, at=NOW)
    again = imports.bring(b"b,a\nSG,Quay\n", "y.csv", "odd", origin="declared", by=None, at=NOW)
    assert again.mapping == {"a": "name", "b": "country"} and ImportSource.objects.count() == 1


# ---- who may


@pytest.mark.django_db
def test_a_leader_decides_nothing() -> None:
    leader = person("lee", Role.LEADER, unit("City"))
    with pytest.raises(NotPermitted):
        brought(by=leader)
    run = brought()
    with pytest.raises(NotPermitted):
        decisions.confirm(record(run, 2), None, by=leader, at=NOW)
    with pytest.raises(NotPermitted):
        imports.ON_RUN["new"](run, by=leader, at=NOW)
    assert not Company.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_kept_and_brought_in_whatever_encoding_a_spreadsheet_wrote(encoding: str) -> None:
    run = imports.bring(CSV.encode(encoding), "companies.csv", "fair", origin="register", by=None, at=NOW)
    assert "企业名称" in run.mapping and COMPANY_FILES.content(run) == CSV.encode(encoding)


@pytest.mark.django_db
def test_accents_of_western_europe_are_kept_and_brought() -> None:
    text = "name;country\nMüller Söhne;DE\nL’Oréal – x;FR\n"
    run = imports.bring(text.encode("cp1252"), "x.csv", "fair", origin="register", by=None, at=NOW)
    imports.begin(run, run.mapping, by=None, at=NOW)
    COMPANY_FILES.work(run.pk)
    assert record(run, 2).said["names"][0]["text"] == "Müller Söhne"
