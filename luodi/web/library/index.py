"""Making the index of search: every entry as a text, written in one transaction when books or reader changed."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.utils.timezone import localdate

from luodi.editions import with_books
from luodi.web.library import words_table
from luodi.web.library.editions import keep_editions
from luodi.web.library.entry import KINDS, Entry
from luodi.web.library.log import learn
from luodi.web.library.models import ALWAYS, NEVER, Index, Text
from luodi.web.library.plain import plain
from luodi.web.library.shelf import Shelf, shelf
from luodi.web.words import FOLDER

_READERS = ("entry", "from_rules", "from_tables", "index", "log", "plain", "postings", "shelf", "tokens", "words_table")


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
        texts = _texts(localdate(at))
        write(texts)
        Index.objects.all().delete()
        Index.objects.create(digest=wanted, texts=len(texts), made=at)
        keep_editions(at)
        learn(at)
    return True


@with_books(maxsize=4)
def _texts(on: date) -> list[Text]:
    return list(texts_of(shelf(), on))


def ahead(at: datetime) -> None:
    """Make the texts of these books before the transaction that writes them."""
    if not is_made():
        _texts(localdate(at))


def is_there() -> bool:
    """Whether search has an index, with as many texts and words as it was made with."""
    made = Index.objects.first()
    return made is not None and Text.objects.count() == made.texts and not words_table.is_empty()


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
    words_table.clear()
    words_table.write((t.position, f"{t.title_zh} {t.title_en} {t.name}", f"{t.body_zh} {t.body_en}") for t in texts)


def digest(made: Shelf) -> str:
    """Of the books and of the code that turns them into texts and words."""
    return hashlib.sha256(f"{made.digest} {_reader()}".encode()).hexdigest()


@cache
def _reader() -> str:
    here = Path(__file__).parent
    found = hashlib.sha256((FOLDER / "library.yaml").read_bytes())
    for name in _READERS:
        found.update((here / f"{name}.py").read_bytes())
    return found.hexdigest()


def texts_of(made: Shelf, on: date) -> Iterator[Text]:
    """Every entry as a text, kind by kind in the order of the library."""
    entries = [entry for kind in KINDS for entry in made.by_kind[kind]]
    for position, entry in enumerate(entries, 1):
        services, places = made.concerns[entry.key]
        yield Text(
            position=position,
            kind=entry.kind,
            name=entry.id,
            title_zh=entry.title["zh"],
            title_en=entry.title["en"],
            body_zh=_body(entry, "zh", on, made),
            body_en=_body(entry, "en", on, made),
            first=entry.span.first.toordinal() if entry.span.first else NEVER,
            last=entry.span.last.toordinal() if entry.span.last else ALWAYS,
            closed=entry.closed,
            confidence=entry.confidence,
            services=list(services),
            places=list(places),
        )


def _body(entry: Entry, lang: str, on: date, made: Shelf) -> str:
    """What the page of the entry says, names of what it is linked to included."""
    said = plain(entry, lang, on)
    lines = [said.lead, *said.conditions, entry.note[lang] if entry.note else "", *said.named()]
    for link in entry.links:
        other = made.entries.get(link.to)
        if other is not None and link.role != "asks":
            lines.append(f"{other.title[lang]} {link.detail[lang] if link.detail else ''}".strip())
    return "\n".join(filter(None, dict.fromkeys(lines)))
