"""Reading a file of companies row by row: CSV, XLSX, or statements of BODS.

A row is text by column. What cannot be a row is told with its line and does not end the reading.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from luodi.company_files.mapping import guessed
from luodi.company_files.workbooks import sheet
from luodi.errors import BadInput, MissingKey
from luodi.message import Message, in_line
from luodi.ownership.bods import stakes_from_bods
from luodi.ownership.bods_older import in_words_of_0_4
from luodi.ownership.stakes import Kind, Stakes
from luodi.text import parse_json_or_lines

MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 1_000_000
MOST_CELL: Final = 5_000
FORMS: Final = ("csv", "xlsx", "bods")
_SEPARATORS: Final = ",;\t|"
_TITLES: Final = 10  # lines above the one that names the columns
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
csv.field_size_limit(2**31 - 1)  # a cell that is too long is told as its row, and does not end the reading of the file


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row, the first one being line 2; `problem` where it is none. `more` is what no column holds: owners."""

    line: int
    cells: Mapping[str, str]
    problem: Message | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def form_of(name: str, head: bytes) -> str:
    """What a file is, by its beginning. Raises `BadInput` for what is none of the three."""
    if head[:4] == b"PK\x03\x04":
        return "xlsx"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return "bods"
    if b"\0" in head and not head.startswith(_UTF_16):
        raise BadInput("companies.file-no-table", at=name)
    return "csv"


def rows(content: bytes, form: str, name: str) -> Iterator[RawRow]:
    """Raises `BadInput` for a file that cannot be read at all, naming it."""
    reader = {"csv": _csv, "xlsx": _xlsx, "bods": _bods}[form]
    for number, row in enumerate(reader(content, name)):
        if number >= MOST_ROWS:
            raise BadInput("companies.file-more-than-rows", most_rows=MOST_ROWS, at=name)
        yield row


# ---- tables


def _csv(content: bytes, name: str) -> Iterator[RawRow]:
    text = _decoded(content, name)
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    told = re.fullmatch(r"sep=(.)\s*", line, re.IGNORECASE)  # as a spreadsheet says it to another one
    delimiter = told[1] if told else max(_SEPARATORS, key=line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = ((reader.line_num, cells) for cells in reader)
    try:
        yield from _shaped((row for row in lines if not told or row[1][0:1] != ["sep="]), name)
    except csv.Error as problem:
        raise BadInput("companies.table-cannot-read", problem=problem, at=in_line(name, reader.line_num)) from None


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, or what spreadsheets write: UTF-16 as "Unicode text", GB 18030 in China, Windows-1252 in Europe.

    Chinese in GB 18030 has bytes above 127 side by side; where each stands alone it is an accent of Western Europe.
    """
    western = re.search(rb"[\x80-\xff]{2}", content) is None
    encodings = ["utf-16"] if content.startswith(_UTF_16) else ["utf-8-sig", "cp1252" if western else "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("companies.file-neither-utf-8-nor", at=name)


def _xlsx(content: bytes, name: str) -> Iterator[RawRow]:
    """The first sheet that is shown and holds something, row by row."""
    with closing(sheet(content, name)) as lines:
        yield from _shaped(lines, name)


_NO_HEAD: Final = Message("companies.first-line-names-columns-most", most_columns=MOST_COLUMNS)


def _shaped(lines: Iterable[tuple[int, list[str]]], name: str) -> Iterator[RawRow]:
    filled = ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    first, rest = _below_titles(filled)
    columns = [" ".join(_clean(column).split()) for column in first[1]]
    while columns and not columns[-1]:
        columns.pop()
    if not columns or len(columns) > MOST_COLUMNS:
        raise MissingKey(_NO_HEAD, at=name)
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice is not None:
        raise BadInput("companies.two-columns-called", twice=twice, at=in_line(name, first[0]))
    columns = [column or f"#{number}" for number, column in enumerate(columns, 1)]
    for line, cells in rest:
        yield _row(line, columns, cells)


_Line = tuple[int, list[str]]


def _below_titles(lines: Iterator[_Line]) -> tuple[_Line, Iterable[_Line]]:
    """The line that names the columns, and those after it. A title is alone in a line that is as wide as the table."""
    above = list(itertools.islice(lines, 1))
    while above and len(above) <= _TITLES and _is_title(above[-1][1]) and (further := next(lines, None)) is not None:
        above.append(further)
    if not above:
        return (1, []), ()
    head = next((number for number, row in enumerate(above) if not _is_title(row[1])), 0)
    return above[head], itertools.chain(above[head + 1 :], lines)


def _is_title(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(cells) > len(filled) == 1 and not guessed(filled)


def _row(line: int, columns: list[str], cells: list[str]) -> RawRow:
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    found = {
        column: _clean(cell)
        for column, cell in zip(columns, itertools.chain(cells, itertools.repeat("")), strict=False)
    }
    if extra:
        return RawRow(line, found, Message("companies.row-cells-table-columns", cells=len(cells), columns=len(columns)))
    if any(len(cell) > MOST_CELL for cell in found.values()):
        cut = {column: cell[:MOST_CELL] for column, cell in found.items()}
        return RawRow(line, cut, Message("companies.cell-more-than", most=MOST_CELL))
    return RawRow(line, found)


_UNSEEN: Final = re.compile("[\0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def _clean(cell: str) -> str:
    """Without what nobody sees, and as a database can keep it: JSON can write NUL, and half of a letter."""
    return _UNSEEN.sub("", cell).encode("utf-8", "replace").decode().strip()


# ---- statements of ownership


def _bods(content: bytes, name: str) -> Iterator[RawRow]:
    """Each company of the statements with its numbers and who holds what of it."""
    statements = _statements(_decoded(content, name), name)
    stakes = stakes_from_bods(statements, name)
    numbers = _numbers(statements)
    told = {str(row["recordId"]) for row in statements if row["recordType"] != "relationship"}
    for line, (key, node) in enumerate(stakes.nodes.items(), 1):
        if node.person or node.kind is Kind.STATE or key not in told:
            continue  # not a company, or a party that nobody has named: kept as the holder of a stake alone
        cells = {"recordId": key, "name": node.name or "", "jurisdiction": node.country or ""}
        more = {"identifiers": numbers.get(key, []), "holdings": _held(stakes, key)}
        yield RawRow(
            line,
            cells,
            None if node.name else Message("companies.entity-no-name"),
            {n: v for n, v in more.items() if v},
        )


def _cleaned(said: Any) -> Any:
    if isinstance(said, dict):
        return {_clean(key): _cleaned(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_cleaned(value) for value in said]
    return _clean(said) if isinstance(said, str) else said


def _statements(text: str, name: str) -> list[Any]:
    """A list, or a statement a line; those of earlier editions in the words of 0.4."""
    found = _cleaned(parse_json_or_lines(text, name))
    if not isinstance(found, list):
        raise BadInput("companies.bods-list-statements", at=name)
    return in_words_of_0_4(found)


def _numbers(statements: list[Any]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in statements:
        details = row.get("recordDetails") if isinstance(row, dict) else None
        for one in (details or {}).get("identifiers") or []:
            if isinstance(one, dict) and one.get("id") and one.get("scheme"):
                found.setdefault(str(row.get("recordId")), []).append(
                    {"scheme": str(one["scheme"]), "value": str(one["id"])}
                )
    return found


def _held(stakes: Stakes, company: str) -> list[dict[str, Any]]:
    return [
        {
            "holder": (owner := stakes.nodes[one.owner]).name or one.owner,
            "kind": owner.kind.value,
            "share": one.share.text,
            "votes": one.votes.text if one.votes else "",
            "starts": one.span.first.isoformat() if one.span.first else None,
            "ends": one.span.end.isoformat() if one.span.end else None,
        }
        for one in stakes.stakes
        if one.company == company
    ]


def preview(content: bytes, form: str, name: str) -> tuple[list[str], list[RawRow]]:
    """The columns and the first rows. Raises `BadInput` as `rows` does, also for a file without a row."""
    return first_of(rows(content, form, name), name)


def first_of(found: Iterable[RawRow], name: str, most: int = 20) -> tuple[list[str], list[RawRow]]:
    """The columns and the first of some rows. Raises `BadInput` where there is none."""
    first = list(itertools.islice(found, most))
    if not first:
        raise BadInput("companies.file-no-row", at=name)
    return list(first[0].cells), first
