"""Files of leads: brought, read, compared with the leads there are, and decided row by row or for many rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, Final

from luodi.casework.leads import Lead as State
from luodi.company_files import tables
from luodi.company_files.likeness import Alike, Called, Register
from luodi.errors import BadInput, LuodiError
from luodi.web.accounts.models import Unit, User
from luodi.web.companies.actions.decisions import DecidedAlready
from luodi.web.core.actions import Action, Changed, Created, Unchanged, action
from luodi.web.core.error_words import stored
from luodi.web.core.permissions import may, visible
from luodi.web.core.snapshots import plain
from luodi.web.core.types import Json
from luodi.web.files.queries import content
from luodi.web.imports.bringing import Table, looked_at
from luodi.web.imports.forms import Reject
from luodi.web.imports.kinds import ImportKind, Named
from luodi.web.leads import files, forms
from luodi.web.leads.actions import hear_again, receive
from luodi.web.leads.models import Lead, LeadFile, LeadMatch, LeadRow, Signal

Row = LeadRow.State
OPEN: Final = (Row.NEW, Row.ALIKE, Row.TWIN)


class LeadFiles(ImportKind[LeadFile, LeadRow]):
    """A row becomes a lead, or one more signal of a lead, or nothing. One that came before is the lead that it was."""

    run, row = LeadFile, LeadRow
    unread: ClassVar[tuple[str, ...]] = ("problem",)
    at_once: ClassVar[int] = 20  # each is scored by the books

    def content(self, run: LeadFile) -> bytes:
        return b"".join(content(run.file)) if run.file else b""

    def cells(self, run: LeadFile) -> Iterator[tables.RawRow]:
        return files.rows(self.content(run), run.form, run.name)

    def checked_mapping(self, mapping: Mapping[str, str], columns: list[str]) -> dict[str, str]:
        return files.checked_mapping(mapping, columns)

    def done_reading(self, run: LeadFile) -> Mapping[str, object]:
        """Nothing but the rows is kept of the people in it."""
        return {"file": None}

    def made(self, run: LeadFile, row: tables.RawRow) -> LeadRow:
        problem = stored(row.problem) if row.problem else ""
        said: Json = {}
        if not problem:
            try:
                said = plain(files.read_row(row.cells, run.mapping, run.form))
            except LuodiError as refused:
                problem = stored(refused)
        raw, state = {"cells": dict(row.cells)}, Row.SKIPPED if problem else Row.WAITING
        email = said.get("email", "")
        return LeadRow(run=run, line=row.line, raw=raw, said=said, problem=problem, state=state, email=email, at=run.at)

    def register(self, run: LeadFile, wanted: frozenset[str] | None) -> Register:
        """The leads that whoever brought the file may see, and what its source brought before."""
        register, leads = Register(wanted), Lead.objects.filter(unit=run.unit_id)
        found = visible(run.by, Lead.objects.all()) if run.by else leads
        fields = ("pk", "duplicate_of", "company_name", "title", "country")
        for pk, same, company, title, country in found.values_list(*fields).iterator():
            register.add(same or pk, [Called.of(company or title)], country)
        signals = Signal.objects.filter(source=run.source).values_list("lead", "external")
        for lead, external in signals.iterator():
            register.countries.setdefault(lead, "")
            register.numbers[run.source, external] = lead
        return register

    def named(self, row: LeadRow) -> Named:
        said = row.said
        _, signal = files.signal_of(said, row.run.source, row.run.form)
        name = Called.of(said.get("company_name") or said["title"])
        return Named([name], said.get("country", ""), [(signal.source, signal.id)])

    def proposal(self, row: LeadRow, alike: Alike) -> LeadMatch:
        return LeadMatch(row=row, lead_id=alike.company, score=alike.score, parts=dict(alike.parts))

    def carry_out(self, run: LeadFile, what: str, chunk: list[LeadRow], person: User | None, at: datetime) -> None:
        for row in chunk:
            row.run, row.state, row.lead = run, Row.DONE, _received(row, person, at)
        LeadRow.objects.bulk_update(chunk, ["state", "lead"])


LEAD_FILES: Final = LeadFiles()


@contextmanager
def _looked_at(raw: bytes, name: str, source: str, **_: object) -> Iterator[Table]:
    form = files.form_of(raw, name)
    yield looked_at(raw, name, form, lambda: files.rows(raw, form, name))


@action("bring", model=LeadFile, form=forms.File, permission="change", creates=True, around=_looked_at)
def bring(
    raw: bytes, name: str, source: str, unit: Unit, *, prepared: Table, actor: User | None, at: datetime
) -> Created:
    """Keep the file and look at its first rows. The columns are named as for the last file of its source."""
    file, source = prepared.stored(by=actor, at=at), source.strip()
    last = (
        LeadFile.objects.filter(source=source, unit=unit, form=prepared.form)
        .exclude(state=LeadFile.State.MAPPING)
        .first()
    )
    known = {column: says for column, says in (last.mapping if last else {}).items() if column in prepared.columns}
    mapping = known or files.guessed(prepared.columns)
    run = LeadFile(
        unit=unit, source=source, file=file, name=name[:200], form=prepared.form, mapping=mapping, by=actor, at=at
    )
    run.save()
    return Created(run)


@action("confirm", model=LeadRow, form=forms.ConfirmRow, permission="change", fits=lambda row: row.state in OPEN)
def confirm(row: LeadRow, lead: int | None = None, *, actor: User | None, at: datetime) -> Changed | Unchanged:
    """It is about this lead, which gets one more signal, or a new lead. Repeating the same changes nothing. Raises
    `DecidedAlready`."""
    _must_be_compared(row)
    if row.state == Row.DONE:
        if lead in (None, row.lead_id):
            return Unchanged()
        raise DecidedAlready("companies.decided")
    about = _received(row, actor, at) if lead is None else _known(row, lead, actor, at)
    return Changed({"state": Row.DONE, "lead": about})


@action("reject", model=LeadRow, form=Reject, permission="change", fits=lambda row: row.state in OPEN)
def reject(row: LeadRow, reason: str = "") -> Changed | Unchanged:
    """It becomes nothing. Raises `DecidedAlready`."""
    _must_be_compared(row)
    if row.state == Row.DONE:
        raise DecidedAlready("companies.decided")
    return Unchanged() if row.state == Row.REJECTED else Changed({"state": Row.REJECTED}, reason=reason)


ON_ROW: Final[Mapping[str, Action]] = {"confirm": confirm, "reject": reject}


def _must_be_compared(row: LeadRow) -> None:
    """Raises `BadInput`."""
    if row.state in (Row.SKIPPED, Row.WAITING):
        raise BadInput("companies.not-yet")


def _received(row: LeadRow, by: User | None, at: datetime) -> Lead:
    heard, signal = files.signal_of(row.said, row.run.source, row.run.form)
    return receive(heard, signal, row.run.unit, at=at, by=by)


def _known(row: LeadRow, lead: int, by: User | None, at: datetime) -> Lead:
    """The lead, with what the row says as one more signal of it. Raises `BadInput` for one that is not there for who
    decides, or that is a duplicate itself."""
    found = Lead.objects.filter(pk=lead).exclude(state=State.DUPLICATE).first()
    if found is None or (by is not None and not may(by, "see", found)):
        raise BadInput("leads.duplicate", at="lead")
    _, signal = files.signal_of(row.said, row.run.source, row.run.form)
    hear_again(found, signal, at=at)
    return found
