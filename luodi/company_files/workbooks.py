"""Reading a workbook in a process of its own, with a limit to its memory and time: the reader keeps a sheet whole, also
the room between two cells far apart, so that a file of a few kilobytes may ask for more memory than there is, and
whoever reads it ends without a word.
"""

import io
import json
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from luodi.errors import BadInput

_MEMORY: Final = 2 << 30  # bytes, for a workbook of the largest size that is taken and all its cells
_SECONDS: Final = 300  # of work
_EXACT: Final = 10**15  # a workbook keeps 15 digits of a number; what is larger has lost some
_END: Final = "end"


class TooHeavy(BadInput):
    """A workbook that asks for more memory or time than it may have."""

    code = "too-large"


def sheet(content: bytes, name: str) -> Generator[tuple[int, list[str]], None, None]:
    """The first sheet that is shown and holds something: its rows that are not empty, with their numbers. Formulas are
    read as what they gave, and never run; what stands in cells that were joined downwards holds for each of their rows.

    Raises `BadInput` for what is no workbook, `TooHeavy` for one that does not fit.
    """
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        try:
            yield from _told(reader, content, name)
        finally:
            reader.kill()  # whoever wanted the first rows alone does not wait for the others


def _told(reader: Any, content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    with suppress(BrokenPipeError):  # it ended before it had read all of it
        reader.stdin.write(content)
        reader.stdin.close()
    for line in reader.stdout:
        said = json.loads(line)
        if said == _END:
            return
        if isinstance(said, str):
            raise BadInput("companies.workbook-cannot-read", said=said, at=name)
        yield said[0], said[1]
    raise TooHeavy("companies.workbook-asks-more-memory-or", at=name)


# ---- in that process


def main() -> None:
    with suppress(BrokenPipeError):
        for said in _read(sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _read(content: bytes) -> Iterator[Any]:
    from python_calamine import CalamineError

    _limit()
    try:
        found = _first_sheet(content)
    except (CalamineError, OSError, IndexError, ValueError) as problem:
        yield str(problem) or "it has no sheet"
        return
    rows = ([_cell(cell) for cell in row] for row in found.iter_rows()) if found else ()
    for number, cells in enumerate(_joined(rows, found.merged_cell_ranges or [] if found else []), 1):
        if any(cells):  # a cell far below has many empty rows above it
            yield number, cells
    yield _END


def _first_sheet(content: bytes) -> Any:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for one in book.sheets_metadata:
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(one.name)
            if sheet.total_height:
                return sheet
    return None


def _joined(rows: Iterable[list[str]], ranges: list[Any]) -> Iterator[list[str]]:
    """Each row with what a cell above it says for it too. A title over several columns is no such cell."""
    downwards = [(first, last) for first, last in ranges if last[0] > first[0] and last[1] == first[1]]
    said: dict[int, tuple[int, str]] = {}  # column -> the last row it holds for, and what
    begins = {first: last[0] for first, last in downwards}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            until = begins.get((number, column))
            if until is not None:
                said[column] = (until, cell)
        yield [said[c][1] if not cell and c in said and number <= said[c][0] else cell for c, cell in enumerate(row)]


def _limit() -> None:
    """Where the system has limits."""
    with suppress(ImportError):
        import resource

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def _cell(value: Any) -> str:
    if isinstance(value, float) and abs(value) >= _EXACT:
        return f"{value:E}"  # a number that lost its last digits: whoever checks it says so
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a spreadsheet keeps 12 as 12.0
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


if __name__ == "__main__":
    main()
