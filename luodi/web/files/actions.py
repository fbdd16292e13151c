"""Files are stored, and downloads written down: one function an action."""

import io
import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from luodi.errors import BadInput
from luodi.files import CannotWrite
from luodi.uploads.checking import Checked, checked
from luodi.uploads.kinds import RefusedFile
from luodi.web.accounts.models import User
from luodi.web.core.snapshots import snapshot
from luodi.web.files import storage
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.tasks import scan_file
from luodi.web.journal.actions import write


def store(looked: Checked, *, by: User | None, at: datetime) -> StoredFile:
    """Keep a file that was looked over, and have it scanned where the site has a scanner.

    Name it from a row of yours in the same transaction, with `PROTECT`. Where the transaction is undone, its bytes are
    swept away later. Raises `CannotWrite`, in words for its sender; the log says where and why.
    """
    place = storage.new_place()
    try:
        storage.put(place, iter(partial(looked.file.read, 1 << 16), b""))
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
        storage.discard(place)
        raise
    return file


def record_download(file: StoredFile, *, by: User | None) -> None:
    """Write down that a file was given to somebody; None for a visitor."""
    write("download", file, by=by)


def looked_through(raw: bytes, name: str, limit: int, *, at: str) -> Checked:
    """The file as one that may be kept: a workbook may unpack without end. Raises `BadInput`."""
    try:
        return checked(io.BytesIO(raw), name, limit=limit)
    except RefusedFile as problem:
        raise BadInput(problem.message, at=at) from None
