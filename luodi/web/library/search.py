"""Search: the database finds the texts that have every word, columns in memory narrow, count and order them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from luodi.errors import LuodiError
from luodi.web.library import words_table
from luodi.web.library.frame import FACETS, Frame
from luodi.web.library.models import Index, Text
from luodi.web.library.tokens import terms

PER_PAGE = 20
MAX_QUERY = 300
Ints = NDArray[np.int64]


class NoIndex(LuodiError):
    """The index was never made: `luodi serve` makes it when it starts."""

    code = "no-index"


@dataclass(frozen=True)
class Found:
    """A page of what was found. `counts` of a facet leave that facet's own wish out, so that one can change it."""

    query: str
    total: int
    page: int
    pages: int
    texts: tuple[Text, ...]
    counts: Mapping[str, Mapping[str, int]]


def search(query: str, chosen: Mapping[str, str], *, on: date, page: int = 1) -> Found:
    """Every text that has all words of the query and fulfils the chosen facets; no words find every text.

    Pages begin at 1; a page past the last one is the last one. Raises `NoIndex`.
    """
    query = query[:MAX_QUERY]
    while True:  # the texts are made anew in one transaction: whoever looked in its midst looks again
        index = _index()
        found = _found(_frame(*index), query, chosen, on, page)
        if _index() == index:
            return found


def _found(frame: Frame, query: str, chosen: Mapping[str, str], on: date, page: int) -> Found:
    asked = terms(query)
    wordless = bool(query.strip()) and not asked
    if asked:
        rows, title = map(frame.rows_at, words_table.find(asked))
    else:
        rows = np.zeros(0, dtype=np.int64) if wordless else np.arange(len(frame))
        title = rows[:0]
    kept = {facet: value for facet, value in chosen.items() if facet in FACETS and value}
    counts = {facet: frame.counts(facet, _narrowed(frame, rows, kept, on, facet), on) for facet in FACETS}
    ordered = frame.ordered(_narrowed(frame, rows, kept, on), title, query, on)
    return _page(frame, ordered, query, page, counts)


def _narrowed(frame: Frame, rows: Ints, chosen: Mapping[str, str], on: date, but: str = "") -> Ints:
    for facet, value in chosen.items():
        if facet != but:
            rows = rows[frame.mask(facet, value, on)[rows]]
    return rows


def _page(frame: Frame, rows: Ints, query: str, page: int, counts: Mapping[str, Mapping[str, int]]) -> Found:
    pages = max(-(-len(rows) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    positions = frame.positions[rows[(page - 1) * PER_PAGE : page * PER_PAGE]].tolist()
    by_position = Text.objects.in_bulk(positions)
    texts = tuple(by_position[p] for p in positions if p in by_position)
    return Found(query, len(rows), page, pages, texts, counts)


def _index() -> tuple[str, int, object]:
    """Which index stands now. Raises `NoIndex`."""
    index = Index.objects.values_list("digest", "texts", "made").first()
    if index is None:
        raise NoIndex("the texts of the library are not indexed yet; `luodi serve` does it when it starts")
    return index


@lru_cache(maxsize=1)
def _frame(digest: str, texts: int, made: object) -> Frame:
    fields = ("position", "kind", "name", "title_zh", "title_en", "first", "last", "closed", "confidence")
    return Frame.of(Text.objects.order_by("position").values_list(*fields, "services", "places").iterator(2000))
