"""Making the index of search: every entry as a text, written in one transaction when books or reader changed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction

from luodi.library.shelf import shelf
from luodi.web.library import word_index
from luodi.web.library.editions import keep_editions
from luodi.web.library.log import learn
from luodi.web.library.models import Index, Text
from luodi.web.library.records import digest, records, split


def refresh(at: datetime) -> bool:
    """Bring the index and the editions up to the books; whether anything had to be done.

    One transaction: a reader sees the old index or the new one. Two processes that start at once wait for each other.
    """
    wanted = digest(shelf())
    if is_made():
        return False
    with transaction.atomic():
        _one_at_a_time()
        if Index.objects.filter(digest=wanted).exists():
            return False
        made = texts()
        write(made)
        Index.objects.all().delete()
        Index.objects.create(digest=wanted, texts=len(made), made=at)
        keep_editions(at)
        learn(at)
    return True


def ahead() -> None:
    """Make the records of these books before the transaction that writes them."""
    if not is_made():
        records()


def is_there() -> bool:
    """Whether search has an index, with as many texts and words as it was made with."""
    made = Index.objects.first()
    return made is not None and Text.objects.count() == made.texts and not word_index.is_empty()


def is_made() -> bool:
    """Whether the index is that of the books as this answer reads them."""
    return Index.objects.filter(digest=digest(shelf())).exists()


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE library_index IN SHARE ROW EXCLUSIVE MODE")


def write(texts: list[Text]) -> None:
    """Put these texts in the place of all others."""
    Text.objects.all().delete()
    Text.objects.bulk_create(texts, batch_size=500)
    index_words(texts)


def index_words(texts: Iterable[Text]) -> None:
    """The words of all texts, which lie in a table of their own that no backup holds."""
    word_index.clear()
    word_index.write(split(text) for text in texts)


def texts() -> list[Text]:
    """Every entry as a row of the database."""
    return [Text(**asdict(record)) for record in records()]
