"""Files as spreadsheets and registers really write them: nothing is misread in silence, one bad cell ends nothing."""

import io
import json
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from luodi.company_files import tables
from luodi.company_files.mapping import guessed, said
from luodi.errors import LuodiError

USCC = "91110108551385082Q"


def read(content: bytes, name: str = "x.csv") -> list[tables.RawRow]:
    return list(tables.rows(content, tables.form_of(name, content[:8192]), name))


def cells(content: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read(content)]


def workbook(*rows: list[Any], merged: tuple[str, ...] = (), before: Any = None) -> bytes:
    out, book = io.BytesIO(), Workbook()
    if before is not None:
        before(book.active)
        book.active = book.create_sheet("data")
    for row in rows:
        book.active.append(row)
    for place in merged:
        book.active.merge_cells(place)
    book.save(out)
    return out.getvalue()


# ---- text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_chinese_is_read_in_every_writing_of_a_spreadsheet(encoding: str, separator: str) -> None:
    text = f"企业名称{separator}国家\n灯屿云{separator}SG\n"
    marked = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"") + text.encode(encoding)
    assert cells(marked) == [{"企业名称": "灯屿云", "国家": "SG"}]


def test_accents_of_a_western_spreadsheet_become_no_chinese() -> None:
    content = "name;country\nMüller Söhne;DE\nL’Oréal – x;FR\n".encode("cp1252")
    assert [row["name"] for row in cells(content)] == ["Müller Söhne", "L’Oréal – x"]


@pytest.mark.parametrize(
    "text",
    [
        "\n\nname,country\nMill,DE\n",
        "Companies of 2026,\nname,country\nMill,DE\n",
        "sep=,\nname,country\nMill,DE\n",
        ",\nname,country\n\nMill,DE\n",
        "name,country,,\nMill,DE\n",
    ],
)
def test_what_stands_above_the_table_is_no_part_of_it(text: str) -> None:
    assert cells(text.encode()) == [{"name": "Mill", "country": "DE"}]


def test_a_column_of_names_alone_has_a_head_and_a_column_without_one_a_number() -> None:
    assert cells(b"name\nMill\n") == [{"name": "Mill"}]
    assert cells(b"name,,,country\nMill,x,,DE\n") == [{"name": "Mill", "#2": "x", "#3": "", "country": "DE"}]
    [row] = read(b"name,,\nMill,a,b\n")
    assert row.cells["name"] == "Mill" and "3 cells" in row.problem


@pytest.mark.parametrize("letters", [5_001, 200_000])
def test_a_cell_that_is_too_long_ends_its_row_and_not_the_file(letters: int) -> None:
    content = b"name,country\n" + b"x" * letters + b",DE\nQuay,NL\n"
    columns, [first, second] = tables.preview(content, "csv", "x.csv")
    assert columns == ["name", "country"] and "5000" in first.problem
    assert (second.cells, second.problem) == ({"name": "Quay", "country": "NL"}, None)


def test_a_name_stands_on_one_line_without_what_nobody_sees() -> None:
    content = f'name,uscc\n"Mill\u200b\nWorks ",{USCC}\u200b\n'.encode()
    assert said(cells(content)[0], guessed(["name", "uscc"]), {}).as_json() == {
        "names": [{"text": "Mill Works", "kind": "legal"}],
        "identifiers": [{"scheme": "CN-USCC", "value": USCC}],
    }


# ---- workbooks


def test_a_title_over_the_table_is_left_out_and_cells_joined_downwards_hold_for_each_row() -> None:
    content = workbook(
        ["名单", None],
        ["企业名称", "国家"],
        ["灯屿云", "SG"],
        ["鹤浦", None],
        ["琥珀港", "NL"],
        ["海角", None],
        merged=("A1:B1", "B3:B4"),
    )
    assert [(row.line, *row.cells.values()) for row in read(content)] == [
        (3, "灯屿云", "SG"),
        (4, "鹤浦", "SG"),
        (5, "琥珀港", "NL"),
        (6, "海角", ""),
    ]


def test_the_first_sheet_that_is_shown_and_holds_something_is_read() -> None:
    def hide(sheet: Any) -> None:
        sheet.append(["secret"])
        sheet.sheet_state = "hidden"

    for before in (hide, lambda sheet: None):
        assert cells(workbook(["name"], ["Mill"], before=before)) == [{"name": "Mill"}]


def test_days_are_days_and_numbers_what_was_typed() -> None:
    content = workbook(["a", "b", "c", "d"], [date(2020, 1, 2), datetime(2020, 1, 2), 12.0, 110108013985082])
    assert list(cells(content)[0].values()) == ["2020-01-02", "2020-01-02", "12", "110108013985082"]


@pytest.mark.parametrize("kept", [911101085513850820, 9.1110108551385e17, "9.11101E+17", "9.11101e+17"])
def test_a_number_that_a_spreadsheet_has_rounded_is_refused_as_one(kept: Any) -> None:
    row = cells(workbook(["name", "uscc"], ["Mill", kept]))[0]
    with pytest.raises(LuodiError) as refused:
        said(row, guessed(list(row)), {})
    assert refused.value.code == "bad-code" and "spreadsheet" in str(refused.value)


@pytest.mark.parametrize("old", ["110108013985082", "1101081398508"])
def test_a_number_of_before_2015_says_where_it_belongs(old: str) -> None:
    with pytest.raises(LuodiError, match="CN-REG"):
        said({"n": "Mill", "c": old}, {"n": "name", "c": "credit_code"}, {})
    kept = said({"n": "Mill", "c": old, "s": "CN"}, {"n": "name", "c": "register_number", "s": "country"}, {})
    assert kept.identifiers == [{"scheme": "CN-REG", "value": old}]


# ---- statements of ownership


def statement(key: str, kind: str, **details: Any) -> dict[str, Any]:
    return {"statementId": key, "recordId": key, "recordType": kind, "recordDetails": details}


MILL = statement("mill", "entity", name="Mill", entityType={"type": "registeredEntity"})


@pytest.mark.parametrize("party", [{"reason": "noBeneficialOwners"}, {"reason": "x", "description": "Somebody"}])
def test_an_owner_whom_nobody_names_is_a_holder_and_no_company(party: dict[str, Any]) -> None:
    held = [{"type": "shareholding", "directOrIndirect": "direct", "share": {"minimum": 25, "maximum": 50}}]
    link = statement("link", "relationship", subject="mill", interestedParty=party, interests=held)
    [row] = read(json.dumps([MILL, link]).encode(), "x.json")
    assert row.cells["name"] == "Mill" and row.more["holdings"][0]["kind"] == "unknown"


def test_statements_come_as_a_list_or_one_a_line_and_in_the_words_of_earlier_editions() -> None:
    older = {
        "statementID": "quay",
        "statementType": "entityStatement",
        "entityType": "registeredEntity",
        "name": "Quay",
        "identifiers": [{"scheme": "GB-COH", "id": "07444723"}],
    }
    for content in (json.dumps([MILL, older]), f"{json.dumps(MILL)}\n{json.dumps(older)}\n"):
        mill, quay = read(content.encode(), "x.json")
        assert (mill.cells["name"], quay.cells["name"]) == ("Mill", "Quay")
        assert quay.more["identifiers"] == [{"scheme": "GB-COH", "value": "07444723"}]
