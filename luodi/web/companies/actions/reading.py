"""Files of companies: how a row is read and compared, and what is carried out once a person has decided."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

from luodi.company_files import tables
from luodi.company_files.likeness import Alike, Called, Register
from luodi.company_files.mapping import Said, checked_mapping, said
from luodi.errors import LuodiError
from luodi.profiles.identifiers import USCC
from luodi.web.accounts.models import Company, User
from luodi.web.companies.actions.many import add_all_known, add_all_new
from luodi.web.companies.models import CompanyName, Identifier, ImportRun, ImportSource, InboundRecord, MatchDecision
from luodi.web.core.error_words import stored
from luodi.web.files.queries import content
from luodi.web.imports.kinds import ImportKind, Named

Record = InboundRecord.State


class CompanyFiles(ImportKind[ImportRun, InboundRecord]):
    """A row becomes a company, or is added to one, or to none."""

    run, row = ImportRun, InboundRecord
    #: Rows whose number is that of one company, and rows that nothing is like.
    many: ClassVar[Mapping[str, str]] = {"number": Record.NUMBER, "new": Record.NEW}
    unread: ClassVar[tuple[str, ...]] = ("raw", "hash", "problem")

    def content(self, run: ImportRun) -> bytes:
        return b"".join(content(run.file))

    def checked_mapping(self, mapping: Mapping[str, str], columns: list[str]) -> dict[str, str]:
        return checked_mapping(mapping, columns)

    def remember(self, run: ImportRun, mapping: Mapping[str, str]) -> None:
        ImportSource.objects.filter(pk=run.source_id).update(mapping={**run.source.mapping, **mapping})

    def made(self, run: ImportRun, row: tables.RawRow) -> InboundRecord:
        return _record(run, row)

    def register(self, run: ImportRun, wanted: frozenset[str] | None) -> Register:
        return register_now(wanted)

    def named(self, row: InboundRecord) -> Named:
        names = [Called.of(name["text"]) for name in row.said.get("names", [])]
        numbers = [(one["scheme"], one["value"]) for one in row.said.get("identifiers", [])]
        return Named(names, row.said.get("country", ""), numbers)

    def proposal(self, row: InboundRecord, alike: Alike) -> MatchDecision:
        return MatchDecision(record=row, company_id=alike.company, score=alike.score, parts=dict(alike.parts))

    def carry_out(
        self, run: ImportRun, what: str, chunk: list[InboundRecord], person: User | None, at: datetime
    ) -> None:
        (add_all_new if what == "new" else add_all_known)(run, chunk, person, at)


COMPANY_FILES: Final = CompanyFiles()


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
