"""Carrying out what a person has decided for many rows of a file, a chunk at a time: what `confirm` does one by one,
with an entry of the journal for each row."""

from datetime import datetime
from typing import Any

from luodi.web.accounts.models import Company, User
from luodi.web.companies.imports.adding import apply_all, new_company, numbers_held, numbers_of
from luodi.web.companies.models import ImportRun, InboundRecord, MatchDecision
from luodi.web.companies.queries import where_to
from luodi.web.imports.kinds import DECIDED_AT_ONCE
from luodi.web.journal.actions import write_all

Record, Decided = InboundRecord.State, MatchDecision.State


def add_all_new(run: ImportRun, chunk: list[InboundRecord], by: User | None, at: datetime) -> None:
    """Make companies of rows that nothing is like, all of a chunk at once, as `confirm` does one by one."""
    taken = numbers_held([value for record in chunk for _, value in numbers_of(record)], set())
    late = [record for record in chunk if taken & numbers_of(record)]  # a company of that number came meanwhile
    fresh = [record for record in chunk if record not in late]
    companies = Company.objects.bulk_create([new_company(record) for record in fresh], batch_size=DECIDED_AT_ONCE)
    pairs = list(zip(fresh, companies, strict=True))
    _keep(pairs, apply_all(pairs, run, at=at, by=by, fresh=True), by, at, created=True)
    InboundRecord.objects.filter(pk__in=[record.pk for record in late]).update(state=Record.TWIN)


def add_all_known(run: ImportRun, chunk: list[InboundRecord], by: User | None, at: datetime) -> None:
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
        batch_size=DECIDED_AT_ONCE,
    )
    InboundRecord.objects.filter(pk__in=[record.pk for record, _ in pairs]).update(state=Record.DONE)
    write_all("confirm", made, by=by, at=at)
