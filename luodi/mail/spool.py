"""Messages on their way into the site: a folder into which they are put whole, and out of which they are taken.

Whoever brings a message (a mail server by a pipe, a command, a mailbox that is looked through) is told that it is taken
once it has reached the disk. It leaves the folder once it is a row of the database; what could not be taken in as a
whole goes to `kept`, where an operator finds the message as it came.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from luodi.errors import LuodiError
from luodi.files import CannotWrite

FOLDER: Final = "mail-in"  # in the home of the site
_BLOCK: Final = 1 << 16
HEADERS: Final = 1 << 17  # bytes that are kept of a message that is too large
_WHOLE, _BEGINNING = ".eml", ".beginning.eml"


def put(folder: Path, message: IO[bytes], limit: int) -> Path:
    """Take a message of at most `limit` bytes, and of a larger one its beginning. Raises `CannotWrite`."""
    name = uuid4().hex
    unfinished = folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            size = 0
            while block := message.read(_BLOCK):
                out.write(block[: max(0, limit - size)])
                size += len(block)
            if size > limit:
                out.truncate(min(HEADERS, limit))
            out.flush()
            os.fsync(out.fileno())
        final = folder / f"{name}{_WHOLE if size <= limit else _BEGINNING}"
        unfinished.rename(final)
    except OSError as problem:
        raise CannotWrite.because(problem, folder) from None
    finally:
        _gone(unfinished)
    return final


def _gone(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def waiting(folder: Path) -> list[Path]:
    """The messages in the folder, the one that came first before the others."""
    found = folder.glob("*.eml") if folder.is_dir() else ()
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def is_whole(path: Path) -> bool:
    return not path.name.endswith(_BEGINNING)


def done(path: Path, *, keep: bool) -> None:
    """It is in the database. `keep`: not all of it."""
    if keep:
        kept = path.parent / "kept"
        kept.mkdir(exist_ok=True, mode=0o700)
        path.rename(kept / path.name)
    else:
        path.unlink(missing_ok=True)


def take(folder: Path, into: Callable[[bytes, bool], bool]) -> int:
    """Hand each message to `into`, with whether it is whole; that says whether all of it was kept. One that is refused
    with a `LuodiError` waits, and the log says why; how many were taken."""
    taken = 0
    for path in waiting(folder):
        try:
            done(path, keep=not into(path.read_bytes(), is_whole(path)))
            taken += 1
        except FileNotFoundError:  # another worker was faster
            continue
        except LuodiError as problem:
            logging.getLogger(__name__).error("the message %s waits: %s", path.name, problem)
    return taken


def forget(folder: Path, before: float) -> int:
    """Erase what has been kept since before a moment, in seconds since 1970; how many messages that were."""
    kept = folder / "kept"
    old = [path for path in kept.glob("*.eml") if path.stat().st_mtime < before] if kept.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


# ---- where an operator has messages


def messages_in(path: Path) -> Iterator[bytes]:
    """Each message of a file `.eml`, an mbox, a Maildir, or a folder of `.eml` files; nothing of it is changed.

    Raises `OSError` for what cannot be read.
    """
    import mailbox

    if path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir():
        yield from _each(mailbox.Maildir(path, create=False))
    elif path.is_dir():
        yield from (one.read_bytes() for one in sorted(path.glob("*.eml")))
    elif _begins(path, b"From "):
        yield from _each(mailbox.mbox(path, create=False))
    else:
        yield path.read_bytes()


def _begins(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _each(box: object) -> Iterator[bytes]:
    import mailbox

    assert isinstance(box, mailbox.Mailbox)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()
