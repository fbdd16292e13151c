"""Making notices: call it inside the transaction of the act that they tell of.

    make_notice("enquiry_arrived", officer, enquiry, "arrived", at=at, unit=both_names)

The notice is a row of that transaction, so it is there if and only if the act is; the queue writes the letter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Model

from luodi.web.accounts.models import User
from luodi.web.core.notify import Address, language_of
from luodi.web.core.permissions import visible
from luodi.web.notices.kinds import kinds
from luodi.web.notices.models import Notice
from luodi.web.notices.preferences import has_stopped, when

_AT_ONCE: Final = 500
_SAID: Final = ("words", "values", "legal", "made", "language", "due", "daily", "withheld")


def make_notice(
    kind: str, to: User | Address, row: Model, reason: str, *, at: datetime, words: str = "", **values: object
) -> bool:
    """Make a notice on `row` for somebody; whether there is a new one.

    Nothing is made where they were told already of this row for this reason, where a person may not see the row, or
    where an address has stopped the kind. `values` go into the words; one that differs by language is
    `{"zh": .., "en": ..}`. `words` in place of those of the kind. Raises `KeyError` for a kind that no file has.
    """
    notice = _notice(kind, NewNotice(to, row, reason, values), _reader(to, kind, row), at, words)
    if notice is None:
        return False
    same = ("user", "kind", "row", "row_key", "reason", *(() if notice.user_id else ("email",)))
    who = {name: getattr(notice, name) for name in same}
    more = {name: getattr(notice, name) for name in _SAID}
    return Notice.objects.get_or_create(**who, defaults={**more, "email": notice.email})[1]


@dataclass(frozen=True)
class NewNotice:
    """One of many notices: whom, of which row, for which reason, and what goes into the words."""

    to: User | Address
    row: Model
    reason: str
    values: dict[str, object]


def make_notices(kind: str, told: Iterable[NewNotice], *, at: datetime, words: str = "") -> None:
    """The same for many notices of one kind at once: thousands cost some statements a person and not some a notice, so
    that the transaction which tells of them holds others up for moments."""
    by_reader: dict[User | Address, list[NewNotice]] = {}
    for one in told:
        by_reader.setdefault(one.to, []).append(one)
    made = []
    for to, own in by_reader.items():
        reader = _reader(to, kind, *(one.row for one in own))
        made += [notice for one in own if (notice := _notice(kind, one, reader, at, words)) is not None]
    Notice.objects.bulk_create(made, batch_size=_AT_ONCE, ignore_conflicts=True)  # who was told is not told again


@dataclass(frozen=True)
class _Reader:
    """Somebody as they are now: `person` is None for a bare address, `seen` holds the rows that a person may see."""

    person: User | None
    seen: frozenset[tuple[type[Model], int]]
    stopped: bool


def _reader(to: User | Address, kind: str, *rows: Model) -> _Reader | None:
    """None for a person who is there no more."""
    stopped = not kinds()[kind].legal and has_stopped(to, kind)
    if not isinstance(to, User):
        return _Reader(None, frozenset(), stopped)
    person = User.objects.select_related("quiet").filter(pk=to.pk).first()  # as they are now, not as they were read
    if person is None:
        return None
    keys: dict[type[Model], set[int]] = {}
    for row in rows:
        keys.setdefault(type(row), set()).add(row.pk)
    seen = [(model, key) for model, wanted in keys.items() for key in _visible_keys(person, model, wanted)]
    return _Reader(person, frozenset(seen), stopped)


def _visible_keys(person: User, model: type[Model], wanted: set[int]) -> Iterator[int]:
    ordered = sorted(wanted)
    for first in range(0, len(ordered), _AT_ONCE):
        some = model._base_manager.filter(pk__in=ordered[first : first + _AT_ONCE])
        yield from visible(person, some).values_list("pk", flat=True)


def _notice(kind: str, one: NewNotice, reader: _Reader | None, at: datetime, words: str) -> Notice | None:
    known = kinds()[kind]
    made = Notice(
        kind=kind,
        row=one.row._meta.label,
        row_key=str(one.row.pk),
        reason=one.reason,
        words=words or known.words,
        values=one.values,
        legal=known.legal,
        made=at,
    )
    if isinstance(one.to, Address):
        made.email, made.language, made.due = one.to.email, one.to.language, at
        return None if reader is None or reader.stopped else made
    if reader is None or reader.person is None or (type(one.row), one.row.pk) not in reader.seen:
        return None
    made.user, made.language = reader.person, language_of(reader.person)
    made.due, made.daily = when(reader.person, at, legal=known.legal)
    made.withheld = "stopped" if reader.stopped else ""
    return made


def forget(row: Model) -> None:
    """Take away every notice on a row, with the addresses in them."""
    Notice.objects.filter(row=row._meta.label, row_key=str(row.pk)).delete()
