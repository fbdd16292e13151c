"""Reading the journal."""

from collections.abc import Collection, Iterable, Iterator

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from luodi.errors import LuodiError
from luodi.web.core.types import Json
from luodi.web.journal.chain import FIELDS, START, Verified, verify
from luodi.web.journal.models import Entry, Head


class BrokenJournal(LuodiError):
    """An entry was changed, put in between or taken away after it was written."""

    code = "broken-journal"


def verified(*, expect: tuple[int, str] | None = None) -> Verified:
    """The whole chain, read in blocks. `expect` is an end that was noted elsewhere: number and hash.

    Raises `BrokenJournal`, which names the first entry that does not hold.
    """
    found = verify(_entries())
    if found.broken is None:
        found = _against_head(found)
    if found.broken is None and expect:
        found = _against_note(found, *expect)
    if found.broken is not None:
        raise BrokenJournal("journal.entry-does-not-hold", broken=found.broken, why=found.why, entries=found.entries)
    return found


def _entries() -> Iterator[Json]:
    return Entry.objects.order_by("number").values(*FIELDS, "previous", "hash").iterator(chunk_size=2000)


def _against_head(found: Verified) -> Verified:
    """Entries cut off at the end leave a whole chain, but not one that ends where it should."""
    head = Head.objects.first()
    number, last = (head.number, head.hash or START) if head else (0, START)
    if (number, last) == (found.entries, found.head):
        return found
    return Verified(found.entries, found.head, min(number, found.entries) + 1, "the chain does not end where it ended")


def _against_note(found: Verified, number: int, noted: str) -> Verified:
    hash = Entry.objects.filter(number=number).values_list("hash", flat=True).first()
    if hash == noted or (number == 0 and noted == START):
        return found
    return Verified(found.entries, found.head, number, "its hash is not the one that was noted")


def acts_on(row: Model, acts: Collection[str], most: int = 100) -> list[Entry]:
    """What was done to a record of these acts, the newest first; for whoever may see the record."""
    return list(entries_on(row, acts)[:most])


def entries_on(row: Model, acts: Collection[str]) -> QuerySet[Entry]:
    """The same without a limit, for questions about all of them; by an index on the record."""
    return Entry.objects.filter(kind=row._meta.label, subject=str(row.pk), act__in=acts).order_by("-number")


def changes(entry: Entry) -> list[tuple[str, object, object]]:
    """Name, before and after of each field that an act changed."""
    then, now = entry.before or {}, entry.after or {}
    names = sorted({*then, *now})
    return [(name, then.get(name, "–"), now.get(name, "–")) for name in names if then.get(name) != now.get(name)]


def names_of(people: Iterable[int | None]) -> dict[int, str]:
    """What people are called by their number, those who still have an account."""
    known = get_user_model().objects.filter(pk__in={one for one in people if one is not None})
    return {one.pk: str(one) for one in known}
