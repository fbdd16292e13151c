"""Facts that follow from others, for whole columns: as `luodi.rules.derive` and the access book have them for one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np

from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.dates import parse_day
from luodi.errors import LuodiError
from luodi.matching.batch import (
    Batch,
    Cells,
    Flags,
    Ints,
    Known,
    MapCells,
    NumberCells,
    RatioCells,
    SetCells,
    TextCells,
    TruthCells,
    pack,
    spread,
    unpack,
)
from luodi.matching.feeds import rank, stored_edges
from luodi.matching.number_cells import number_at
from luodi.matching.rejects import Refusals
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Book
from luodi.rules.derive import SIZE
from luodi.rules.library import load_book
from luodi.values import exact

_CLASSES: Final = ("large", "medium", "small", "micro")
_RATIOS: Final = {"rd_ratio": ("rd_expense", "operating_revenue"), "rd_ratio_3y": ("rd_expense_3y", "sales_revenue_3y")}
_HELD, _EXPIRY, _NONE = "qualifications", "qualification_expiry", "none"


@dataclass(frozen=True)
class Derivations:
    """What a book's rules may read that an input need not have. `inputs`: what each is worked out from."""

    inputs: Mapping[str, tuple[str, ...]]
    work: Sequence[Callable[[Batch, Refusals], None]]
    salt: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Attributes that formulas must not read: they may have to be derived row by row."""
        return frozenset(name for name in self.inputs if name not in (_HELD, "services", "zones", "cepa_qualified"))

    def wanted(self, reads: frozenset[str]) -> frozenset[str]:
        """The attributes that a program reads, with what they may be worked out from."""
        return reads.union(*(self.inputs.get(name, ()) for name in reads))

    def apply(self, batch: Batch, refusals: Refusals) -> Batch:
        """The batch with whatever follows from its columns; what is given stays."""
        if not self.work:
            return batch
        full = replace(batch, columns=dict(batch.columns))
        for step in self.work:
            step(full, refusals)
        return replace(full, refused=refusals.flags)


def derivations_of(book: Book, on: date) -> Derivations:
    if SIZE in book.vocabulary:
        return _company(book.vocabulary, on)
    if book.kind == "access":
        return _access(book, on)
    return Derivations({}, ())


# ---- companies


def _company(vocabulary: Vocabulary, on: date) -> Derivations:
    size_book = load_book("enterprise-size")
    table = size_book.tables["industries"] if any(on in rule.span for rule in size_book.rules) else ()
    indicators = tuple(sorted({name for row in table for name in row["indicators"]}))
    inputs = {SIZE: ("industry_code", *indicators), **_RATIOS, _HELD: (_EXPIRY,)}

    def work(batch: Batch, refusals: Refusals) -> None:
        _lapse(batch, on, refusals)
        for name, (above, below) in _RATIOS.items():
            _ratio(batch, name, above, below)
        _size(batch, table)

    return Derivations(inputs, (work,), f"{size_book.hash} {bool(table)}")


def _whole(batch: Batch, name: str) -> tuple[Ints, int, Flags, Mapping[int, Any]] | None:
    """Whole numerators over one denominator, where they are known, and odd ones."""
    cells = batch.columns.get(name)
    if not isinstance(cells, NumberCells):
        return None
    if not cells.are_doubles:
        return cells.values, 10**cells.scale, cells.known.flags, cells.odd
    return (
        np.zeros(batch.rows, np.int64),
        1,
        cells.known.flags,
        {row: number_at(cells, row) for row in np.flatnonzero(cells.known.flags).tolist()},
    )


def _ratio(batch: Batch, name: str, above: str, below: str) -> None:
    given = batch.columns.get(name)
    part, whole = _whole(batch, above), _whole(batch, below)
    if part is None or whole is None:
        return
    known = part[2] & whole[2]
    odd = {row for row in (*part[3], *whole[3]) if known[row]}
    numerators = [np.where(known, side[0], 0) for side in (part, whole)]
    exact_odd: dict[int, Any] = {}
    for row in odd:
        sides = [Fraction(side[3].get(row, Fraction(int(side[0][row]), side[1]))) for side in (part, whole)]
        if sides[1]:
            exact_odd[row] = exact(sides[0] / sides[1])
        numerators[1][row] = 0
    known &= numerators[1] != 0
    known[list(exact_odd)] = True
    if isinstance(given, NumberCells):
        known &= ~given.known.flags
        exact_odd = {row: value for row, value in exact_odd.items() if known[row]}
    else:
        given = None
    every = known if given is None else known | given.known.flags
    unit = Fraction(whole[1], part[1])
    batch.columns[name] = RatioCells(numerators[0], numerators[1], unit, known, Known.of(every), given, exact_odd)


def _at_least(cells: Cells | None, limit: Any, rows: int) -> tuple[Flags, Flags]:
    """Which rows reach a limit, and which have a value."""
    if not isinstance(cells, NumberCells):
        return np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    (edge,) = stored_edges(((limit, False),), cells)
    reached = cells.values >= edge
    for row, value in cells.odd.items():
        reached[row] = rank(((limit, False),), value) == 1
    return reached & cells.known.flags, cells.known.flags


def _size(batch: Batch, table: Sequence[Mapping[str, Any]]) -> None:
    """The size class where it is not given: the largest class whose every lower bound is met."""
    codes, given = batch.columns.get("industry_code"), batch.columns.get(SIZE)
    if not isinstance(codes, TextCells) or not table:
        return
    row_of = np.array([_row(table, text) for text in codes.texts] or [-1])
    group = np.where(codes.known.flags, row_of[np.where(codes.known.flags, codes.places, 0)], -1)
    if given is not None:
        group[given.known.flags] = -1
    places, known = np.zeros(batch.rows, np.int32), np.zeros(batch.rows, np.bool_)
    limits: dict[tuple[str, Any], tuple[Flags, Flags]] = {}
    for at in np.unique(group[group >= 0]).tolist():
        rows = np.flatnonzero(group == at)
        undecided = np.ones(len(rows), np.bool_)
        for place, size in enumerate(_CLASSES):
            met, left = np.ones(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
            for name, bounds in table[at]["indicators"].items() if size != "micro" else ():
                key = (name, exact(bounds[f"{size}_ge"]))
                if key not in limits:
                    limits[key] = _at_least(batch.columns.get(name), key[1], batch.rows)
                reached, has = (flags[rows] for flags in limits[key])
                met &= reached | ~has
                left |= ~has
            here = undecided & met
            settled = rows[here & ~left]
            places[settled], known[settled] = place, True
            undecided &= ~here
    texts: list[str] = list(_CLASSES)
    if isinstance(given, TextCells):
        inside = np.where(given.known.flags, given.places, 0)
        places = np.where(given.known.flags, inside + len(texts), places).astype(np.int32)
        texts += given.texts
        known |= given.known.flags
    if known.any():
        batch.columns[SIZE] = TextCells(places, texts, Known.of(known))


def _row(table: Sequence[Mapping[str, Any]], code: str) -> int:
    fitting = [(len(prefix), at) for at, row in enumerate(table) for prefix in row["codes"] if code.startswith(prefix)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else -1


def _lapse(batch: Batch, on: date, refusals: Refusals) -> None:
    """Recognitions whose certificate expired do not count; who holds no other holds none."""
    held, expiry = batch.columns.get(_HELD), batch.columns.get(_EXPIRY)
    if not isinstance(held, SetCells) or not isinstance(expiry, MapCells) or not len(expiry.rows):
        return
    last = [_last_day(value) for value in expiry.values]
    wrong = {
        int(row): (str(value), day)
        for row, value, day in zip(expiry.rows, expiry.values, last, strict=True)
        if isinstance(day, LuodiError) and held.known.flags[row]
    }
    refusals.add(_EXPIRY, np.array(sorted(wrong), np.int64), lambda row: wrong[row])
    lapsed = {
        (int(row), name)
        for row, name, day in zip(expiry.rows, expiry.names, last, strict=True)
        if isinstance(day, date) and day < on
    }
    if not lapsed:
        return
    rows = np.repeat(np.arange(batch.rows), np.diff(held.starts))
    gone = np.zeros(len(rows), np.bool_)
    touched = np.isin(rows, np.array(sorted({row for row, _ in lapsed})))
    for at in np.flatnonzero(touched).tolist():
        gone[at] = (int(rows[at]), held.texts[held.places[at]]) in lapsed
    batch.columns[_HELD] = _without(held, rows, gone, batch.rows)


def _without(held: SetCells, rows: Ints, gone: Flags, count: int) -> SetCells:
    texts = list(held.texts) if _NONE in held.texts else [*held.texts, _NONE]
    left = np.bincount(rows[~gone], minlength=count)
    emptied = np.flatnonzero((left == 0) & (np.bincount(rows[gone], minlength=count) > 0))
    all_rows = np.concatenate([rows[~gone], emptied])
    all_places = np.concatenate([held.places[~gone], np.full(len(emptied), texts.index(_NONE), np.int32)])
    order = np.argsort(all_rows, kind="stable")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(all_rows, minlength=count))])
    return SetCells(starts, all_places[order], texts, held.known)


def _last_day(value: Any) -> date | LuodiError:
    if isinstance(value, date):
        return value
    try:
        return parse_day(str(value))
    except LuodiError as problem:
        return problem


# ---- access questions in a table


def _access(book: Book, on: date) -> Derivations:
    """Of `service` the line of its parents, of `place` its zones, of a foreign investor that no certificate is held."""
    access = AccessBook(book)

    def services(code: str) -> frozenset[str]:
        return frozenset(access.service(code).line)

    def zones(place: str) -> frozenset[str]:
        return access.places(access.zone(place).id, on)

    def work(batch: Batch, refusals: Refusals) -> None:
        _around(batch, "services", "service", services, refusals)
        _around(batch, "zones", "place", zones, refusals)
        _certified(batch)

    inputs = {"services": ("service",), "zones": ("place",), "cepa_qualified": ("investor",)}
    return Derivations(inputs, (work,))


def _around(batch: Batch, name: str, asked: str, around: Callable[[str], frozenset[str]], refusals: Refusals) -> None:
    cells = batch.columns.get(asked)
    if name in batch.columns or not isinstance(cells, TextCells):
        return
    sets: list[frozenset[str]] = []
    problems: dict[int, LuodiError] = {}
    for at, text in enumerate(cells.texts):
        try:
            sets.append(around(text) if text else frozenset())
        except LuodiError as problem:
            sets.append(frozenset())
            problems[at] = problem
    wrong = np.isin(cells.places, list(problems)) & cells.known.flags
    refusals.add(
        asked, np.flatnonzero(wrong), lambda row: (cells.texts[cells.places[row]], problems[int(cells.places[row])])
    )
    batch.columns[name] = spread(sets, cells.places, cells.known)


def _certified(batch: Batch) -> None:
    investor, given = batch.columns.get("investor"), batch.columns.get("cepa_qualified")
    if not isinstance(investor, TextCells):
        return
    outside = np.array([text not in CEPA_REGIONS for text in investor.texts] or [False])
    foreign = outside[np.where(investor.known.flags, investor.places, 0)] & investor.known.flags
    truth = unpack(given.bits, batch.rows) if isinstance(given, TruthCells) else np.zeros(batch.rows, np.bool_)
    known = given.known.flags if given is not None else np.zeros(batch.rows, np.bool_)
    batch.columns["cepa_qualified"] = TruthCells(pack(truth & known), Known.of(known | foreign))
