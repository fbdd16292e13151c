"""Deciding what a record is about. Nothing becomes a company before a person has said so, for one row or for many.

What a record says is added where it is missing. What somebody has taken away or changed by hand after an earlier
file of the same source is not brought back.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from luodi.company_files.mapping import shown_by
from luodi.errors import BadInput, LuodiError
from luodi.profiles.identifiers import USCC
from luodi.profiles.names import script_of, words_of
from luodi.web.accounts.company_index import put_words
from luodi.web.accounts.models import Company, CompanyWord, User
from luodi.web.companies.acting import locked
from luodi.web.companies.actions.merging import NotUndone
from luodi.web.companies.actions.profile import reindex
from luodi.web.companies.importing import AtItAlready, Progress, compare, silent
from luodi.web.companies.models import (
    CompanyName,
    Fact,
    Holding,
    Identifier,
    ImportRun,
    InboundRecord,
    Label,
    MatchDecision,
)
from luodi.web.companies.queries import where_to
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write, write_all

Record, Decided = InboundRecord.State, MatchDecision.State
#: Rows decided in one transaction. Others wait to write while it lasts, so it is a fraction of a second.
CHUNK: Final = 500
_TURN: Final = 0.11  # seconds
OPEN: Final = (Record.NUMBER, Record.NEW, Record.ALIKE, Record.TWIN)
#: Decisions for many rows: those whose number is that of one company, and those that nothing is like.
BULK: Final = {"number": Record.NUMBER, "new": Record.NEW}


class DecidedAlready(LuodiError):
    """A record that somebody else has decided on."""

    code = "decided-already"


# ---- one record


@transaction.atomic
def confirm(record: InboundRecord, company: int | None, *, by: User | None, at: datetime) -> MatchDecision:
    """It is about this company, or about a new one. Repeating the same changes nothing. Raises `DecidedAlready`."""
    found = _open(record, by)
    done = found.decisions.filter(state=Decided.CONFIRMED).first()
    if done is not None:
        if company in (done.company_id, None if done.created else 0):
            return done
        raise DecidedAlready("companies.decided")
    decision = found.decisions.filter(company=company, state=Decided.PROPOSED).first() if company else None
    decision = decision or MatchDecision(record=found, parts={"person": 0})
    decision.company = _existing(company) if company else _created(found)
    decision.created = company is None
    decision.applied = _applied(found, decision.company, at=at, by=by)
    decision.state, decision.by, decision.at = Decided.CONFIRMED, by, at
    decision.save()
    found.decisions.filter(state=Decided.PROPOSED).update(state=Decided.REJECTED, by=by, at=at)
    InboundRecord.objects.filter(pk=found.pk).update(state=Record.DONE)
    write("confirm", decision, by=by, after=snapshot(decision), at=at)
    return decision


@transaction.atomic
def reject(record: InboundRecord, *, by: User | None, at: datetime, reason: str = "") -> None:
    """It becomes nothing: neither a company nor a part of one."""
    found = _open(record, by)
    if found.state == Record.DONE:
        raise DecidedAlready("companies.decided")
    if found.state != Record.REJECTED:
        found.decisions.filter(state=Decided.PROPOSED).update(state=Decided.REJECTED, by=by, at=at)
        InboundRecord.objects.filter(pk=found.pk).update(state=Record.REJECTED)
        write("reject", found, by=by, reason=reason, at=at)


@transaction.atomic
def undo(decision: MatchDecision, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Take back what was decided, with what it added; a company that was made goes where nothing else belongs to it."""
    found = locked(MatchDecision, decision.pk)
    _open(found.record, by)
    if found.state != Decided.CONFIRMED or found.company is None:
        raise NotUndone("companies.undone-decision")
    company, models = found.company, _MODELS
    before = snapshot(found)
    for label, values in found.applied.items():
        models[label]._base_manager.filter(pk__in=values.values(), company=company).delete()
    found.state = Decided.UNDONE
    if found.created:
        found.company = None
    found.save(update_fields=["state", "company"])
    if found.created:
        _no_more_proposed(company)
        _without(company)
    else:
        reindex(company)
    InboundRecord.objects.filter(pk=found.record_id).update(state=Record.ALIKE)
    write("undo", found, by=by, before=before, after=snapshot(found), reason=reason, at=at)


def _no_more_proposed(company: Company) -> None:
    """Rows that are like a company that goes are looked at by a person; nothing was decided of them."""
    proposed = MatchDecision.objects.filter(company=company, state=Decided.PROPOSED)
    InboundRecord.objects.filter(decisions__in=proposed, state=Record.NUMBER).update(state=Record.ALIKE)
    proposed.delete()


def _without(company: Company) -> None:
    try:
        with transaction.atomic():
            CompanyWord.objects.filter(company=company).delete()
            company.delete()
    except ProtectedError:
        raise NotUndone("companies.in-use") from None


def _open(record: InboundRecord, by: User | None) -> InboundRecord:
    found = locked(InboundRecord, record.pk)
    if by is not None:
        require(by, "change", found.run)
    if found.state in (Record.SKIPPED, Record.WAITING):
        raise BadInput("companies.not-yet")
    return found


def _existing(company: int) -> Company:
    found = Company.objects.select_for_update(of=("self",)).filter(pk=company).first()
    if found is None:
        raise BadInput("companies.nobody")
    return where_to(found)


def _created(record: InboundRecord) -> Company:
    company = _new(record)
    company.save()
    _index([company], {}, fresh=True)
    return company


# ---- what a record adds

_MODELS: Final[dict[str, Any]] = {model._meta.label: model for model in (Identifier, CompanyName, Label, Fact, Holding)}
There = set[tuple[str, int, str]]
"""Label of a model, company (0 where any company counts), and what the row says."""


def _applied(record: InboundRecord, company: Company | None, *, at: datetime, by: User | None) -> dict[str, Any]:
    assert company is not None
    return _apply_all([(record, company)], record.run, at=at, by=by)[0]


def _apply_all(
    pairs: list[tuple[InboundRecord, Company]], run: ImportRun, *, at: datetime, by: User | None, fresh: bool = False
) -> list[dict[str, Any]]:
    """Add what is missing, for many records at once; what was added of each. `fresh` companies have nothing yet."""
    there = _there([company for _, company in pairs], [record for record, _ in pairs], run)
    added: list[list[tuple[str, Any]]] = []
    filled: dict[int, Company] = {}
    for record, company in pairs:
        added.append(list(_missing(_rows(record, run, company, at, by), there)))
        if _fill(company, record, [row for _, row in added[-1]]):
            filled[company.pk] = company
    rows = [row for own in added for _, row in own]
    for model in _MODELS.values():
        model._base_manager.bulk_create([row for row in rows if isinstance(row, model)], batch_size=CHUNK)
    Company.objects.bulk_update(filled.values(), ["country", "credit_code"], batch_size=500)
    Company.objects.filter(pk__in={company.pk for _, company in pairs}).update(version=F("version") + 1)
    _index([company for _, company in pairs], _more_names(rows), fresh=fresh)
    return [_by_model(own) for own in added]


def _missing(rows: Iterable[tuple[str, Any]], there: There) -> Iterable[tuple[str, Any]]:
    for value, row in rows:
        key = (row._meta.label, 0 if isinstance(row, Identifier) else row.company_id, value)
        if key not in there:
            there.add(key)
            yield value, row


def _fill(company: Company, record: InboundRecord, rows: Iterable[Any]) -> bool:
    """Country and credit code where the company has none; whether it got one."""
    before = company.country, company.credit_code
    company.country = company.country or record.said.get("country", "")
    for row in rows:
        if isinstance(row, Identifier) and row.scheme == USCC:
            company.credit_code = company.credit_code or row.value
    return (company.country, company.credit_code) != before


def _by_model(own: Iterable[tuple[str, Any]]) -> dict[str, dict[str, int]]:
    applied: dict[str, dict[str, int]] = {}
    for value, row in own:
        applied.setdefault(row._meta.label, {})[value] = row.pk
    return applied


def _there(companies: list[Company], records: list[InboundRecord], run: ImportRun) -> There:
    """What the companies have, and what earlier files of the same source added: where that is gone, somebody took it
    away. A number that another company has is there too: a person settles it by a merge."""
    keys = {company.pk for company in companies}
    numbers = [value for record in records for _, value in _values(record)]
    found = {(Identifier._meta.label, 0, f"{s} {v}") for s, v in _held(numbers, keys)}
    for company in companies:
        found |= {(CompanyName._meta.label, company.pk, name) for name in (company.name_zh, company.name_en)}
    for model, says in _SAYS.items():
        found |= {
            (model._meta.label, row.company_id, says(row)) for row in model._base_manager.filter(company__in=keys)
        }
    earlier = MatchDecision.objects.filter(company__in=keys, record__run__source=run.source_id, state=Decided.CONFIRMED)
    for company_id, applied in earlier.values_list("company_id", "applied"):
        for label, values in applied.items():
            found |= {(label, 0 if label == Identifier._meta.label else company_id, value) for value in values}
    return found


def _held(numbers: list[str], own: set[int]) -> set[tuple[str, str]]:
    """Numbers that some company has: by an identifier, or another one by its credit code."""
    found = set(Identifier.objects.filter(value__in=numbers).values_list("scheme", "value"))
    codes = Company.objects.filter(credit_code__in=numbers).exclude(pk__in=own).values_list("credit_code", flat=True)
    return found | {(USCC, str(code)) for code in codes}


_SAYS: Final[dict[Any, Callable[[Any], str]]] = {
    CompanyName: lambda row: row.text,
    Label: lambda row: f"{row.kind} {row.code}",
    Fact: lambda row: f"{row.attribute} {row.value} {row.as_of} {row.origin}",
    Holding: lambda row: f"{row.holder_name} {row.share} {row.starts or ''}",
}


def _rows(
    record: InboundRecord, run: ImportRun, company: Company, at: datetime, by: User | None
) -> Iterable[tuple[str, Any]]:
    """Every row that the record would add, by what it says."""
    source = run.source
    told, on = f"{source.name}, {run.name}"[:300], timezone.localdate(run.at)
    for one in record.said.get("identifiers", []):
        yield f"{one['scheme']} {one['value']}", Identifier(company=company, source=told, **one)
    made: list[Any] = [
        CompanyName(company=company, source=told, script=script_of(one["text"]), **one)
        for one in record.said.get("names", [])
    ]
    made += [Label(company=company, **one) for one in record.said.get("labels", [])]
    made += [
        Fact(company=company, attribute=name, value=value, as_of=on, origin=source.origin, source=told, by=by, at=at)
        for name, value in record.said.get("facts", {}).items()
    ]
    made += [
        Holding(
            company=company,
            holder_name=one["holder"][:300],
            holder_kind=one["kind"],
            share=one["share"][:40],
            votes=one["votes"][:40],
            starts=one["starts"],
            ends=one["ends"],
            origin=source.origin,
            source=told,
        )
        for one in record.said.get("holdings", [])
    ]
    for row in made:
        yield _SAYS[type(row)](row), row


# ---- many records


def ask_bulk(run: ImportRun, what: str, *, by: User | None, at: datetime) -> ImportRun:
    """Decide for every row whose number is that of one company (`number`), or that nothing is like (`new`)."""
    if what not in BULK:
        raise BadInput("companies.neither", what=what, bulk=" nor ".join(BULK))
    with transaction.atomic():
        run = locked(ImportRun, run.pk)
        if by is not None:
            require(by, "change", run)
        if run.state != ImportRun.State.DECIDING or run.doing:
            raise AtItAlready("companies.at-work")
        run.doing, run.version = what, run.version + 1
        run.save(update_fields=["doing", "version"])
        write("decide_all", run, by=by, after={"what": what}, at=at)
    return run


def do_bulk(pk: int, *, by: User | None, at: datetime, progress: Progress = silent) -> int:
    """What `ask_bulk` asked for, a chunk at a time; how many rows. Killed in the midst of it, it goes on."""
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
    if locked(ImportRun, run.pk).doing != what:
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
    taken = _held([value for record in chunk for _, value in _values(record)], set())
    late = [record for record in chunk if taken & _values(record)]  # a company of that number came meanwhile
    fresh = [record for record in chunk if record not in late]
    companies = Company.objects.bulk_create([_new(record) for record in fresh], batch_size=CHUNK)
    pairs = list(zip(fresh, companies, strict=True))
    _decided(pairs, _apply_all(pairs, run, at=at, by=by, fresh=True), by, at, created=True)
    InboundRecord.objects.filter(pk__in=[record.pk for record in late]).update(state=Record.TWIN)


def _all_known(run: ImportRun, chunk: list[InboundRecord], by: User | None, at: datetime) -> None:
    """Add rows to the companies that have their numbers, all of a chunk at once."""
    proposed = MatchDecision.objects.filter(record__in=chunk, state=Decided.PROPOSED).order_by("record_id", "-score")
    named = {one.record_id: one.company_id for one in reversed(proposed) if one.company_id is not None}
    rows = Company.objects.select_for_update(of=("self",)).filter(pk__in=set(named.values())).order_by("pk")
    companies = {one.pk: where_to(one) for one in rows}
    pairs = [(record, companies[named[record.pk]]) for record in chunk]
    applied = _apply_all(pairs, run, at=at, by=by)
    proposed.delete()
    _decided(pairs, applied, by, at, created=False)


def _decided(
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


def _new(record: InboundRecord) -> Company:
    zh, en = shown_by(record.said["names"])
    return Company(name_zh=zh, name_en=en, country=record.said.get("country", ""))


def _values(record: InboundRecord) -> set[tuple[str, str]]:
    return {(one["scheme"], one["value"]) for one in record.said.get("identifiers", [])}


def _more_names(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        if isinstance(row, CompanyName):
            found.setdefault(row.company_id, []).append(row.text)
    return found


def _index(companies: Iterable[Company], more: dict[int, list[str]], *, fresh: bool) -> None:
    """The words of new companies, or of further names of those that were there."""
    if not fresh:
        wanted = {(key, word) for key, names in more.items() for word in words_of(names)}
        there = CompanyWord.objects.filter(company__in=more, own=False).values_list("company_id", "word")
        put_words((key, word, False) for key, word in sorted(wanted.difference(there)))
        return
    put_words(
        (company.pk, word, own)
        for company in companies
        for own, names in ((True, (company.name_zh, company.name_en)), (False, more.get(company.pk, ())))
        for word in sorted(words_of(filter(None, names)))
    )
