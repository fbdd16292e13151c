"""Reading a file of companies row by row: CSV, XLSX, or statements of BODS 0.4. No Django in it.

A row is text by column. What cannot be a row is told with its line and does not end the reading.
"""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from luodi.errors import BadInput, MissingKey
from luodi.ownership.bods import stakes_from_bods
from luodi.ownership.stakes import Kind, Stakes
from luodi.text import parse_json
from luodi.web.companies.workbooks import sheet

MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 1_000_000
MOST_CELL: Final = 5_000
FORMS: Final = ("csv", "xlsx", "bods")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row, the first one being line 2; `problem` where it is none. `more` is what no column holds: owners."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def form_of(name: str, head: bytes) -> str:
    """What a file is, by its beginning. Raises `BadInput` for what is none of the three."""
    if head[:4] == b"PK\x03\x04":
        return "xlsx"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return "bods"
    if b"\0" in head:
        raise BadInput("the file is no table; CSV, XLSX and BODS 0.4 are read", at=name)
    return "csv"


def rows(content: bytes, form: str, name: str) -> Iterator[RawRow]:
    """Raises `BadInput` for a file that cannot be read at all, naming it."""
    reader = {"csv": _csv, "xlsx": _xlsx, "bods": _bods}[form]
    for number, row in enumerate(reader(content, name)):
        if number >= MOST_ROWS:
            raise BadInput(f"the file has more than {MOST_ROWS} rows; bring it in parts", at=name)
        yield row


# ---- tables


def _csv(content: bytes, name: str) -> Iterator[RawRow]:
    text = _decoded(content, name)
    line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = next(reader, [])
        yield from _shaped(head, ((reader.line_num, cells) for cells in reader), name)
    except csv.Error as problem:
        raise BadInput(f"the table cannot be read: {problem}", at=f"{name}, line {reader.line_num}") from None


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, or GB 18030 as spreadsheets in China write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("the file is neither UTF-8 nor GB 18030 text", at=name)


def _xlsx(content: bytes, name: str) -> Iterator[RawRow]:
    with closing(sheet(content, name)) as lines:
        _, head = next(lines, (1, []))
        yield from _shaped(head, lines, name)


def _shaped(head: list[str], lines: Iterable[tuple[int, list[str]]], name: str) -> Iterator[RawRow]:
    columns = [column.strip() for column in head]
    while columns and not columns[-1]:
        columns.pop()
    if not columns or len(columns) > MOST_COLUMNS:
        raise MissingKey(f"the first line names the columns, at most {MOST_COLUMNS}", at=name)
    if len(set(columns)) != len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise BadInput(f"two columns are called `{twice}`", at=f"{name}, line 1")
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            yield _row(line, columns, cells)


def _row(line: int, columns: list[str], cells: list[str]) -> RawRow:
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    found = {
        column: _clean(cell)
        for column, cell in zip(columns, itertools.chain(cells, itertools.repeat("")), strict=False)
    }
    if extra:
        return RawRow(line, found, f"the row has {len(cells)} cells and the table {len(columns)} columns")
    if any(len(cell) > MOST_CELL for cell in found.values()):
        return RawRow(line, {}, f"a cell has more than {MOST_CELL} characters")
    return RawRow(line, found)


def _clean(cell: str) -> str:
    """As a database can keep it: JSON can write NUL, and half of a letter."""
    return cell.replace("\0", "").encode("utf-8", "replace").decode().strip()


# ---- statements of ownership


def _bods(content: bytes, name: str) -> Iterator[RawRow]:
    """Each company of the statements with its numbers and who holds what of it."""
    statements = _cleaned(parse_json(_decoded(content, name), name))
    if not isinstance(statements, list):
        raise BadInput("BODS 0.4 is a list of statements", at=name)
    stakes = stakes_from_bods(statements, name)
    numbers = _numbers(statements)
    for line, (key, node) in enumerate(stakes.nodes.items(), 1):
        if node.person or node.kind is Kind.STATE:
            continue  # not a company: kept as the holder of a stake alone
        cells = {"recordId": key, "name": node.name or "", "jurisdiction": node.country or ""}
        more = {"identifiers": numbers.get(key, []), "holdings": _held(stakes, key)}
        yield RawRow(line, cells, "" if node.name else "the entity has no name", {n: v for n, v in more.items() if v})


def _cleaned(said: Any) -> Any:
    if isinstance(said, dict):
        return {_clean(key): _cleaned(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_cleaned(value) for value in said]
    return _clean(said) if isinstance(said, str) else said


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
            "holder": (owner := stakes.nodes[one.owner]).name or one.owner, "kind": owner.kind.value,
            "share": one.share.text, "votes": one.votes.text if one.votes else "",
            "starts": one.span.first.isoformat() if one.span.first else None,
            "ends": one.span.end.isoformat() if one.span.end else None,
        }
        for one in stakes.stakes
        if one.company == company
    ]  # fmt: skip


def preview(content: bytes, form: str, name: str, most: int = 20) -> tuple[list[str], list[RawRow]]:
    """The columns and the first rows. Raises `BadInput` as `rows` does, also for a file without a row."""
    first = list(itertools.islice(rows(content, form, name), most))
    columns = list(first[0].cells) if first else []
    if not first:
        raise BadInput("the file has no row", at=name)
    return columns, first
