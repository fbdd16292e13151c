"""Bringing a file of companies, and what is done with it as a whole. The work itself is for the queue: `imports`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from luodi.company_files import tables
from luodi.company_files.mapping import guessed
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import User
from luodi.web.companies import forms
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun, ImportSource, Origin
from luodi.web.core.actions import Action, Created, action
from luodi.web.files.actions.storing import looked_through, store


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


ON_RUN: Final[Mapping[str, Action]] = COMPANY_FILES.on_run
begin: Final = ON_RUN["begin"]
