"""Keeping files and taking them away: one function an action."""

import io
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction

from luodi.errors import BadInput, MissingKey
from luodi.files import CannotWrite
from luodi.uploads.checking import Checked, checked
from luodi.uploads.kinds import RefusedFile
from luodi.uploads.sealing import DamagedFile
from luodi.web.accounts.models import User
from luodi.web.core.snapshots import snapshot
from luodi.web.files import places
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.queries import content, left_alone
from luodi.web.journal.actions import write

GRACE: Final = timedelta(hours=24)  # in which a file waits for the row that it belongs to
_AT_ONCE: Final = 500


def store(looked: Checked, *, by: User | None, at: datetime) -> StoredFile:
    """Keep a file that was looked over, and have it scanned where the site has a scanner.

    Name it from a row of yours in the same transaction, with `PROTECT`. Where the transaction is undone, its bytes are
    swept away later. Raises `CannotWrite`, in words for its sender; the log says where and why.
    """
    from luodi.web.files.tasks import scan_file

    place = places.new_place()
    try:
        places.put(place, iter(partial(looked.file.read, 1 << 16), b""))
    except CannotWrite as problem:
        logging.getLogger(__name__).error("a file is not kept: %s", problem)
        raise CannotWrite("files.not-kept") from None
    try:
        with transaction.atomic():
            file = StoredFile.objects.create(
                name=looked.name,
                kind=looked.kind,
                size=looked.size,
                sha256=looked.sha256,
                flags=list(looked.flags),
                place=place,
                by=by,
                at=at,
                scan=Scan.WAITING if settings.SCANNER else Scan.NONE,
            )
            write("store", file, by=by, after=snapshot(file), at=at)
            if settings.SCANNER:
                scan_file.enqueue(file.pk)
    except BaseException:
        places.discard(place)
        raise
    return file


@transaction.atomic
def remove(files: Iterable[StoredFile], *, by: User | None = None, reason: str = "") -> None:
    """Take files away, after the rows that named them. Their bytes go once that is certain."""
    for file in files:
        write("remove", file, by=by, before=snapshot(file), reason=reason)
        file.delete()
        transaction.on_commit(partial(places.discard, file.place))


def record_download(file: StoredFile, *, by: User | None) -> None:
    """Write down that a file was given to somebody; None for a visitor."""
    write("download", file, by=by)


def sweep(at: datetime) -> int:
    """Take away rows that no other row names, and bytes that no row names; how many bytes' names that were.

    What is younger than a day may belong to an action that is under way, and stays.
    """
    remove(left_alone(at - GRACE)[:_AT_ONCE], reason="no record names it")
    with places.swept_alone() as alone:
        return sum(map(_swept, _batches(places.all_places(GRACE.total_seconds())))) if alone else 0


def _swept(names: list[str]) -> int:
    known = set(StoredFile.objects.filter(place__in=names).values_list("place", flat=True))
    gone = [name for name in names if name not in known]
    for name in gone:
        places.unlink(name)
    return len(gone)


def _batches(names: Iterable[str]) -> Iterable[list[str]]:
    held: list[str] = []
    for name in names:
        held.append(name)
        if len(held) == _AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def check_all() -> tuple[int, list[str]]:
    """How many files there are, and what is wrong with each that is missing or damaged."""
    problems, files = [], 0
    for file in StoredFile.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        files += 1
        try:
            for _ in content(file):
                pass
        except DamagedFile as problem:
            problems.append(f"file {file.pk}: {problem.message}")
    return files, problems


def reseal_all() -> int:
    """Seal every file with the first key of `LUODI_FILE_KEYS`; how many were not. Others go on working meanwhile.

    Raises `MissingKey` where there is none.
    """
    if not settings.FILE_KEYS:
        raise MissingKey("files.no-key", at="LUODI_FILE_KEYS")
    names = StoredFile.objects.order_by("pk").values_list("place", flat=True)
    return sum(places.reseal(name) for name in names.iterator(chunk_size=_AT_ONCE))


def looked_through(raw: bytes, name: str, limit: int, *, at: str) -> Checked:
    """The file as one that may be kept: a workbook may unpack without end. Raises `BadInput`."""
    try:
        return checked(io.BytesIO(raw), name, limit=limit)
    except RefusedFile as problem:
        raise BadInput(problem.message, at=at) from None
