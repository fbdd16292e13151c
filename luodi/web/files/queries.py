"""Reading about files."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import ForeignObjectRel, QuerySet, Subquery

from luodi.message import Message
from luodi.uploads.sealing import DamagedFile
from luodi.web.files import storage
from luodi.web.files.models import Scan, StoredFile


def may_be_read(file: StoredFile) -> bool:
    """Whether it is given to anybody: what waits for the scanner, or did not pass it, is not."""
    return file.scan == Scan.CLEAN or (file.scan == Scan.NONE and not settings.SCANNER)


def content(file: StoredFile) -> Iterator[bytes]:
    """Its bytes as they were sent. Raises `DamagedFile`, at the latest after the last of them."""
    digest = sha256()
    for block in storage.read(file.place):
        digest.update(block)
        yield block
    if digest.hexdigest() != file.sha256:
        raise DamagedFile("files.not-what-kept", at=Message("place.file", number=file.pk))


def given_back(folder: str, files: Iterable[StoredFile]) -> dict[str, bytes]:
    """What somebody sent, for that person: content by a name under `folder`; what cannot be read is left out."""
    found: dict[str, bytes] = {}
    for file in files:
        with suppress(DamagedFile):
            found[f"{folder}/{file.pk}-{file.name}"] = b"".join(content(file))
    return found


def left_alone(before: datetime) -> QuerySet[StoredFile]:
    """Those that came before a moment and that no row of any app names."""
    found = StoredFile.objects.filter(at__lt=before)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            named = relation.related_model._base_manager.exclude(**{relation.field.attname: None})
            found = found.exclude(pk__in=Subquery(named.values(relation.field.attname)))
    return found
