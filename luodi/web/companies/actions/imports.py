"""Bringing a file of companies, and what is done with it as a whole. The work itself is for the queue: `imports`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from luodi.company_files import tables
from luodi.company_files.mapping import guessed
from luodi.web.accounts.models import User
from luodi.web.companies import forms
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun, ImportSource, Origin
from luodi.web.core.actions import Action, Created, action
from luodi.web.imports.bringing import Table, looked_at


@contextmanager
def _looked_at(raw: bytes, name: str, source: str, **_: object) -> Iterator[Table]:
    """Raises `BadInput` for a file that is no table of companies."""
    form = tables.form_of(name, raw[:8192])
    yield looked_at(raw, name, form, lambda: tables.rows(raw, form, name))


@action("bring", model=ImportRun, form=forms.Bring, permission="change", creates=True, around=_looked_at)
def bring(
    raw: bytes, name: str, source: str, origin: str, *, prepared: Table, actor: User | None, at: datetime
) -> Created:
    """Keep the file and look at its first rows."""
    file = prepared.stored(by=actor, at=at)
    made, _ = ImportSource.objects.get_or_create(name=source.strip(), defaults={"origin": Origin(origin)})
    known = {column: target for column, target in made.mapping.items() if column in prepared.columns}
    mapping = known or guessed(prepared.columns)
    run = ImportRun(source=made, file=file, name=name[:200], form=prepared.form, mapping=mapping, by=actor, at=at)
    run.save()
    return Created(run)


ON_RUN: Final[Mapping[str, Action]] = COMPANY_FILES.on_run
begin: Final = ON_RUN["begin"]
