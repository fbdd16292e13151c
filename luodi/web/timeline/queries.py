"""The time line of a record, such as a case or a company: the entries on it and on all that hangs on it.

Which records hang on it, and under which kind their entries are found, `records.yaml` says. A line is for whoever may
see the record that it is about; what was deleted since is for whoever may see records of its kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from luodi.text import read_yaml
from luodi.web.core.lists import clean_day, clean_text, page_number
from luodi.web.core.permissions import in_scope, scope_of
from luodi.web.core.types import AnyUser, Json
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import names_of

FILE: Final = Path(__file__).with_name("records.yaml")
PAGE: Final = 20  # lines


@dataclass(frozen=True)
class Part:
    """Records of one model on a time line; see `records.yaml`."""

    label: str
    of: tuple[str, ...] = ()
    kind: str = ""
    named: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    removed: str = ""

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def kinds_of(self, entry: Entry) -> list[str]:
        """Under which kinds an entry is found, the first one first."""
        changed = {self.fields[name] for name in entry.before or {} if name in self.fields}
        found = [kind for kind in kinds() if kind in changed]
        return found or [self.acts.get(entry.act, self.kind)]


@cache
def _file() -> Json:
    found: Json = read_yaml(FILE)
    return found


def kinds() -> tuple[str, ...]:
    return tuple(_file()["kinds"])


def kinds_on(model: type[Model]) -> list[str]:
    """Those that the time line of a record of this model can have, in the order of the filter."""
    there = [parts()[model._meta.label], *(part for part, _ in lookups(model))]
    known = {kind for part in there for kind in (part.kind, *part.fields.values())}
    return [kind for kind in kinds() if kind in known]


def hidden() -> frozenset[str]:
    """Fields that no line shows."""
    return frozenset(_file()["hidden"])


@cache
def parts() -> Mapping[str, Part]:
    """By label of the model."""
    return {label: _part(label, row) for label, row in _file()["records"].items()}


def _part(label: str, row: Json) -> Part:
    return Part(
        label,
        of=tuple(row.get("of", ())),
        kind=row.get("kind", ""),
        named=tuple(row.get("named", ())),
        fields=dict(row.get("fields", {})),
        acts=dict(row.get("acts", {})),
        values=dict(row.get("values", {})),
        removed=row.get("removed", ""),
    )


def left_out() -> Mapping[str, str]:
    """Models that hang on a case or a company and are on no time line, with the reason."""
    return dict(_file()["left_out"])


@cache
def lookups(model: type[Model]) -> tuple[tuple[Part, str], ...]:
    """The parts of the time line of a record of this model, each with the way from a row of it to the record."""
    return tuple((part, way) for part in parts().values() for way in part.of if target_of(part.model, way) is model)


def target_of(model: type[Model], way: str) -> type[Model]:
    """Where a lookup leads to."""
    for name in way.split("__"):
        found = model._meta.get_field(name).related_model
        assert isinstance(found, type)
        model = found
    return model


# ---- what was asked


@dataclass(frozen=True)
class Asked:
    """What a time line is narrowed to; blank is all. `person` is the number of who did it, `first` and `last` days."""

    kind: str = ""
    person: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Asked":
        """Without what is no kind, person or day."""
        person = clean_text(given.get("person", ""))
        return cls(
            kind=kind if (kind := given.get("kind", "")) in kinds() else "",
            person=person if person.isdecimal() and len(person) < 19 else "",
            first=clean_day(given.get("first", "")),
            last=clean_day(given.get("last", "")),
        )

    def as_query(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


# ---- entries


def entries(user: AnyUser, record: Model, asked: Asked) -> QuerySet[Entry]:
    """The newest first, as far as `user` may see what they are about; for whoever may see the record itself."""
    found = Entry.objects.filter(_about(_subjects(user, record), asked.kind))
    if asked.person:
        found = found.filter(actor=int(asked.person))
    if asked.first:
        found = found.filter(at__gte=_start(date.fromisoformat(asked.first)))
    if asked.last:
        found = found.filter(at__lt=_start(date.fromisoformat(asked.last) + timedelta(days=1)))
    return found.order_by("-number")


def people(user: AnyUser, record: Model) -> list[tuple[int, str]]:
    """Who has an entry on the time line, by name."""
    actors = entries(user, record, Asked()).exclude(actor=None).order_by().values_list("actor", flat=True).distinct()
    return sorted(names_of(actors).items(), key=lambda one: one[1].casefold())


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _subjects(user: AnyUser, record: Model) -> dict[str, list[str]]:
    """Keys of the rows whose entries are on the time line, by label: one query for all, one for deleted ones."""
    own = record._meta.label
    found: dict[str, list[str]] = {own: [str(record.pk)]}
    queries = list(_rows(user, record))
    if queries:
        first, *others = queries
        for label, key in first.union(*others, all=True) if others else first:
            found.setdefault(label, []).append(key)
    for label, key in _removed(user, record):
        found.setdefault(label, []).append(key)
    return found


def _rows(user: AnyUser, record: Model) -> Iterator[QuerySet[Model, tuple[str, str]]]:
    for part, way in lookups(type(record)):
        scope = scope_of(user, part.model)
        if scope is not None:
            rows = in_scope(part.model._base_manager.filter(**{way: record.pk}), scope).order_by()
            yield rows.values_list(Value(part.label, CharField()), Cast("pk", CharField()))


def _removed(user: AnyUser, record: Model) -> list[tuple[str, str]]:
    """Rows that were deleted: the entry of that says what they were part of."""
    wanted = [
        Q(kind=part.label, **{f"before__{part.removed}": record.pk})
        for part, way in lookups(type(record))
        if part.removed == way and scope_of(user, part.model) is not None
    ]
    if not wanted:
        return []
    return list(Entry.objects.filter(reduce(or_, wanted), after__isnull=True).values_list("kind", "subject"))


def _about(subjects: Mapping[str, Sequence[str]], kind: str) -> Q:
    """A condition on the kind and subject of an entry, which its index answers."""
    found = Q(pk__in=[])
    for label, keys in subjects.items():
        part = parts()[label]
        if (narrowed := _of_kind(part, kind)) is not None:
            found |= Q(kind=label, subject__in=sorted(set(keys))) & narrowed
    return found


def _of_kind(part: Part, kind: str) -> Q | None:
    """Which entries on its records are of a kind; None where none are."""
    names = [name for name, of in part.fields.items() if of == kind]
    if not kind or (part.kind == kind and not part.fields):
        return Q()
    if not names:
        return None
    found = Q(before__has_any_keys=names) | Q(act__in=[act for act, of in part.acts.items() if of == kind])
    return found | Q(before__isnull=True) if part.kind == kind else found


# ---- lines


@dataclass(frozen=True)
class Line:
    """An entry on a time line, to be put into words: `part` says how; `row` is what it is about, if that is there."""

    entry: Entry
    part: Part
    row: Model | None

    @property
    def kind(self) -> str:
        return self.part.kinds_of(self.entry)[0]


def lines_of(found: Sequence[Entry]) -> list[Line]:
    """With the rows that they are about, one query for each model."""
    rows = {
        label: apps.get_model(label)._base_manager.in_bulk(sorted({one.subject for one in found if one.kind == label}))
        for label in {one.kind for one in found}
    }
    return [Line(one, parts()[one.kind], _row_of(rows[one.kind], one.subject)) for one in found]


def _row_of(rows: Mapping[object, Model], subject: str) -> Model | None:
    return next((row for key, row in rows.items() if str(key) == subject), None)


@dataclass(frozen=True)
class Page:
    """`more` says whether another page follows."""

    lines: list[Line]
    number: int
    more: bool


def page_of(user: AnyUser, record: Model, asked: Asked, number: str) -> Page:
    wanted = page_number(number)
    start = PAGE * (wanted - 1)
    found = list(entries(user, record, asked)[start : start + PAGE + 1])
    return Page(lines_of(found[:PAGE]), wanted, len(found) > PAGE)
