"""Carrying out what a person has decided for many rows of a file, in chunks: what `confirm` does one by one, with an
entry of the journal for each row."""

import time
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from luodi.web.accounts.models import Company, User
from luodi.web.companies.actions.reading import AtItAlready, Progress, compare, locked, silent
from luodi.web.companies.imports.adding import apply_all, new_company, numbers_held, numbers_of
from luodi.web.companies.models import ImportRun, InboundRecord, MatchDecision
from luodi.web.companies.queries import where_to
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
        while number := _chunk(run, what, by, at):
            done += number
            progress("decided", done)
            _let_others_write()
        if what == "new":
            _twins_again(run, progress)
    except AtItAlready:
        return done
    ImportRun.objects.filter(pk=pk, doing=what).update(doing="")
    return done


def _let_others_write() -> None:
    """SQLite has no queue: whoever waits for the lock asks again every tenth of a second, and would find it taken by
    the next rows each time, until it gives up."""
    if connection.vendor == "sqlite":
        time.sleep(_TURN)


@transaction.atomic
def _chunk(run: ImportRun, what: str, by: User | None, at: datetime) -> int:
    """The next rows, none of which another process or person can decide meanwhile."""
    if locked(run).doing != what:
        raise AtItAlready("companies.at-work")
    rows = InboundRecord.objects.select_for_update(of=("self",)).filter(run=run, state=BULK[what])
    chunk = list(rows.defer("raw", "hash", "problem").order_by("pk")[:CHUNK])
    if chunk:
        (_all_new if what == "new" else _all_known)(run, chunk, by, at)
    return len(chunk)


def _twins_again(run: ImportRun, progress: Progress) -> None:
    """Rows that waited for another one of the file are compared with the companies that came of it."""
    InboundRecord.objects.filter(run=run, state=Record.TWIN).update(state=Record.WAITING, twin=None)
    compare(run, progress)


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
