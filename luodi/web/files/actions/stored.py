"""What the site itself does with a stored file: it has it scanned, and removes it."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from luodi.web.core.actions import Changed, Deleted, Unchanged, action
from luodi.web.files import storage
from luodi.web.files.models import Scan, StoredFile

ATTEMPTS: Final = 8  # of a scan, until it has failed


@action("remove", model=StoredFile)
def remove(file: StoredFile, reason: str) -> Deleted:
    """Take a file away, after the row that named it. Its bytes go once that is certain."""
    return Deleted(reason=reason, notify=lambda _: transaction.on_commit(partial(storage.discard, file.place)))


@action("scan", model=StoredFile)
def record_scan(file: StoredFile, said: Scan, found: str, *, at: datetime) -> Changed:
    """What the scanner says of it."""
    return Changed({"scan": said, "found": found[:200], "scanned": at})


@action("scan_later", model=StoredFile, entries=["scan"])
def scan_later(file: StoredFile, why: str, *, at: datetime) -> Changed | Unchanged:
    """The scanner gave no answer: the file waits for the next attempt, and after the last one the scan has failed."""
    values: dict[str, object] = {"found": why[:200], "scanned": at, "attempts": file.attempts + 1}
    if file.attempts + 1 == ATTEMPTS:
        return Changed({**values, "scan": Scan.FAILED, "attempts": 0})
    if file.scan != Scan.WAITING:
        return Changed({**values, "scan": Scan.WAITING})
    for name, value in values.items():
        setattr(file, name, value)
    file.save(update_fields=list(values))  # it waits as before, which is no news for the journal
    return Unchanged()
