"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luodi.errors import LuodiError


class NotWritten(LuodiError):
    """A result that could not be written: no folder, no right, no room."""

    code = "cannot-write"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` when all went well, and is gone otherwise.

    Raises `NotWritten` where the system refuses.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    except OSError as problem:
        raise NotWritten(f"cannot be written ({problem.strerror or problem})", at=path.name) from None
    finally:
        unfinished.unlink(missing_ok=True)
