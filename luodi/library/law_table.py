"""The table of what is open: services down, places across, on one day, for an investor who wants all of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.access import Access, AccessQuestion, Verdict, what_is_open
from luodi.access.resolve import as_json
from luodi.access.treatments import AccessBook
from luodi.documents import wording
from luodi.editions import with_books
from luodi.library.shelf import shelf
from luodi.values import Number, as_json_number

#: The places that differ from one another; the first is the one that the others are compared with.
MAIN_PLACES: Final = ("CN", "CN-FTZ", "BJ", "BJ-ZGC-HD", "SH-LINGANG", "SZ", "HI")
#: Groups of services by the code above them; `content` are those that other authorities license.
GROUPS: Final = {
    "value-added": ("B1", "B2", "content"),
    "basic": ("A1", "A2"),
    "all": ("A1", "A2", "B1", "B2", "content"),
}
INVESTORS: Final = {"foreign": ("DE", False), "cepa": ("HK", True)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer with what its stamp shows. `same`: it is the answer of the first place."""

    access: Access
    tone: str
    sign: str
    same: bool = False

    @property
    def cap(self) -> Number | None:
        return self.access.cap

    @property
    def announced(self) -> bool:
        return any(row.is_opening for row in self.access.announced)


@dataclass(frozen=True)
class Table:
    """Rows by group: `(group, [(service, cells)])`."""

    on: date
    investor: str
    places: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[str, tuple[Cell, ...]], ...]], ...]

    def rows(self) -> Iterator[tuple[str, str, Cell]]:
        for _, rows in self.groups:
            for service, cells in rows:
                for place, cell in zip(self.places, cells, strict=True):
                    yield service, place, cell


def cell(service: str, place: str, on: date, investor: str, first: Cell | None = None) -> Cell:
    """The answer for a share of 100 %."""
    country, certified = INVESTORS[investor]
    access = what_is_open(AccessQuestion(service, place, 100, country, certified), shelf().access, on=on)
    tone, sign = look(access)
    same = first is not None and (first.tone, first.cap) == (tone, access.cap)
    return Cell(access, tone, sign, same)


def look(access: Access) -> tuple[str, str]:
    """Tone and sign of a stamp. A cap below the whole is a limit, not a no."""
    if access.verdict is Verdict.NOT_ALLOWED and access.cap:
        free = any(row.status in ("open", "capped") for row in access.deciding)
        return ("half", "限") if free else ("if", "条")
    return wording.tone(access.verdict), wording.stamp(access.verdict)


def table(
    on: date, investor: str = "foreign", group: str = "value-added", places: Sequence[str] = MAIN_PLACES
) -> Table:
    return _table(shelf().digest, on, investor, group, tuple(places))


@with_books(maxsize=128)
def _table(digest: str, on: date, investor: str, group: str, places: tuple[str, ...]) -> Table:
    book = shelf().access
    groups = []
    for name in GROUPS[group]:
        rows = tuple((code, _row(code, places, on, investor)) for code in services_of(name, book))
        groups.append((name, rows))
    return Table(on, investor, places, tuple(groups))


def _row(service: str, places: tuple[str, ...], on: date, investor: str) -> tuple[Cell, ...]:
    first = cell(service, places[0], on, investor)
    return (first, *(cell(service, place, on, investor, first) for place in places[1:]))


def services_of(group: str, book: AccessBook) -> list[str]:
    """The services below a code, in the order of the book."""
    if group == "content":
        return [s.code for s in book.services.values() if s.is_content]
    return [s.code for s in book.services.values() if group in s.line and s.code != group]


def main_services(book: AccessBook) -> list[str]:
    return [code for group in GROUPS["value-added"] for code in services_of(group, book)]


def as_document(made: Table) -> dict[str, Any]:
    """The table as JSON; each row names the rules that decide it."""
    book = shelf().access
    return {
        "on": made.on.isoformat(),
        "share": 100,
        "investor": made.investor,
        "places": [{"id": place, "name": dict(book.zones[place].name)} for place in made.places],
        "rows": [_document(service, place, c, book) for service, place, c in made.rows()],
        "books": [book.book.as_json()],
    }


def _document(service: str, place: str, made: Cell, book: AccessBook) -> dict[str, Any]:
    whole = as_json(made.access, book)
    kept = {key: whole[key] for key in ("answer", "cap", "rules", "basis", "confidence", "read")}
    return {"service": service, "place": place, **kept, "announced": [row["rule"] for row in whole["announced"]]}


def as_rows(made: Table, lang: str) -> Iterator[list[str]]:
    """The table for a spreadsheet, one answer a line, its heading first."""
    names: Mapping[str, Any] = shelf().access.services
    zones = shelf().access.zones
    yield ["day", "service", "service_name", "place", "place_name", "investor", "answer", "cap", "rules", "announced"]
    for service, place, c in made.rows():
        cap = "" if c.cap is None else str(as_json_number(c.cap))
        yield [
            made.on.isoformat(),
            service,
            wording.pick(names[service].name, lang),
            place,
            wording.pick(zones[place].name, lang),
            made.investor,
            c.access.verdict.value,
            cap,
            " ".join(row.id for row in c.access.deciding),
            " ".join(row.id for row in c.access.announced),
        ]
