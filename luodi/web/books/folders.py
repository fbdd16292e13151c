"""The folders of the editions, made from the database: what programs without a database answer from.

The database is the authority. Folders are named by what they hold and never change; `current.json` names them and is
replaced at once. Whatever is missing or damaged is made again.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from luodi.editions import CURRENT, Listed, Schedule, editions_folder, read_schedule
from luodi.editor.archive import Files, digest_of, files_of, unpack, write_files
from luodi.errors import UnreadableFile
from luodi.files import write_whole
from luodi.web.books.models import Publication
from luodi.web.books.queries import settled, waiting

_UNUSED: Final = 24 * 3600  # seconds that a folder stays after it is named no more: somebody may still read it
Named = Mapping[str, list[Publication]]


def named(on: date) -> Named:
    """What `current.json` must name: of each book the edition in force, and those that wait for their day."""
    now, later = settled(), waiting(on)
    return {book: [*filter(None, [now.get(book)]), *later.get(book, [])] for book in sorted({*now, *later})}


def schedule_of(books: Named, on: date) -> Schedule:
    return Schedule(on, {book: tuple(map(_listed, rows)) for book, rows in books.items()})


def _listed(publication: Publication) -> Listed:
    return Listed(publication.first_day, folder_name(publication), publication.hash)


def folder_name(publication: Publication) -> str:
    """By what it holds: the same files lie in the same folder."""
    return _named_by(publication.book, publication.digest)


def _named_by(book: str, digest: str) -> str:
    return f"{book}/{digest[:24]}"


# ---- making them


def make_folder(publication: Publication) -> Path:
    """The folder with exactly these files; made again where it does not hold them."""
    folder = editions_folder() / folder_name(publication)
    if _holds(folder, publication.digest):
        return folder
    return _make(folder, unpack(Publication.objects.values_list("files", flat=True).get(pk=publication.pk)))


def make_folder_of(book: str, files: Files) -> Path:
    """The same for files that may become an edition; where they do not, the folder goes a day later."""
    digest = digest_of(files)
    folder = editions_folder() / _named_by(book, digest)
    return folder if _holds(folder, digest) else _make(folder, files)


def _make(folder: Path, files: Files) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        write_files(unfinished, files)
        unfinished.chmod(0o755)
        _take_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _holds(folder: Path, digest: str) -> bool:
    try:
        return folder.is_dir() and digest_of(files_of(folder)) == digest
    except (OSError, UnicodeDecodeError):
        return False


def _take_place(unfinished: Path, folder: Path) -> None:
    if folder.exists():
        damaged = Path(tempfile.mkdtemp(prefix=".damaged-", dir=folder.parent))
        folder.rename(damaged / "was")
        shutil.rmtree(damaged, ignore_errors=True)
    with suppress(FileExistsError):  # another process made the same folder, so it holds the same files
        unfinished.rename(folder)


def write_current(on: date) -> None:
    """Bring folders and `current.json` to what is settled in the database; the file is written only if it differs."""
    books, present = named(on), _present()
    for rows in books.values():
        for publication in rows:
            make_folder(publication)
    wanted = schedule_of(books, on)
    if not _same(present, wanted):
        editions_folder().mkdir(parents=True, exist_ok=True)
        text = json.dumps(wanted.as_json(), ensure_ascii=False, indent=1) + "\n"
        write_whole(editions_folder() / CURRENT, text.encode())
        _tidy(present, wanted)


def is_named(on: date) -> bool:
    """Whether the file says what the database says."""
    return _same(_present(), schedule_of(named(on), on))


def is_current(on: date) -> bool:
    """The same of the folders as well, file by file."""
    books = named(on)
    return _same(_present(), schedule_of(books, on)) and all(
        _holds(editions_folder() / folder_name(publication), publication.digest)
        for rows in books.values()
        for publication in rows
    )


def _present() -> Schedule | None:
    """None as well for a file that cannot be read: it is written anew."""
    try:
        return read_schedule()
    except UnreadableFile:
        return None


def _same(present: Schedule | None, wanted: Schedule) -> bool:
    """Whether readers of both answer from the same books, on the day it is and on every later one."""
    if present is None:
        return not wanted.books and not (editions_folder() / CURRENT).exists()
    return present.books == wanted.books and present.chosen() == wanted.chosen()


def _tidy(before: Schedule | None, now: Schedule) -> None:
    """Folders that nothing names any more go a day later."""
    used = _folders(now)
    for name in (_folders(before) if before else set()) - used:
        with suppress(OSError):
            os.utime(editions_folder() / name)
    for folder in editions_folder().glob("*/*"):
        is_old = folder.is_dir() and time.time() - folder.stat().st_mtime > _UNUSED
        if is_old and folder.relative_to(editions_folder()).as_posix() not in used:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(schedule: Schedule) -> set[str]:
    return {edition.folder for rows in schedule.books.values() for edition in rows}
