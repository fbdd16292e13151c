"""One row of a batch as the facts of one company: for whatever only the walk can decide, and to explain a row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.matching.batch import (
    EPOCH,
    Batch,
    Cells,
    DayCells,
    MapCells,
    NumberCells,
    RatioCells,
    SetCells,
    TextCells,
)
from luodi.matching.number_cells import number_at
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import Value
from luodi.rules.book import Book
from luodi.rules.derive import facts_on


def facts_of_row(batch: Batch, book: Book, on: date) -> Callable[[int], Facts]:
    """The facts of a row, with what follows from them, from the columns as they were given."""
    access = AccessBook(book) if book.kind == "access" else None

    def facts(row: int) -> Facts:
        given = {name: value for name, cells in batch.columns.items() if (value := value_at(cells, row)) is not None}
        if access is not None:
            given |= _around(given, access, on)
        current, _ = current_facts(Profile(given), on)
        return facts_on(book.vocabulary, current, on)

    return facts


def _around(given: dict[str, Value], access: AccessBook, on: date) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if "services" not in given and "service" in given:
        found["services"] = frozenset(access.service(str(given["service"])).line)
    if "zones" not in given and "place" in given:
        found["zones"] = access.places(str(given["place"]), on)
    if "cepa_qualified" not in given and "investor" in given and given["investor"] not in CEPA_REGIONS:
        found["cepa_qualified"] = False
    return found


def value_at(cells: Cells, row: int) -> Value | None:
    """The value of one cell, None where there is none."""
    if not bool(cells.known.flags[row]):
        return None
    match cells:
        case NumberCells():
            return number_at(cells, row)
        case RatioCells():
            raise AssertionError("a derived column has no given value")
        case DayCells(days=days):
            return date.fromordinal(int(days[row]) + EPOCH)
        case TextCells(places=places, texts=texts):
            return str(texts[places[row]])
        case SetCells(starts=starts, places=places, texts=texts):
            return frozenset(texts[place] for place in places[starts[row] : starts[row + 1]])
        case MapCells(rows=rows):
            here = np.flatnonzero(rows == row).tolist()
            found: dict[str, Any] = {cells.names[at]: cells.values[at] for at in here}
            return found
        case _:
            return bool(cells.bits[row // 8] >> (row % 8) & 1)
