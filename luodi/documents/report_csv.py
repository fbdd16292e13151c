"""Tables as CSV, line by line; no cell of them is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from luodi.text import safe_cell


def as_csv(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """With the mark by which a spreadsheet knows UTF-8."""
    yield "\ufeff" + _line(heads)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()
