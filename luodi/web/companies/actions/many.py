"""Carrying out what a person has decided for many rows of a file, in chunks: what `confirm` does one by one, with an
entry of the journal for each row."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from luodi.web.accounts.models import Company, User
from luodi.web.companies.actions.reading import AtItAlready, Progress, compare, compare_again, silent
from luodi.web.companies.imports.adding import apply_all, new_company, numbers_held, numbers_of
from luodi.web.companies.models import ImportRun, InboundRecord, MatchDecision
from luodi.web.companies.queries import where_to
from luodi.web.core.actions import Changed, action
from luodi.web.journal.actions import write_all

Record, Decided = InboundRecord.State, MatchDecision.State
#: Rows decided in one transaction. Others wait to write while it lasts, so it is a fraction of a second.
CHUNK: Final = 500
_TURN: Final = 0.11  # seconds
#: Decisions for many rows: those whose number is that of one company, and those that nothing is like.
BULK: Final = {"number": Record.NUMBER, "new": Record.NEW}


def decide_many(pk: int, *, by: User | None, at: datetime, progress: Progress = silent) -> int:
    """What somebody has decided for many rows, a chunk at a time; how many rows. Killed in between, it goes on."""
    run = ImportRun.objects.select_related("source").get(pk=pk)
    if run.doing not in BULK:
        return 0
    what, done = run.doing, 0
    try:
        while rows := _next(run, what):
            run = decide_rows(run, what, rows, by, by=None, at=at)
            done += len(rows)
            progress("decided", done)
            _let_others_write()
        if what == "new":
            compare(compare_again(run, by=None, at=at), progress)
        finish(run, what, by=None, at=at)
    except AtItAlready:
        pass
    return done


def _next(run: ImportRun, what: str) -> list[int]:
    """The keys of the next rows."""
    found = InboundRecord.objects.filter(run=run, state=BULK[what]).order_by("pk")
    return list(found.values_list("pk", flat=True)[:CHUNK])


def _let_others_write() -> None:
    """SQLite has no queue: whoever waits for the lock asks again every tenth of a second, and would find it taken by
    the next rows each time, until it gives up."""
    if connection.vendor == "sqlite":
        time.sleep(_TURN)


def _must_do(run: ImportRun, what: str) -> None:
    """Raises `AtItAlready` where another process has done it to the end."""
    if run.doing != what:
        raise AtItAlready("companies.at-work")


@action("decide_rows", model=ImportRun)
def decide_rows(run: ImportRun, what: str, rows: Sequence[int], person: User | None, *, at: datetime) -> Changed:
    """What a person has decided for many, carried out for these rows: no other process or person can meanwhile."""
    _must_do(run, what)
    found = InboundRecord.objects.select_for_update(of=("self",)).filter(pk__in=rows, state=BULK[what])
    chunk = list(found.defer("raw", "hash", "problem").order_by("pk"))
    if chunk:
        (_all_new if what == "new" else _all_known)(run, chunk, person, at)
    return Changed({"version": run.version}, details={"what": what, "rows": len(chunk)})


@action("finish", model=ImportRun, entries=["decided_rows"])
def finish(run: ImportRun, what: str) -> Changed:
    """Nothing of a decision for many is left to do."""
    _must_do(run, what)
    return Changed({"doing": "", "version": run.version})


def _all_new(run: ImportRun, chunk: list[InboundRecord], by: User | None, at: datetime) -> None:
    """Make companies of rows that nothing is like, all of a chunk at once, as `confirm` does one by one."""
    taken = numbers_held([value for record in chunk for _, value in numbers_of(record)], set())
    late = [record for record in chunk if taken & numbers_of(record)]  # a company of that number came meanwhile
    fresh = [record for record in chunk if record not in late]
    companies = Company.objects.bulk_create([new_company(record) for record in fresh], batch_size=CHUNK)
    pairs = list(zip(fresh, companies, strict=True))
    _keep(pairs, apply_all(pairs, run, at=at, by=by, fresh=True), by, at, created=True)
    InboundRecord.objects.filter(pk__in=[record.pk for record in late]).update(state=Record.TWIN)


def _all_known(run: ImportRun, chunk: list[InboundRecord], by: User | None, at: datetime) -> None:
    """Add rows to the companies that have their numbers, all of a chunk at once."""
    proposed = MatchDecision.objects.filter(record__in=chunk, state=Decided.PROPOSED).order_by("record_id", "-score")
    named = {one.record_id: one.company_id for one in reversed(proposed) if one.company_id is not None}
    rows = Company.objects.select_for_update(of=("self",)).filter(pk__in=set(named.values())).order_by("pk")
    companies = {one.pk: where_to(one) for one in rows}
    pairs = [(record, companies[named[record.pk]]) for record in chunk]
    applied = apply_all(pairs, run, at=at, by=by)
    proposed.delete()
    _keep(pairs, applied, by, at, created=False)


def _keep(
    pairs: list[tuple[InboundRecord, Company]],
    applied: list[dict[str, Any]],
    by: User | None,
    at: datetime,
    *,
    created: bool,
) -> None:
    made = MatchDecision.objects.bulk_create(
        [
            MatchDecision(
                record=record,
                company=company,
                created=created,
                state=Decided.CONFIRMED,
                by=by,
                at=at,
                applied=one,
                score=0 if created else 100,
                parts={"person": 0} if created else {"number": 100},
            )
            for (record, company), one in zip(pairs, applied, strict=True)
        ],
        batch_size=CHUNK,
    )
    InboundRecord.objects.filter(pk__in=[record.pk for record, _ in pairs]).update(state=Record.DONE)
    write_all("confirm", made, by=by, at=at)
