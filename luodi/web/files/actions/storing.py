"""Files are stored, and downloads written down."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.conf import settings

from luodi.errors import BadInput
from luodi.files import CannotWrite
from luodi.uploads.checking import Checked, checked
from luodi.uploads.kinds import RefusedFile
from luodi.web.accounts.models import User
from luodi.web.core.actions import Created, action
from luodi.web.core.journal import write
from luodi.web.files import storage
from luodi.web.files.forms import Store
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.tasks import scan_file


@contextmanager
def _on_disk(looked: Checked, **_: object) -> Iterator[str]:
    """The name of its bytes on the disk, from which they go again where the row is not stored."""
    place = storage.new_place()
    try:
        storage.put(place, iter(partial(looked.file.read, 1 << 16), b""))
    except CannotWrite as problem:
        logging.getLogger(__name__).error("a file is not kept: %s", problem)
        raise CannotWrite("files.not-kept") from None
    try:
        yield place
    except BaseException:
        storage.discard(place)
        raise


@action("store", model=StoredFile, form=Store, permission="store", creates=True, around=_on_disk)
def store(looked: Checked, *, prepared: str, actor: User | None, at: datetime) -> Created:
    """Keep a file that was looked over, and have it scanned where the site has a scanner.

    Name it from a row of yours in the same transaction, with `PROTECT`. Where the transaction is undone, its bytes are
    swept away later. Raises `CannotWrite`, in words for its sender; the log says where and why.
    """
    file = StoredFile.objects.create(
        name=looked.name,
        kind=looked.kind,
        size=looked.size,
        sha256=looked.sha256,
        flags=list(looked.flags),
        place=prepared,
        by=actor,
        at=at,
        scan=Scan.WAITING if settings.SCANNER else Scan.NONE,
    )
    if settings.SCANNER:
        scan_file.enqueue(file.pk)
    return Created(file)


def record_download(file: StoredFile, *, by: User | None) -> None:
    """Write down that a file was given to somebody; None for a visitor."""
    write("download", file, by=by)


def looked_through(raw: bytes, name: str, limit: int, *, at: str) -> Checked:
    """The file as one that may be kept: a workbook may unpack without end. Raises `BadInput`."""
    try:
        return checked(io.BytesIO(raw), name, limit=limit)
    except RefusedFile as problem:
        raise BadInput(problem.message, at=at) from None
