"""Bringing a file of companies, and what is done with it as a whole. The work itself is for the queue: `imports`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings

from luodi.company_files import tables
from luodi.company_files.mapping import checked_mapping, guessed
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import User
from luodi.web.companies import forms
from luodi.web.companies.actions.many import BULK
from luodi.web.companies.actions.reading import AtItAlready, raw_of
from luodi.web.companies.models import ImportRun, ImportSource, Origin
from luodi.web.core.actions import Action, Changed, Created, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.files.actions.storing import looked_through, store

State = ImportRun.State


@dataclass(frozen=True)
class _Table:
    file: Checked
    form: str
    columns: list[str]


@contextmanager
def _looked_at(raw: bytes, name: str, source: str, **_: object) -> Iterator[_Table]:
    """Raises `BadInput` for a file that is no table of companies."""
    form = tables.form_of(name, raw[:8192])
    packed = form == "xlsx"  # looked through before it is read; of text it is told first what is wrong as a table
    looked = looked_through(raw, _file_name(name, form), settings.FILE_LIMIT, at=name) if packed else None
    columns, _rows = tables.preview(raw, form, name)
    looked = looked or looked_through(raw, _file_name(name, form), settings.FILE_LIMIT, at=name)
    yield _Table(looked, form, columns)


def _file_name(name: str, form: str) -> str:
    """Statements are kept as the text that they are."""
    ending = {"csv": ".csv", "xlsx": ".xlsx", "bods": ".txt"}[form]
    return name if name.casefold().endswith(ending) else f"{name}{ending}"


@action("bring", model=ImportRun, form=forms.Bring, permission="change", creates=True, around=_looked_at)
def bring(
    raw: bytes, name: str, source: str, origin: str, *, prepared: _Table, actor: User | None, at: datetime
) -> Created:
    """Keep the file and look at its first rows."""
    prepared.file.file.seek(0)
    file = store(prepared.file, by=actor, at=at)
    made, _ = ImportSource.objects.get_or_create(name=source.strip(), defaults={"origin": Origin(origin)})
    known = {column: target for column, target in made.mapping.items() if column in prepared.columns}
    mapping = known or guessed(prepared.columns)
    run = ImportRun(source=made, file=file, name=name[:200], form=prepared.form, mapping=mapping, by=actor, at=at)
    run.save()
    return Created(run)


@contextmanager
def _columns(run: ImportRun, *_: object, **__: object) -> Iterator[list[str]]:
    yield tables.preview(raw_of(run), run.form, run.name)[0]


@action(
    "begin",
    model=ImportRun,
    form=forms.Begin,
    permission="change",
    around=_columns,
    fits=lambda run: run.state == State.MAPPING,
)
def begin(run: ImportRun, mapping: Mapping[str, str], *, prepared: list[str]) -> Changed | Unchanged:
    """Say which column says what, for this file and the next ones of its source, and have it read.

    Raises `UnknownValue` or `BadInput` for a mapping that cannot be. A run that was begun already stays as it is.
    """
    kept = checked_mapping(mapping, prepared)
    if run.state != State.MAPPING:
        return Unchanged()
    ImportSource.objects.filter(pk=run.source_id).update(mapping={**run.source.mapping, **kept})
    return Changed({"mapping": kept, "state": State.READING})


@action(
    "go_on",
    model=ImportRun,
    form=ActionForm,
    permission="change",
    entries=["begin"],
    fits=lambda run: run.is_at_work,
)
def go_on(run: ImportRun) -> Unchanged:
    """Nothing of it changes: the queue is asked once more for work that stopped."""
    return Unchanged()


def _decide_all(run: ImportRun, what: str) -> Changed:
    """Decide for every row whose number is that of one company (`number`), or that nothing is like (`new`).

    Raises `AtItAlready` while something is being done with the file.
    """
    if run.state != State.DECIDING or run.doing:
        raise AtItAlready("companies.at-work")
    return Changed({"doing": what}, details={"what": what})


def _for_many(what: str) -> Action:
    register = action(what, model=ImportRun, form=ActionForm, permission="change", entries=["decide_all"])
    return register(partial(_decide_all, what=what))


ON_RUN: Final[Mapping[str, Action]] = {"begin": begin, "go_on": go_on, **{what: _for_many(what) for what in BULK}}
