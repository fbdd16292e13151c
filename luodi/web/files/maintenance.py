"""Files are checked and sealed anew; what no record names is swept away."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.conf import settings

from luodi.errors import MissingKey
from luodi.uploads.sealing import DamagedFile
from luodi.web.files import storage
from luodi.web.files.actions.stored import remove
from luodi.web.files.models import StoredFile
from luodi.web.files.queries import content, left_alone

GRACE: Final = timedelta(hours=24)  # in which a file waits for the row that it belongs to
_AT_ONCE: Final = 500


def sweep(at: datetime) -> int:
    """Take away rows that no other row names, and bytes that no row names; how many bytes' names that were.

    What is younger than a day may belong to an action that is under way, and stays.
    """
    for file in left_alone(at - GRACE)[:_AT_ONCE]:
        remove(file, "no record names it", by=None, at=at)
    with storage.swept_alone() as alone:
        return sum(map(_swept, _batches(storage.all_places(GRACE.total_seconds())))) if alone else 0


def _swept(names: list[str]) -> int:
    known = set(StoredFile.objects.filter(place__in=names).values_list("place", flat=True))
    gone = [name for name in names if name not in known]
    for name in gone:
        storage.unlink(name)
    return len(gone)


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(names)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch


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
    return sum(storage.reseal(name) for name in names.iterator(chunk_size=_AT_ONCE))
