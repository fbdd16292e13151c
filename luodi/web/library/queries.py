"""Reading the editions of the books: the states in which they ever were on this site."""

import gzip
import json
from typing import Final

from django.db.models import QuerySet

from luodi.web.library.models import Edition

SHORTEST: Final = 12  # characters of a hash that name an edition


def editions(book: str) -> QuerySet[Edition]:
    """Those of a book without their files, the newest first."""
    return Edition.objects.defer("files", "changes").filter(book=book)


def edition(book: str, name: str) -> Edition | None:
    """The one whose hash is, or begins with, `name`."""
    if len(name) < SHORTEST or not name.isalnum():
        return None
    return Edition.objects.filter(book=book, hash__startswith=name).first()


def files(found: Edition) -> dict[str, str]:
    """The files of an edition by their paths in the book."""
    named: dict[str, str] = json.loads(gzip.decompress(bytes(found.files)))
    return named
