"""What was open when: the answer for a service in a place, day after day, as spans that do not change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from luodi.access.treatments import Treatment
from luodi.editions import with_books
from luodi.library.law_table import MAIN_PLACES, Cell, cell, main_services
from luodi.library.shelf import shelf
from luodi.values import Number


@dataclass(frozen=True, slots=True)
class Piece:
    """A span with one answer; `end` is the day after its last, None while it holds."""

    first: date
    end: date | None
    made: Cell

    @property
    def look(self) -> tuple[str, Number | None]:
        return self.made.tone, self.made.cap


@dataclass(frozen=True)
class Lane:
    """Those of `names` (places of a service, or services of a place) that were always alike; `said` was announced."""

    names: tuple[str, ...]
    investor: str
    pieces: tuple[Piece, ...]
    said: tuple[Treatment, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A day on which the answer of at least one lane became another one."""

    on: date
    lanes: tuple[tuple[Lane, Piece], ...]


@dataclass(frozen=True)
class Timeline:
    kind: str
    of: str
    first: date
    until: date
    lanes: tuple[Lane, ...]

    def turns(self) -> tuple[Turn, ...]:
        """In the order of the days; the same day once, with every lane that changed."""
        by_day: dict[date, list[tuple[Lane, Piece]]] = {}
        for lane in self.lanes:
            for piece in lane.pieces:
                by_day.setdefault(piece.first, []).append((lane, piece))
        return tuple(Turn(day, tuple(by_day[day])) for day in sorted(by_day))


def of_service(code: str, until: date) -> Timeline | None:
    """A service in the main places, and under CEPA; None where the book never had a rule for it."""
    return _service(shelf().digest, code, until)


def of_place(place: str, until: date) -> Timeline | None:
    """The main services in a place; those that the book never had a rule for there are left out."""
    return _place(shelf().digest, place, until)


@with_books(maxsize=256)
def _service(digest: str, code: str, until: date) -> Timeline | None:
    foreign = ((place, _pieces(code, place, "foreign", until)) for place in MAIN_PLACES)
    lanes = [*_alike(foreign, "foreign", lambda place: _said(code, place, until))]
    cepa = _pieces(code, MAIN_PLACES[0], "cepa", until)
    if _looks(cepa) not in {_looks(lane.pieces) for lane in lanes}:
        lanes.append(Lane((MAIN_PLACES[0],), "cepa", cepa))
    return _timeline("service", code, until, lanes)


@with_books(maxsize=256)
def _place(digest: str, place: str, until: date) -> Timeline | None:
    made = ((code, _pieces(code, place, "foreign", until)) for code in main_services(shelf().access))
    lanes = [*_alike(made, "foreign", lambda code: _said(code, place, until))]
    return _timeline("place", place, until, lanes)


def _timeline(kind: str, of: str, until: date, lanes: Sequence[Lane]) -> Timeline | None:
    spoken = [lane for lane in lanes if lane.pieces or lane.said]
    firsts = [piece.first for lane in spoken for piece in lane.pieces]
    firsts += [row.rule.first for lane in spoken for row in lane.said if row.rule.first]
    return Timeline(kind, of, min(firsts), until, tuple(spoken)) if firsts else None


def _alike(
    made: Iterable[tuple[str, tuple[Piece, ...]]], investor: str, said: Callable[[str], tuple[Treatment, ...]]
) -> Iterator[Lane]:
    """One lane for all names whose answers were always the same, announcements included."""
    groups: dict[object, tuple[list[str], tuple[Piece, ...], tuple[Treatment, ...]]] = {}
    for name, pieces in made:
        told = said(name)
        key = (_looks(pieces), tuple(row.id for row in told))
        groups.setdefault(key, ([], pieces, told))[0].append(name)
    for names, pieces, told in groups.values():
        yield Lane(tuple(names), investor, pieces, told)


def _looks(pieces: tuple[Piece, ...]) -> tuple[object, ...]:
    return tuple((piece.first, *piece.look) for piece in pieces)


def _pieces(service: str, place: str, investor: str, until: date) -> tuple[Piece, ...]:
    """From the first day on which the book speaks; days that look alike are one span, silence is left out."""
    marks: list[tuple[date, Cell]] = []
    for day in _days(service, until):
        made = cell(service, place, day, investor)
        if not marks or _look(marks[-1][1]) != _look(made):
            marks.append((day, made))
    ends = [*(day for day, _ in marks[1:]), None]
    pieces = (Piece(day, end, made) for (day, made), end in zip(marks, ends, strict=True))
    return tuple(piece for piece in pieces if piece.made.tone != "silent")


def _look(made: Cell) -> tuple[str, Number | None]:
    return made.tone, made.cap


def _days(service: str, until: date) -> list[date]:
    """Every day on which a rule of the service, or a place, begins or has just ended, or can no longer be told."""
    book = shelf().access
    spans = [row.rule.span for row in book.rows_ever(book.service(service).line)]
    spans += [zone.span for zone in book.zones.values()]
    spans += [zone.unclear for zone in book.zones.values() if zone.unclear is not None]
    found = {day for span in spans for day in (span.first, span.end) if day is not None and day <= until}
    return sorted(found)


def _said(service: str, place: str, until: date) -> tuple[Treatment, ...]:
    """Openings that were announced for the place and never decide, in the order of their days."""
    book = shelf().access
    rows = (row for row in book.rows_ever(book.service(service).line) if not row.decides and row.is_opening)
    found = [row for row in rows if _reaches(row, place) and row.rule.first is not None and row.rule.first <= until]
    return tuple(sorted(found, key=lambda row: (row.rule.first, row.order)))


def _reaches(row: Treatment, place: str) -> bool:
    """Whether an announcement holds in the place or in a part of it; CN is not told of its parts."""
    first = row.rule.first
    if row.cepa or first is None:
        return False
    book = shelf().access
    inside = place != MAIN_PLACES[0] and place in book.places(row.zone, first)
    return inside or row.zone in book.places(place, first)
