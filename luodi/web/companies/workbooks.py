"""Reading a workbook in a process of its own, with a limit to its memory and time: the reader keeps a sheet whole, also
the room between two cells far apart, so that a file of a few kilobytes may ask for more memory than there is, and
whoever reads it ends without a word. No Django in it.
"""

import io
import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from luodi.errors import BadInput

_MEMORY: Final = 2 << 30  # bytes, for a workbook of the largest size that is taken and all its cells
_SECONDS: Final = 300  # of work
_END: Final = "end"


class TooHeavy(BadInput):
    """A workbook that asks for more memory or time than it may have."""

    code = "too-large"


def sheet(content: bytes, name: str) -> Generator[tuple[int, list[str]], None, None]:
    """The first sheet, row by row with its number. Formulas are read as what they gave, and never run.

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
            raise BadInput(f"the workbook cannot be read: {said}", at=name)
        yield said[0], said[1]
    raise TooHeavy("the workbook asks for more memory or time than it may have; save its table as CSV", at=name)


# ---- in that process


def main() -> None:
    with suppress(BrokenPipeError):
        for said in _read(sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _read(content: bytes) -> Iterator[Any]:
    from python_calamine import CalamineError, CalamineWorkbook

    _limit()
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
    except (CalamineError, OSError, IndexError, ValueError) as problem:
        yield str(problem) or "it has no sheet"
        return
    for number, row in enumerate(rows, 1):
        cells = [_cell(one) for one in row]
        if number == 1 or any(cells):  # a cell far below has many empty rows above it
            yield number, cells
    yield _END


def _limit() -> None:
    """Where the system has limits."""
    with suppress(ImportError):
        import resource

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a spreadsheet keeps 12 as 12.0
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


if __name__ == "__main__":
    main()
