"""Files that are there whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luodi.errors import LuodiError
from luodi.message import Message, system_words


class CannotWrite(LuodiError):
    """A result that could not be written: no folder, no right, no room."""

    code = "cannot-write"

    @classmethod
    def because(cls, problem: OSError, path: Path) -> "CannotWrite":
        """What the system said of `path`, in words."""
        full = problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        why = Message("text.no-room") if full else system_words(problem)
        return cls("text.cannot-be-written", why=why, at=str(path))


class FolderNotEmpty(LuodiError):
    """A folder that was to be made is there already and holds something."""

    code = "folder-not-empty"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` when all went well, and is gone otherwise.

    Raises `CannotWrite` where the system refuses.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        settle(unfinished, path)
    except OSError as problem:
        raise CannotWrite.because(problem, path) from None
    finally:
        unfinished.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once, as `whole_file` does."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` to fill; it becomes `path` when all went well, and is gone otherwise.

    Raises `FolderNotEmpty` before anything is done, and `CannotWrite` where the system refuses.
    """
    final = path.resolve()
    unfinished = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        if final.exists() and (not final.is_dir() or any(final.iterdir())):
            raise FolderNotEmpty("text.already-holds-something", at=str(path))
        unfinished.mkdir()
        yield unfinished
        for file in unfinished.iterdir():
            settle(file, file)
        if final.exists():
            final.rmdir()
        unfinished.rename(final)
    except OSError as problem:
        raise CannotWrite.because(problem, path) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def settle(unfinished: Path, path: Path) -> None:
    """Give a finished file its name once its content has reached the disk."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(unfinished, path)
