"""The lines of a time line in a language: what was done to which record, by whom, and each change before and after.

A reader sees labels and names, never the name of a field or a code. What a value is, its field says, or `records.yaml`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField, Field, Model
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from luodi.documents.code_names import code_in_words, requirements_said
from luodi.terms.figures import day_shown
from luodi.web.core.record_names import record_name
from luodi.web.core.snapshots import plain
from luodi.web.core.types import Json
from luodi.web.core.words import say, words
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import names_of
from luodi.web.timeline.queries import Line, Part, hidden, parts

_HIDE: Final = "@hide"
_USER: Final = "accounts.User"
_CASE: Final = "cases.LandingCase"
#: What visitors send who have not signed in.
_OF_VISITORS: Final = ("advisor.Enquiry", "leads.Lead")
Names: TypeAlias = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Change:
    """One field: its label, what it said and says. Blank where it said nothing; `before` None of a new record."""

    field: str
    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Said:
    """A line in words. `within` is the case that the record belongs to, blank on the time line of that case; `missing`
    are the requirements that a leader passed over."""

    number: int
    at: datetime
    who: str
    act: str
    kind: str
    record: str
    title: str
    within: str
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    reason: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def time_of_day(self) -> str:
        return f"{timezone.localtime(self.at):%H:%M}"

    def as_cells(self) -> list[object]:
        """For a file; changes side by side."""
        changes = "; ".join((*map(_said, self.changes), *self.missing))
        at = timezone.localtime(self.at).strftime("%Y-%m-%d %H:%M")
        about = (self.kind, self.record, self.title, self.within)
        return [self.number, at, self.who, *about, self.act, changes, self.reason]


#: Of the cells, in their order.
HEADS: Final = ("number", "at", "who", "kind", "record", "title", "within", "act", "changes", "reason")


def _said(one: Change) -> str:
    return (
        f"{one.label}: {one.after}" if one.before is None else f"{one.label}: {one.before or '–'} → {one.after or '–'}"
    )


def in_words(lines: Sequence[Line], record: Model, lang: str) -> list[Said]:
    """On the time line of `record`. All of a page at once, so that names are read once for each kind of record."""
    people = names_of(one.entry.actor for one in lines)
    names = _names(lines, lang)
    return [_line(one, record, people, names, lang) for one in lines]


def as_documents(lines: Sequence[Line], record: Model) -> list[Json]:
    """For programs, in both languages."""
    said = zip(lines, in_words(lines, record, "zh"), in_words(lines, record, "en"), strict=True)
    return [_document(line, {"zh": zh, "en": en}) for line, zh, en in said]


def _document(line: Line, said: Mapping[str, Said]) -> Json:
    def both(name: str) -> Json:
        return {lang: getattr(one, name) for lang, one in said.items()}

    changes = zip(said["zh"].changes, said["en"].changes, strict=True)
    return {
        "number": line.entry.number,
        "at": line.entry.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "who": both("who"),
        "kind": line.kind,
        "act": line.entry.act,
        "said": both("act"),
        "record": both("record"),
        "title": both("title"),
        "case": said["en"].within or None,
        "changes": [_change(zh, en) for zh, en in changes],
        "missing": [{"zh": zh, "en": en} for zh, en in zip(said["zh"].missing, said["en"].missing, strict=True)],
        "reason": line.entry.reason,
    }


def _change(zh: Change, en: Change) -> Json:
    """`before` is null of a new record, and of a field that said nothing."""
    before = {"zh": zh.before, "en": en.before} if zh.before or en.before else None
    after = {"zh": zh.after, "en": en.after} if zh.after or en.after else None
    return {"field": zh.field, "label": {"zh": zh.label, "en": en.label}, "before": before, "after": after}


def kind_name(kind: str, lang: str) -> str:
    return say(f"timeline.kind_{kind}", lang)


def _line(line: Line, record: Model, people: Mapping[int, str], names: Names, lang: str) -> Said:
    entry = line.entry
    own = record._meta.label == _CASE
    return Said(
        number=entry.number,
        at=entry.at,
        who=_who(entry, people, lang),
        act=say(f"journal.entry_{entry.act}", lang) if f"journal.entry_{entry.act}" in words() else entry.act,
        kind=kind_name(line.kind, lang),
        record=record_name(line.part.model).said(lang),
        title=_title(line, names, lang),
        within="" if own else _within(line, names),
        changes=tuple(_changes(line, names, lang)),
        missing=tuple(_missing(entry, lang)),
        reason=entry.reason,
    )


def _within(line: Line, names: Names) -> str:
    key = line.row is not None and _field(line.part, "case") is not None and line.row.serializable_value("case")
    return names.get((_CASE, str(key)), "") if key else ""


def _who(entry: Entry, people: Mapping[int, str], lang: str) -> str:
    if entry.actor is not None:
        return people.get(entry.actor) or say("timeline.who_gone", lang)
    return say("timeline.who_visitor" if entry.kind in _OF_VISITORS else "timeline.who_site", lang)


# ---- what a record is called


def _title(line: Line, names: Names, lang: str) -> str:
    if line.row is not None:
        return called(line.part, line.row, names, lang)
    said = {**(line.entry.after or {}), **(line.entry.before or {})}
    return _joined((value(line.part, name, said.get(name), names, lang) for name in line.part.named), lang)


def called(part: Part, row: Model, names: Names, lang: str) -> str:
    """By the fields that name it; of a name in two languages, that of the reader."""
    found = {name: row.serializable_value(name) for name in part.named}
    if set(found) == {"name_zh", "name_en"}:
        return str(found[f"name_{lang}"] or found["name_en"] or found["name_zh"])
    return _joined((value(part, name, said, names, lang) for name, said in found.items()), lang)


def _joined(texts: Iterable[str], lang: str) -> str:
    return " ".join(text for text in texts if text)[:200]


def _names(lines: Sequence[Line], lang: str) -> Names:
    """What the records are called that entries name by their keys."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        said = [line.entry.before or {}, line.entry.after or {}]
        if line.row is not None:
            read = (*line.part.named, *(["case"] if _field(line.part, "case") is not None else ()))
            said.append({name: line.row.serializable_value(name) for name in read})
        for name, key in (pair for one in said for pair in one.items()):
            target = _target(line.part, name)
            if target and key is not None:
                wanted[target].add(str(key))
    found: dict[tuple[str, str], str] = {}
    for label in sorted(wanted, key=lambda one: (one in parts(), one)):
        found |= {(label, key): text for key, text in _called_all(label, wanted[label], found, lang)}
    return found


def _called_all(label: str, keys: Iterable[str], names: Names, lang: str) -> Iterator[tuple[str, str]]:
    if label == _USER:
        yield from ((str(key), name) for key, name in names_of(int(one) for one in keys).items())
    elif label in parts():
        rows = apps.get_model(label)._base_manager.in_bulk(sorted(keys))
        yield from ((str(key), called(parts()[label], row, names, lang)) for key, row in rows.items())


def _target(part: Part, name: str) -> str:
    found = _field(part, name)
    model = found.related_model if found is not None else None
    return model._meta.label if isinstance(model, type) else ""


def _field(part: Part, name: str) -> "Field[object, object] | None":
    try:
        found = part.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None  # a detail that the action said beside the fields
    return found if isinstance(found, Field) else None


# ---- changes


def _changes(line: Line, names: Names, lang: str) -> Iterator[Change]:
    then, now = line.entry.before or {}, line.entry.after or {}
    is_new = line.entry.before is None
    for name in [*now, *(name for name in then if name not in now)]:
        if not _is_shown(line, name, is_new):
            continue
        if _says_itself(line.entry, name, now.get(name)):
            continue
        before, after = (value(line.part, name, said.get(name), names, lang) for said in (then, now))
        if after if is_new else then.get(name) != now.get(name):
            yield Change(name, label(line.part, name, lang), None if is_new else before, after)


def _says_itself(entry: Entry, name: str, after: object) -> bool:
    """Who did it and when stands in the line."""
    if name.endswith("_by"):
        return bool(after == entry.actor)
    return isinstance(after, str) and name not in ("opened", "ended") and after == plain(entry.at)


def _is_shown(line: Line, name: str, is_new: bool) -> bool:
    """What a new record hangs on, and what names it, is said already. A detail without a label is for auditors."""
    if name in hidden() or line.part.values.get(name) == _HIDE or not _label_key(line.part, name):
        return False
    said_already = name in line.part.named or name.endswith("by") or name in line.part.of
    return not (is_new and said_already) and not (name == "reason" and line.entry.reason)


def label(part: Part, name: str, lang: str) -> str:
    """What a field is called: by the words of its model, or those that all share."""
    return say(_label_key(part, name), lang)


def _label_key(part: Part, name: str) -> str:
    """Blank for a field without words."""
    own = f"timeline.field_{part.label.lower().replace('.', '_')}_{name}"
    return next((key for key in (own, f"timeline.field_{name}") if key in words()), "")


def value(part: Part, name: str, said: object, names: Names, lang: str) -> str:
    """Blank where nothing is said."""
    if said in (None, "", [], {}):
        return ""
    if isinstance(said, bool):
        return say("timeline.yes" if said else "timeline.no", lang)
    spec, target = part.values.get(name, ""), _target(part, name)
    if target:
        return names.get((target, str(said))) or say("timeline.gone", lang)
    if spec.startswith("@"):
        return "" if spec == _HIDE else code_in_words(spec[1:], said, lang)
    if spec and f"{spec}_{said}" in words():
        return say(f"{spec}_{said}", lang)
    return _plain(_field(part, name), said, lang)


def _plain(of: object, said: object, lang: str) -> str:
    if isinstance(of, DateTimeField) and (at := said if isinstance(said, datetime) else parse_datetime(str(said))):
        return f"{day_shown(timezone.localdate(at), lang)} {timezone.localtime(at):%H:%M}"
    if isinstance(said, date):
        return day_shown(said, lang)
    if (isinstance(of, DateField) or of is None) and isinstance(said, str) and (day := _day(said)):
        return day_shown(day, lang)
    if isinstance(said, Mapping):
        return (
            str(said.get(lang) or said.get("zh") or "") if {"zh", "en"} & set(said) else say("timeline.changed", lang)
        )
    if isinstance(said, list):
        simple = all(isinstance(one, str | int) for one in said)
        return _listed(map(str, said), lang) if simple else say("timeline.changed", lang)
    return f"{said:,}" if isinstance(said, int) else str(said)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _listed(texts: Iterable[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(texts)


def _missing(entry: Entry, lang: str) -> list[str]:
    """What a leader passed over, as the rule of the gate says it."""
    said: Json = entry.after or {}
    return requirements_said(str(said.get("gate") or ""), said.get("missing"), lang)
