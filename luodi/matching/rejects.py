"""Cells that cannot be what their column says: which row, what stood there, and why it is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from luodi.errors import LuodiError
from luodi.matching.batch import Flags, Ints


@dataclass(frozen=True, slots=True)
class Reject:
    """`row` counts the rows of the input from 0; `line` is that of a text file."""

    row: int | None
    column: str | None
    value: str
    code: str
    reason: str
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        place = {"row": self.row} if self.line is None else {"row": self.row, "line": self.line}
        return {**place, "column": self.column, "value": self.value, "code": self.code, "reason": self.reason}


@dataclass
class Refusals:
    """What is refused in one batch, column by column."""

    first: int
    rows: int
    flags: Flags | None = None
    found: list[tuple[int, str, str, LuodiError]] = field(default_factory=list)

    def add(self, column: str, rows: Ints, tell: Callable[[int], tuple[str, LuodiError]]) -> None:
        """Refuse rows of the batch; `tell` gives the text of a row's cell and what is wrong with it."""
        if not len(rows):
            return
        if self.flags is None:
            self.flags = np.zeros(self.rows, np.bool_)
        self.flags[rows] = True
        self.found += [(row, column, *tell(row)) for row in rows.tolist()]

    def rejects(self) -> Iterator[Reject]:
        for row, column, value, problem in sorted(self.found, key=lambda item: item[:2]):
            yield Reject(self.first + row, column, value[:200], problem.code, problem.message)
