"""Changes of the law, newest first: rules, instruments, milestones and new versions of the books."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from luodi.documents import wording
from luodi.editions import with_books
from luodi.library.entry import Entry, Key
from luodi.library.shelf import Shelf, shelf
from luodi.rules.diff import DayChange, diff_days
from luodi.rules.kept_rows import RULE_KINDS
from luodi.rules.library import book_names, load_book
from luodi.web.books.queries import withdrawn
from luodi.web.core.words import say
from luodi.web.library.models import Edition

_DAYS: Mapping[str, str] = {"effective": "in_force", "ended": "repealed"}


@dataclass(frozen=True)
class Change:
    """One change on its day. `key` is the entry it is about, None for a version of a book; `sort` breaks ties."""

    on: date
    kind: str
    name: str
    key: Key | None
    figures: tuple[str, ...] = ()

    @property
    def id(self) -> UUID:
        """The same for the same change for ever, so that a feed reader shows it once."""
        return uuid5(NAMESPACE_URL, f"luodi:law:{self.kind}:{self.name}:{self.on.isoformat()}")

    @property
    def entry(self) -> Entry | None:
        return shelf().entries.get(self.key) if self.key else None

    def headline(self, lang: str) -> str:
        """ "Began, access rule: ..", the same on the page and in the feeds."""
        kind, entry = say(f"library.change_{self.kind}", lang), self.entry
        if entry is None:
            book, version = self.name.split("@")[:2]
            title = wording.pick(load_book(book).title, lang)
            return f"{kind}{'：' if lang == 'zh' else ': '}" + say(
                "library.edition_of", lang, book=title, version=version
            )
        what = say(f"library.kind_{entry.kind}", lang)
        what = what.lower() if lang == "en" else what
        title = wording.pick(entry.title, lang)
        if self.kind == "event":
            return title
        joint = {"zh": "", "en": ", "}[lang]
        return f"{what}{kind}：{title}" if lang == "zh" else f"{kind}{joint}{what}: {title}"


def changes(of: Key | None = None) -> list[Change]:
    """All of them, or those that concern a service or a place, newest first, days to come included."""
    found = list(_of_books(shelf().digest))
    if of is None:
        found += _editions()
    else:
        found = [change for change in found if _concerns(change, of, shelf())]
    return sorted(found, key=lambda change: (-change.on.toordinal(), change.kind, change.name))


@with_books(maxsize=2)
def _of_books(digest: str) -> tuple[Change, ...]:
    return (*_rules(), *_instruments(), *_events())


def _rules() -> Iterator[Change]:
    for name in book_names():
        book = load_book(name)
        if book.kind in RULE_KINDS:
            for change in diff_days(book, date.min, date.max):
                yield Change(
                    change.on,
                    change.kind.value,
                    change.rule.id,
                    (RULE_KINDS[book.kind], change.rule.id),
                    tuple(_figures(change)),
                )


def _figures(change: DayChange) -> Iterator[str]:
    for figure in change.figures:
        yield f"{figure.name}: {figure.before} → {figure.after}"


def _instruments() -> Iterator[Change]:
    for entry in shelf().by_kind["instrument"]:
        if entry.span.first is not None:
            yield Change(entry.span.first, _DAYS["effective"], entry.id, entry.key)
        if entry.span.end is not None:
            yield Change(entry.span.end, _DAYS["ended"], entry.id, entry.key)


def _events() -> Iterator[Change]:
    for entry in shelf().by_kind["event"]:
        yield Change(date.fromisoformat(entry.row["date"]), "event", entry.id, entry.key)


def _editions() -> Iterator[Change]:
    """Versions that followed another one, and those withdrawn; the first of a site is no change of the law."""
    for edition in Edition.objects.exclude(changes=None).defer("files", "changes"):
        day = timezone.localtime(edition.seen).date()
        yield Change(day, "edition", f"{edition.book}@{edition.version}@{edition.hash[:12]}", None)
    for book, digest, at in withdrawn():
        found = Edition.objects.filter(book=book, hash=digest).values_list("version", flat=True).first()
        if found is not None:  # one that never came into force is no change of the law
            yield Change(timezone.localtime(at).date(), "withdrawn", f"{book}@{found}@{digest[:12]}", None)


def _concerns(change: Change, of: Key, catalogue: Shelf) -> bool:
    """Whether it is about the service or place itself, one above it, or one that the book ties to it."""
    kind, name = of
    if change.key is None or change.key not in catalogue.concerns:
        return False
    services, places = catalogue.concerns[change.key]
    if kind == "service":
        return bool(set(catalogue.access.services[name].line) & set(services))
    return bool(_around(name, change.on, catalogue) & set(places))


def _around(place: str, on: date, catalogue: Shelf) -> frozenset[str]:
    """The place and what it lies in, but not the whole country: what holds everywhere is no change of this place."""
    found = catalogue.access.places(place, on)
    return found if place == "CN" else found - {"CN"}
