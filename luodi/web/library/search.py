"""Search on the pages: words from the database, and columns in memory that narrow, count and order the texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from luodi.errors import LuodiError
from luodi.han import folded
from luodi.library.answer import Answer, answer
from luodi.library.frame import COLUMNS, FACETS, Frame
from luodi.web.library.models import Index, Text
from luodi.web.library.word_index import InDatabase

PER_PAGE = 20
MAX_QUERY = 300
Ints = NDArray[np.int64]
State = tuple[str, int, object]


class NoIndex(LuodiError):
    """The index was never made: `luodi serve` makes it when it starts."""

    code = "no-index"


@dataclass(frozen=True)
class Found:
    """A page of what was found. `counts` of a facet leave that facet's own value out, so that one can change it."""

    query: str
    total: int
    page: int
    pages: int
    texts: tuple[Text, ...]
    counts: Mapping[str, Mapping[str, int]]
    understood: str = ""

    @property
    def was_mended(self) -> bool:
        """Whether misspelt words were read as others."""
        return bool(self.texts) and folded(self.understood) != folded(self.query)


def search(query: str, chosen: Mapping[str, str], *, on: date, page: int = 1) -> Found:
    """The texts that answer the query and fulfil the chosen facets, the best first; no words find every text.

    Pages begin at 1; a page past the last one is the last one. Raises `NoIndex`.
    """
    query = query[:MAX_QUERY]
    while True:  # the texts are made anew in one transaction: whoever looked in its midst looks again
        index = _index()
        found = _found(_frame(*index), index, query, chosen, on, page)
        if _index() == index:
            return found


def _found(frame: Frame, index: State, query: str, chosen: Mapping[str, str], on: date, page: int) -> Found:
    asked = answer(query, frame, InDatabase(index), on)
    narrowing = {facet: value for facet, value in chosen.items() if facet in FACETS and value}
    counts = {facet: frame.counts(facet, _narrowed(frame, asked.rows, narrowing, on, facet), on) for facet in FACETS}
    ordered = asked.ordered(_narrowed(frame, asked.rows, narrowing, on))
    return _page(frame, ordered, asked, query, page, counts)


def _narrowed(frame: Frame, rows: Ints, chosen: Mapping[str, str], on: date, but: str = "") -> Ints:
    for facet, value in chosen.items():
        if facet != but:
            rows = rows[frame.mask(facet, value, on)[rows]]
    return rows


def _page(
    frame: Frame, rows: Ints, asked: Answer, query: str, page: int, counts: Mapping[str, Mapping[str, int]]
) -> Found:
    pages = max(-(-len(rows) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    positions = frame.positions[rows[(page - 1) * PER_PAGE : page * PER_PAGE]].tolist()
    by_position = Text.objects.in_bulk(positions)
    texts = tuple(by_position[p] for p in positions if p in by_position)
    return Found(query, len(rows), page, pages, texts, counts, asked.understood)


def _index() -> State:
    """Which index stands now. Raises `NoIndex`."""
    index = Index.objects.values_list("digest", "texts", "made").first()
    if index is None:
        raise NoIndex("library.texts-library-not-indexed-yet")
    return index


@lru_cache(maxsize=1)
def _frame(digest: str, texts: int, made: object) -> Frame:
    return Frame.of(Text.objects.order_by("position").values_list(*COLUMNS).iterator(2000))
