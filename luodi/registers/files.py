"""A register as a file, for who has an extract and no service.

YAML: `{source, day, companies: [entry, ..]}`, an entry as `entries.entry_of` reads it. CSV: a row for each owner, or
one for a company without; the columns are `COLUMNS`. Further rows of a code say only its further owners.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from luodi.errors import LuodiError
from luodi.message import Message, in_line
from luodi.registers.entries import BadAnswer, RegisterEntry, RegisterUnavailable, entry_of
from luodi.text import parse_yaml, read_text

MOST_BYTES: Final = 200_000_000
COLUMNS: Final = tuple("code name_zh name_en status legal_form address owner share country day source".split())


class FileRegister:
    """Read once, when it is first asked. `source` is what the file calls itself, else its name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def source(self) -> str:
        return str(self._content[0])

    @property
    def day(self) -> date | None:
        """Of the file as a whole; None where it says none, or each entry its own."""
        days = {one.day for one in self._content[1].values()}
        return max(days) if days else None

    def lookup(self, code: str) -> RegisterEntry | None:
        """Raises `RegisterUnavailable` where the file is not there, `BadAnswer` with the place in it."""
        return self._content[1].get(code)

    @cached_property
    def _content(self) -> tuple[str, Mapping[str, RegisterEntry]]:
        name = self._path.name
        try:
            text = read_text(self._path, max_bytes=MOST_BYTES)
        except LuodiError as problem:
            raise RegisterUnavailable(problem.message, at=problem.at) from None
        if self._path.suffix.casefold() == ".csv":
            return _by_code(name, _rows(text, name))
        document = _yaml(text, name)
        source, day = str(document.get("source") or name), str(document.get("day") or "")
        rows = document.get("companies")
        if not isinstance(rows, list):
            raise BadAnswer("registers.no-companies", at=name)
        return _by_code(source, ((Message("place.entry", number=n), row) for n, row in enumerate(rows, 1)), day, name)


def _yaml(text: str, name: str) -> Mapping[str, Any]:
    try:
        document = parse_yaml(text, name)
    except LuodiError as problem:
        raise BadAnswer(problem.message, at=problem.at) from None
    if not isinstance(document, Mapping):
        raise BadAnswer("registers.no-companies", at=name)
    return document


def _by_code(
    source: str, rows: Iterator[tuple[str, object]], day: str = "", name: str = ""
) -> tuple[str, Mapping[str, RegisterEntry]]:
    found: dict[str, RegisterEntry] = {}
    for at, row in rows:
        try:
            entry = entry_of(row, source=source, day=day)
            if entry.code in found:
                raise BadAnswer("registers.twice", code=entry.code)
        except BadAnswer as problem:
            place = Message("place.within", outer=at, inner=problem.at) if problem.at else at
            raise BadAnswer(
                problem.message, at=Message("place.within", outer=name, inner=place) if name else place
            ) from None
        found[entry.code] = entry
    return source, found


def _rows(text: str, name: str) -> Iterator[tuple[str, object]]:
    """One document a company, with the line on which it begins."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    unknown = [column for column in reader.fieldnames or () if column not in COLUMNS]
    if unknown or "code" not in (reader.fieldnames or ()):
        raise BadAnswer("registers.columns", known=list(COLUMNS), at=in_line(name, 1))
    made: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in reader:
        cells = {
            key: (value or "").strip() for key, value in row.items() if key is not None and not isinstance(value, list)
        }
        _, company = made.setdefault(cells["code"], (reader.line_num, _company(cells)))
        if cells.get("owner"):
            owners = company["owners"] = company["owners"] or []
            owners.append({"name": cells["owner"], "share": cells.get("share"), "country": cells.get("country")})
    yield from ((in_line(name, line), company) for line, company in made.values())


def _company(cells: Mapping[str, str]) -> dict[str, Any]:
    texts = {key: cells.get(key) for key in ("code", "status", "legal_form", "address", "day", "source")}
    return {**texts, "name": {"zh": cells.get("name_zh"), "en": cells.get("name_en")}, "owners": None}
