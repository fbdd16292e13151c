"""Cells that cannot be what their column says: which row, what stood there, and why it is refused."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final, Protocol

import numpy as np

from luodi.errors import LuodiError
from luodi.files import CannotWrite, settle
from luodi.matching.batch import Flags, Ints

_LONGEST: Final = 1_000  # of a reason, which may repeat a cell
SHOWN: Final = 10  # refused rows that a report itself shows


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
            reason = problem.message if len(problem.message) <= _LONGEST else f"{problem.message[:_LONGEST]} .."
            yield Reject(self.first + row, column, value[:200], problem.code, reason)


class Lines(Protocol):
    """The lines of a text file, asked in rising order."""

    broken: list[int]  # of each line met so far that has another number of cells than the header

    def of(self, row: int) -> int | None: ...

    def rest(self) -> None:
        """Go on to the end of the file."""


class RejectList:
    """Every refused row in the order of the table: as JSON Lines beside the name it will have, the first in memory.

    `broken` holds, as they are met, the lines of a text file that are no row at all; `lines` opens that file again.
    The list exists under its name if and only if a row was refused.
    """

    def __init__(self, path: Path | None, lines: Callable[[], Lines] | None, broken: list[Reject]) -> None:
        self.path, self.open_lines, self.broken = path, lines, broken
        self.beside = None if path is None else path.with_name(f"{path.name}.partial")
        self.first: list[Reject] = []
        self.told = 0  # of `broken`
        self.size = 0
        self.lines: Lines | None = None
        self.file: IO[bytes] | None = None

    def add(self, rejects: Iterable[Reject]) -> None:
        """What is refused in the next batch, and the broken lines before each."""
        for reject in rejects:
            if self.open_lines is not None and reject.row is not None:
                self.lines = self.lines or self.open_lines()
                reject = replace(reject, line=self.lines.of(reject.row))
                self._tell_broken(self.lines, len(self.lines.broken))
            self._write(reject)

    def end(self) -> None:
        """The table is at its end."""
        if self.told < len(self.broken) and self.open_lines is not None:
            self.lines = self.lines or self.open_lines()
            self.lines.rest()
            self._tell_broken(self.lines, len(self.broken))

    def _tell_broken(self, lines: Lines, until: int) -> None:
        for at in range(self.told, min(until, len(self.broken))):
            line = lines.broken[at] if at < len(lines.broken) else self.broken[at].line
            self._write(replace(self.broken[at], line=line))
            self.told = at + 1

    def _write(self, reject: Reject) -> None:
        if len(self.first) < SHOWN:
            self.first.append(reject)
        if self.path is None or self.beside is None:
            return
        try:
            if self.file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.file = self.beside.open("ab" if self.size else "wb")
            self.size += self.file.write(json.dumps(reject.as_json(), ensure_ascii=False).encode() + b"\n")
        except OSError as problem:
            raise CannotWrite.because(problem, self.path) from None

    # -- a run that is stopped, and one that goes on

    def state(self) -> dict[str, Any]:
        """How far the list went; all of it has reached the file."""
        if self.file is not None and self.path is not None:
            try:
                self.file.flush()
            except OSError as problem:
                raise CannotWrite.because(problem, self.path) from None
        first = [{name: getattr(each, name) for name in Reject.__dataclass_fields__} for each in self.first]
        return {"first_rejects": first, "rejected_at": self.size, "broken_told": self.told}

    def can_resume(self, state: Mapping[str, Any]) -> bool:
        if self.beside is None or not state["rejected_at"]:
            return True
        return self.beside.is_file() and self.beside.stat().st_size >= state["rejected_at"]

    def resume(self, state: Mapping[str, Any]) -> None:
        self.first = [Reject(**each) for each in state["first_rejects"]]
        self.size, self.told = state["rejected_at"], state["broken_told"]
        if self.size and self.beside is not None:
            os.truncate(self.beside, self.size)

    # -- the end

    def close(self) -> None:
        """Write the list to its end."""
        if self.file is None or self.path is None:
            return
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
        except OSError as problem:
            raise CannotWrite.because(problem, self.path) from None

    def finish(self) -> Path | None:
        """Give the list its name; one of an earlier run goes, whatever came out now."""
        if self.path is None or self.beside is None:
            return None
        try:
            if not self.size:
                self.path.unlink(missing_ok=True)
                return None
            settle(self.beside, self.path)
        except OSError as problem:
            raise CannotWrite.because(problem, self.path) from None
        return self.path

    def stop(self) -> None:
        if self.file is not None:
            self.file.close()

    def drop(self) -> None:
        with suppress(OSError):
            self.stop()
        if self.beside is not None:
            with suppress(OSError):
                self.beside.unlink(missing_ok=True)
