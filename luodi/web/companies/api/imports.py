"""Files of companies for programs: brought, looked at, read, decided and taken back. `/api/v1/imports`.

The same actions as the pages: nothing becomes a company before a person's key says so. Reading and decisions for many
rows are work of the queue; `progress` says how far it is.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import IO, Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from luodi.errors import MissingKey, UnknownValue, WrongType
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.values import moment
from luodi.web.companies.actions.decisions import ON_RECORD, possible_on, reject, target_of, undo
from luodi.web.companies.actions.imports import ON_RUN, bring
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun, InboundRecord, Origin
from luodi.web.companies.tasks import enqueue_work
from luodi.web.core.actions import Action
from luodi.web.core.error_words import restored
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role, may, require, visible
from luodi.web.core.roles import Role
from luodi.web.imports import queries

router = Router(KeyScope.OFFICE)
STATES: Final = tuple(InboundRecord.State.values)
ORIGINS: Final = tuple(Origin.values)
MOST_ROWS: Final = 10_000
"""Rows in one body; more come as a file."""
_NO_COLUMN: Final = re.compile(
    r'^[\[{]|^sep=|[,;|\t"\r\n\0]'
)  # what would be read otherwise in the first line of a table
_OF: Final = {"number": "import"}


# ---- bringing; before what has a number in the place of `rows`


def _may_bring(user: User) -> None:
    if not has_role(user, {Role.OFFICER, Role.ADMINISTRATOR}):
        raise NotPermitted("api.officer-brings-files")


@router.store(
    "/imports",
    ref("Import"),
    file=True,
    allow=_may_bring,
    done=(201,),
    of={"name": "proof"},
    values={"origin": ORIGINS},
)
def bring_import(user: User, file: IO[bytes], name: str = "", source: str = "", origin: str = "") -> Made:
    """The body is the file."""
    asked = _asked({"name": name, "source": source, "origin": origin}, inputs.QUERY)
    return _brought(user, file.read(), asked)


@router.store(
    "/imports/rows",
    ref("Import"),
    asks="ToBringRows",
    allow=_may_bring,
    done=(201,),
    example={
        "source": "Fair of 2026",
        "origin": "declared",
        "rows": [{"name": "Amber Quay", "country": "NL"}],
    },
)
def bring_rows(user: User, raw: inputs.Body) -> Made:
    """Rows in the body, kept as the table that they make."""
    asked = _asked({**raw, "name": raw.get("name") or "rows.csv"}, inputs.AT)
    return _brought(user, _table(raw["rows"]), asked)


def _asked(raw: Mapping[str, Any], at: Message) -> dict[str, str]:
    """Raises `MissingKey`, `WrongType`, `UnknownValue`."""
    for key in ("name", "source", "origin"):
        value = raw.get(key)
        if not isinstance(value, str):
            raise WrongType("api.text", key=key, at=in_key(key, at))
        if not value.strip():
            raise MissingKey("api.say", key=key, at=in_key(key, at))
        if len(value) > 200 or "\0" in value:
            raise UnknownValue("api.most-200-characters-none-them", key=key, at=in_key(key, at))
    inputs.one_of(raw["origin"], ORIGINS, "origin", at)
    return {key: raw[key].strip() for key in ("name", "source", "origin")}


def _brought(user: User, content: bytes, asked: Mapping[str, str]) -> Made:
    run = bring(content, asked["name"], asked["source"], origin=asked["origin"], by=user, at=timezone.now())
    return Made(run_whole(user, run), f"/api/v1/imports/{run.pk}")


def _table(rows: Any) -> bytes:
    """CSV of the rows; a column is named by the first row that has it. Raises `WrongType`, `UnknownValue`."""
    at = in_key("rows", inputs.AT)
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise WrongType("api.rows-list-1-mappings-column", most_rows=MOST_ROWS, at=at)
    columns = list(dict.fromkeys(str(column).strip() for row in rows for column in row))
    wrong = next((column for column in columns if not column or _NO_COLUMN.search(column)), None)
    if wrong is not None:
        raise UnknownValue("api.no-name-column", wrong=wrong[:40], at=at)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({str(column).strip(): _cell(value, at) for column, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any, at: Message) -> str:
    if isinstance(value, dict | list | bool):
        raise WrongType("api.cell-text-number-or-null", at=at)
    return "" if value is None else str(value).replace("\0", "")


# ---- reading


@router.collection("/imports", "imports", "ImportRow")
def imports(user: User) -> Listing[ImportRun]:
    return Listing(_runs(user), run_row)


@router.record("/imports/{number}", ref("Import"), 404, of=_OF)
def import_(user: User, number: str) -> Document:
    return run_whole(user, _run(user, number))


@router.collection("/imports/{number}/records", "records", "ImportRecord", 404, of=_OF, values={"state": ("", *STATES)})
def import_records(user: User, number: str, state: str = "") -> Listing[InboundRecord]:
    """In the order of the file."""
    run = _run(user, number)
    rows = InboundRecord.objects.filter(run=run, **({"state": state} if state else {}))
    changes = may(user, "change", run)
    return Listing(
        rows.select_related("twin").prefetch_related("decisions__company"),
        lambda one: record_row(one, changes=changes),
        oldest_first=True,
    )


def _runs(user: User) -> QuerySet[ImportRun]:
    return visible(user, ImportRun.objects.select_related("source", "file"))


def _run(user: User, number: str) -> ImportRun:
    return inputs.existing(_runs(user).filter(pk=inputs.number_of(number)).first(), "api.no-import-number-you")


def _record(run: ImportRun, record: str) -> InboundRecord:
    rows = InboundRecord.objects.select_related("run", "run__source", "twin")
    return inputs.existing(rows.filter(run=run, pk=inputs.number_of(record)).first(), "api.import-no-row-number")


# ---- actions


@router.action(
    "/imports/{number}/acts/{act}",
    ref("Import"),
    lambda **_: ON_RUN,
    asks="ToActOnImport",
    of=_OF,
    example={"mapping": {"name": "name"}},
)
def import_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    version, run = inputs.version_of(raw), _run(user, number)
    given = [_mapping(raw.get("mapping"), run)] if action is ON_RUN["begin"] else []
    done = action(run, *given, by=user, at=timezone.now(), version=version)
    enqueue_work(done, user)
    return run_whole(user, _run(user, number))


@router.action(
    "/imports/{number}/records/{record}/acts/{act}",
    ref("ImportRecord"),
    lambda **_: ON_RECORD,
    asks="ToDecide",
    of=_OF,
    example={"company": 17, "reason": "The same number."},
)
def record_act(user: User, action: Action, raw: inputs.Body, number: str, record: str) -> Document:
    company, reason = raw.get("company"), inputs.words(raw, "reason", 2000)
    at = in_key("company", inputs.AT)
    if company is not None and not inputs.is_key(company):
        raise WrongType("api.company-number-company-or-null", at=at)
    row, now = _record(_run(user, number), record), timezone.now()
    target = target_of(action.name, row)
    if target is None:
        raise UnknownValue("api.nothing-decided-row", at=inputs.AT)
    if action is reject or action is undo:
        action(target, reason, by=user, at=now)
    else:
        require(user, "change", row)
        if company is not None and not visible(user, Company.objects.filter(pk=company)).exists():
            raise UnknownValue("api.no-company-number-you", at=at)
        action(target, company, by=user, at=now)
    return record_row(_record(row.run, record), changes=True)


def _mapping(raw: Any, run: ImportRun) -> dict[str, str]:
    """Column to what it says; as it was guessed or remembered where none was sent."""
    if raw is None:
        return dict(run.mapping)
    if not isinstance(raw, dict) or not all(isinstance(says, str) for says in raw.values()):
        raise WrongType("api.mapping-mapping-column-what-says", at=in_key("mapping", inputs.AT))
    return {str(column): says for column, says in raw.items() if says}


# ---- as shown


def run_row(run: ImportRun) -> Document:
    return {
        "number": run.pk,
        "version": run.version,
        "name": run.name,
        "form": run.form,
        "source": {"name": run.source.name, "origin": run.source.origin},
        "state": run.state,
        "doing": run.doing or None,
        "rows": run.rows,
        "read": run.read,
        "skipped": run.skipped,
        "problem": restored(run.problem) or None,
        "at": moment(run.at),
    }


def run_whole(user: User, run: ImportRun) -> Document:
    """While its columns are to be named, with the first rows."""
    counts = queries.counted(run.records.all())
    done, whole = queries.progress(run, counts)
    columns, first = COMPANY_FILES.preview(run) if run.state == run.State.MAPPING else ([], [])
    return {
        **run_row(run),
        "mapping": run.mapping,
        "columns": columns,
        "first": [{"line": row.line, "cells": dict(row.cells), "problem": row.problem or None} for row in first],
        "counts": counts,
        "progress": {"done": done, "of": whole},
        "acts": queries.possible(run, counts, COMPANY_FILES.many) if may(user, "change", run) else [],
    }


def record_row(record: InboundRecord, *, changes: bool) -> Document:
    return {
        "number": record.pk,
        "line": record.line,
        "state": record.state,
        "problem": restored(record.problem) or None,
        "cells": record.raw.get("cells", {}),
        "said": record.said,
        "twin": record.twin and record.twin.line,
        "decisions": [
            {
                "state": one.state,
                "company": one.company_id,
                "name": str(one.company) if one.company else None,
                "created": one.created,
                "score": one.score,
                "parts": one.parts,
                "at": moment(one.at) if one.at else None,
            }
            for one in record.decisions.all()
        ],
        "acts": possible_on(record) if changes else [],
    }
