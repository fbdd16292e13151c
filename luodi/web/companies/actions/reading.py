"""A file of companies is read into the holding table and compared. Each step is a chunk in a transaction of its own,
which says how far it came, so that a run that was killed goes on where it stood and does nothing twice."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.db import connection
from django.utils import timezone

from luodi.company_files import tables
from luodi.company_files.likeness import Called, Register
from luodi.company_files.mapping import Said, said
from luodi.errors import LuodiError
from luodi.profiles.identifiers import USCC
from luodi.web.accounts.models import Company
from luodi.web.companies.models import (
    CompanyName,
    Identifier,
    ImportRun,
    InboundRecord,
    MatchDecision,
)
from luodi.web.core.actions import Changed, Unchanged, action
from luodi.web.core.error_words import stored
from luodi.web.files.queries import content

CHUNK: Final = 2_000
_FEW: Final = 10_000  # records
_UNREAD: Final = ("raw", "hash", "problem")  # of a record, where only what it says is looked at
Record = InboundRecord.State
Progress = Callable[[str, int], None]


def silent(_: str, __: int) -> None:
    """Nobody watches."""


def raw_of(run: ImportRun) -> bytes:
    return b"".join(content(run.file))


Position = tuple[str, int, int]


def position(run: ImportRun) -> Position:
    """How far a run has come."""
    return run.state, run.read, run.compared


class AtItAlready(LuodiError):
    """Another process has gone on with this file: this one leaves it to it, so that nothing is done twice."""

    code = "at-work"


def work(pk: int, progress: Progress = silent) -> ImportRun:
    """Bring a run to where a person decides. Called again, it goes on; a run that has come so far is left alone."""
    run = ImportRun.objects.select_related("source", "file").get(pk=pk)
    try:
        if run.state == ImportRun.State.READING:
            run = _read(run, progress)
        if run.state == ImportRun.State.COMPARING:
            compare(run, progress)
    except AtItAlready:  # no failure of the run: the other process brings it there, and the page shows how far it is
        pass
    except LuodiError as problem:
        fail(run, stored(problem), by=None, at=timezone.now())
    run.refresh_from_db()
    return run


def _read(run: ImportRun, progress: Progress) -> ImportRun:
    content = raw_of(run)
    if not run.rows:
        run = _advance(run, rows=sum(1 for _ in tables.rows(content, run.form, run.name)))
    rest = itertools.islice(tables.rows(content, run.form, run.name), run.read, None)
    while chunk := list(itertools.islice(rest, CHUNK)):
        made = [_record(run, row) for row in chunk]
        run = read_rows(run, made, position(run), by=None, at=timezone.now())
        progress("read", run.read)
    return _advance(run, state=ImportRun.State.COMPARING)


# ---- the steps: each one chunk, with one entry of the journal; the version is for what people decide


def _must_stand(run: ImportRun, since: Position) -> None:
    """Raises `AtItAlready` where another process has come further than this one."""
    if position(run) != since:
        raise AtItAlready("companies.at-work")


def _moved_on(run: ImportRun, **values: object) -> Changed | Unchanged:
    changed = any(getattr(run, name) != value for name, value in values.items())
    return Changed({**values, "version": run.version}) if changed else Unchanged()


def _advance(run: ImportRun, **values: object) -> ImportRun:
    done: ImportRun = advance(run, values, position(run), by=None, at=timezone.now())
    return done


@action("advance", model=ImportRun, entries=["go_on_with_file"])
def advance(run: ImportRun, values: Mapping[str, object], since: Position) -> Changed | Unchanged:
    """Say how far the run is: how many rows it has, or what comes next."""
    _must_stand(run, since)
    return _moved_on(run, **values)


@action("fail", model=ImportRun)
def fail(run: ImportRun, problem: str) -> Changed | Unchanged:
    return _moved_on(run, state=ImportRun.State.FAILED, problem=problem)


@action("read_rows", model=ImportRun)
def read_rows(run: ImportRun, made: Sequence[InboundRecord], since: Position) -> Changed | Unchanged:
    """Keep the next rows of the file."""
    _must_stand(run, since)
    InboundRecord.objects.bulk_create(made, batch_size=CHUNK)
    skipped = sum(one.state == Record.SKIPPED for one in made)
    return _moved_on(run, read=run.read + len(made), skipped=run.skipped + skipped)


@action("compare_rows", model=ImportRun)
def compare_rows(
    run: ImportRun, chunk: Sequence[InboundRecord], proposals: Sequence[MatchDecision], since: Position
) -> Changed | Unchanged:
    """Keep what the next rows may be about."""
    _must_stand(run, since)
    MatchDecision.objects.bulk_create(proposals, batch_size=CHUNK)
    _placed(chunk)
    return _moved_on(run, compared=chunk[-1].pk)


@action("compare_again", model=ImportRun)
def compare_again(run: ImportRun) -> Changed:
    """Rows that waited for another one of the file wait to be compared with the companies that came of it."""
    rows = InboundRecord.objects.filter(run=run, state=Record.TWIN).update(state=Record.WAITING, twin=None)
    return Changed({"version": run.version}, details={"rows": rows})


# ---- what a row says, and what it is like


def _record(run: ImportRun, row: tables.RawRow) -> InboundRecord:
    problem, found = stored(row.problem) if row.problem else "", Said()
    if not problem:
        try:
            found = said(row.cells, run.mapping, row.more)
        except LuodiError as refused:
            problem = stored(refused)
    raw = {"cells": dict(row.cells), **({"more": dict(row.more)} if row.more else {})}
    text = json.dumps([run.source.name, raw], sort_keys=True, ensure_ascii=False)
    return InboundRecord(
        run=run,
        line=row.line,
        raw=raw,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        said={} if problem else found.as_json(),
        problem=problem,
        state=Record.SKIPPED if problem else Record.WAITING,
    )


def compare(run: ImportRun, progress: Progress = silent) -> None:
    """Propose for every record that waits which companies it may be about. Rows of the same file are compared too:
    the second of two that are alike waits for the first."""
    register, done = register_now(_pairs_asked(run)), 0
    twins: Register = Register()
    for record in InboundRecord.objects.filter(run=run, pk__lte=run.compared, state=Record.NEW).iterator():
        twins.add(record.pk, _names(record), record.said.get("country", ""), _numbers(record))
    while chunk := _waiting(run):
        proposals = [one for record in chunk for one in _proposed(record, register, twins)]
        run = compare_rows(run, chunk, proposals, position(run), by=None, at=timezone.now())
        done += len(chunk)
        progress("compared", done)
    _advance(run, state=ImportRun.State.DECIDING)


def _waiting(run: ImportRun) -> list[InboundRecord]:
    found = InboundRecord.objects.filter(run=run, state=Record.WAITING).defer(*_UNREAD)
    return list(found.order_by("pk")[:CHUNK])


def _placed(chunk: Sequence[InboundRecord]) -> None:
    """Keep where each record came to: by state, and a twin, which has a row of its own to wait for, past the ORM: it
    would make one statement that names all of them, many times as slow."""
    twins = [(str(Record.TWIN), record.twin_id, record.pk) for record in chunk if record.twin_id is not None]
    if twins:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {InboundRecord._meta.db_table} SET state = %s, twin_id = %s WHERE id = %s", twins
            )
    for state in (Record.NUMBER, Record.ALIKE, Record.NEW):
        keys = [record.pk for record in chunk if record.state == state]
        InboundRecord.objects.filter(pk__in=keys).update(state=state, twin=None)


def _pairs_asked(run: ImportRun) -> frozenset[str] | None:
    """The pairs of the names that wait, where they are few: the register of all companies is then made faster."""
    waiting = InboundRecord.objects.filter(run=run, state=Record.WAITING)
    if waiting.count() > _FEW:
        return None
    return frozenset(pair for one in waiting.defer(*_UNREAD).iterator() for name in _names(one) for pair in name.pairs)


def _proposed(record: InboundRecord, register: Register, twins: Register) -> Iterable[MatchDecision]:
    names, country, numbers = _names(record), record.said.get("country", ""), _numbers(record)
    found = register.alike(names, country, numbers)
    if found:
        record.state = Record.NUMBER if len(found) == 1 and found[0].by_number else Record.ALIKE
        return [
            MatchDecision(record=record, company_id=one.company, score=one.score, parts=dict(one.parts))
            for one in found
        ]
    same = twins.alike(names, country, numbers)
    if same:
        record.state, record.twin_id = Record.TWIN, same[0].company
        return []
    record.state = Record.NEW
    twins.add(record.pk, names, country, numbers)
    return []


def _names(record: InboundRecord) -> list[Called]:
    return [Called.of(name["text"]) for name in record.said.get("names", [])]


def _numbers(record: InboundRecord) -> list[tuple[str, str]]:
    return [(one["scheme"], one["value"]) for one in record.said.get("identifiers", [])]


def register_now(wanted: frozenset[str] | None = None) -> Register:
    """The companies there are, merged ones by what they became. `wanted`: as in `Register`."""
    register, became = Register(wanted), {}
    fields = ("pk", "merged_into_id", "name_zh", "name_en", "credit_code", "country")
    # those that were merged come first, so that the country of the one they became stays
    for rows in (Company.objects.exclude(merged_into=None), Company.objects.filter(merged_into=None)):
        for pk, into, zh, en, code, country in rows.values_list(*fields).iterator():
            if into:
                became[pk] = into
            register.add(
                into or pk, [Called.of(name) for name in (zh, en) if name], country, [(USCC, code)] if code else ()
            )
    for company, text in CompanyName.objects.values_list("company_id", "text").iterator():
        register.call(became.get(company, company), Called.of(text))
    for company, scheme, value in Identifier.objects.values_list("company_id", "scheme", "value").iterator():
        register.numbers[scheme, value] = became.get(company, company)
    return register
