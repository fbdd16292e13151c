"""The shelf: every entry of every shipped book, and who points to whom. Read once for each state of the books."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from luodi.access.treatments import AccessBook, Treatment, access_book
from luodi.dates import Span
from luodi.editions import with_books
from luodi.library.entry import KINDS, Entry, Key, Link, Role
from luodi.library.from_rules import rule_entries
from luodi.library.from_tables import access_entries, fact_entries, instrument_entries, ownership_entries
from luodi.rules.kept_rows import RULE_KINDS
from luodi.rules.library import book_names, load_book

#: Entries of these kinds concern the services and places of whatever cites or wants them.
_BORROWERS: Final = ("instrument", "licence")


class Shelf:
    """Entries by kind and id; `into` are the links that lead to an entry, with the entry they come from."""

    def __init__(self, entries: Mapping[Key, Entry], access: AccessBook, digest: str) -> None:
        self.entries = entries
        self.access = access
        self.digest = digest
        self.into: dict[Key, list[tuple[Link, Entry]]] = defaultdict(list)
        for entry in entries.values():
            for link in entry.links:
                self.into[link.to].append((link, entry))

    def get(self, kind: str, name: str) -> Entry | None:
        return self.entries.get((kind, name))

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
        for entry in self.entries.values():
            found[entry.kind].append(entry)
        return {kind: tuple(entries) for kind, entries in found.items()}

    @cached_property
    def concerns(self) -> Mapping[Key, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Of each entry: the services and the places it concerns, in the order of the book."""
        return {
            key: (self._concerned(entry, "service"), self._concerned(entry, "place"))
            for key, entry in self.entries.items()
        }

    def _concerned(self, entry: Entry, kind: str) -> tuple[str, ...]:
        if entry.kind == kind:
            return (entry.id,)
        role = Role(kind)
        found = {link.to[1] for link in entry.linked(role)}
        if entry.kind in _BORROWERS:
            found |= {link.to[1] for _, source in self.into[entry.key] for link in source.linked(role)}
        return tuple(name for k, name in self.entries if k == kind and name in found)


def state() -> str:
    """The hash of all shipped books together: another one means that something was edited."""
    digest = hashlib.sha256()
    for name in book_names():
        digest.update(f"{name} {load_book(name).hash}\n".encode())
    return digest.hexdigest()


@with_books()
def shelf() -> Shelf:
    """The shelf of the books as this process read them."""
    access = access_book()
    regions = {row["division"]: row["id"] for row in access.book.tables["places"] if row.get("division")}
    found: list[Entry] = [*instrument_entries(access), *access_entries(access)]
    for name in book_names():
        book = load_book(name)
        if book.kind in RULE_KINDS:
            found += rule_entries(book, access, regions)
    found += ownership_entries(load_book("ownership"))
    found += fact_entries(load_book("vocabulary"))
    entries = {entry.key: entry for entry in found}
    _followed(entries, access)
    return Shelf(entries, access, state())


def _followed(entries: dict[Key, Entry], access: AccessBook) -> None:
    """Treatments that ended are tied to the one that took their place: the same service, place and investors."""
    for treatment in access.treatments:
        later = _next(treatment, access)
        if later is not None:
            entry = entries["treatment", treatment.id]
            link = Link(Role.REPLACED_BY, ("treatment", later.id))
            entries[entry.key] = replace(entry, links=(*entry.links, link))


def _next(ended: Treatment, access: AccessBook) -> Treatment | None:
    end = ended.rule.span.end
    if end is None:
        return None
    alike = (
        other
        for other in access.treatments
        if (other.service, other.zone, other.cepa) == (ended.service, ended.zone, ended.cepa)
        and other.decides
        and _starts_after(other.rule.span, end)
    )
    return min(alike, key=lambda other: (other.rule.first, other.order), default=None)


def _starts_after(span: Span, end: object) -> bool:
    return span.first is not None and span.first >= end  # type: ignore[operator]
