"""Files of companies for programs: brought, looked at, read, decided and taken back. `/api/v1/imports`.

The same acts as the pages (`companies.acts_imports`): nothing becomes a company before a person's key says so. Reading
and decisions for many rows are work of the queue; `progress` says how far it is.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import MissingKey, UnknownValue, WrongType
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import number_of, version_of
from luodi.web.api.admission import admit_user
from luodi.web.api.bodies import file_of
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, ASKED, OPERATIONS, Operation, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import moment
from luodi.web.companies import importing, queries, tables
from luodi.web.companies.acts_imports import ON_RECORD, ON_RUN, act_on_record, act_on_run, possible, possible_on
from luodi.web.companies.models import ImportRun, InboundRecord, Origin
from luodi.web.core.error_words import restored
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role

router = Router()
STATES: Final = tuple(InboundRecord.State.values)
ORIGINS: Final = tuple(Origin.values)
MOST_ROWS: Final = 10_000
"""Rows in one body; more come as a file."""
_NO_COLUMN: Final = re.compile(
    r'^[\[{]|^sep=|[,;|\t"\r\n\0]'
)  # what would be read otherwise in the first line of a table
Limit: Final[Any] = Query(50, ge=1, le=200)


# ---- bringing; before what has a number in the place of `rows`


@router.post("/imports", operation_id="bring_import")
def bring(request: HttpRequest, name: str = "", source: str = "", origin: str = "") -> HttpResponse:
    """The body is the file."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    _may_bring(user)
    asked = _asked({"name": name, "source": source, "origin": origin}, "the query")
    file, digest = file_of(request)
    return once(request, caller, digest, lambda: _brought(user, file.read(), asked))


@router.post("/imports/rows", operation_id="bring_rows")
def bring_rows(request: HttpRequest) -> HttpResponse:
    """Rows in the body, kept as the table that they make."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    _may_bring(user)
    raw, text = given.body_of(request, {"source": True, "origin": True, "rows": True, "name": False})
    asked = _asked({**raw, "name": raw.get("name") or "rows.csv"}, given.AT)
    table = _table(raw["rows"])
    return once(request, caller, text, lambda: _brought(user, table, asked))


def _may_bring(user: User) -> None:
    if not has_role(user, {Role.OFFICER, Role.ADMINISTRATOR}):
        raise NotPermitted("api.officer-brings-files")


def _asked(raw: Mapping[str, Any], at: str) -> dict[str, str]:
    """Raises `MissingKey`, `WrongType`, `UnknownValue`."""
    for key in ("name", "source", "origin"):
        value = raw.get(key)
        if not isinstance(value, str):
            raise WrongType("api.text", key=key, at=in_key(key, at))
        if not value.strip():
            raise MissingKey("api.say", key=key, at=in_key(key, at))
        if len(value) > 200 or "\0" in value:
            raise UnknownValue("api.most-200-characters-none-them", key=key, at=in_key(key, at))
    if raw["origin"] not in ORIGINS:
        raise UnknownValue("api.origin", origins=ORIGINS, at=in_key("origin", at))
    return {key: raw[key].strip() for key in ("name", "source", "origin")}


def _brought(user: User, content: bytes, asked: Mapping[str, str]) -> HttpResponse:
    run = importing.bring(content, asked["name"], asked["source"], origin=asked["origin"], by=user, at=timezone.now())
    return stored(run_whole(user, run), 201, Location=f"/api/v1/imports/{run.pk}")


def _table(rows: Any) -> bytes:
    """CSV of the rows; a column is named by the first row that has it. Raises `WrongType`, `UnknownValue`."""
    at = in_key("rows", given.AT)
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


def _cell(value: Any, at: str) -> str:
    if isinstance(value, dict | list | bool):
        raise WrongType("api.cell-text-number-or-null", at=at)
    return "" if value is None else str(value).replace("\0", "")


# ---- reading


@router.get("/imports", operation_id="imports")
def imports(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, paging.newest("imports", _runs(user), run_row, limit, cursor))


@router.get("/imports/{number}", operation_id="import")
def one_import(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, run_whole(user, _run(user, number)))


@router.get("/imports/{number}/records", operation_id="import_records")
def records(
    request: HttpRequest, number: str, state: str = "", limit: int = Limit, cursor: str | None = None
) -> HttpResponse:
    """In the order of the file."""
    _, user = admit_user(request, KeyScope.OFFICE)
    if state not in ("", *STATES):
        raise UnknownValue("api.state", states=STATES, at=in_key("state", Message("place.query")))
    run = _run(user, number)
    rows = InboundRecord.objects.filter(run=run, **({"state": state} if state else {}))
    rows = rows.select_related("twin").prefetch_related("decisions__company")
    changes = may(user, "change", run)
    return answers.own(
        request, paging.oldest("records", rows, lambda one: record_row(one, changes=changes), limit, cursor)
    )


def _runs(user: User) -> QuerySet[ImportRun]:
    return visible(user, ImportRun.objects.select_related("source", "file"))


def _run(user: User, number: str) -> ImportRun:
    found = _runs(user).filter(pk=number_of(number)).first()
    if found is None:
        raise NoSuchAddress("api.no-import-number-you")
    return found


def _record(run: ImportRun, record: str) -> InboundRecord:
    rows = InboundRecord.objects.select_related("run", "run__source", "twin")
    found = rows.filter(run=run, pk=number_of(record)).first()
    if found is None:
        raise NoSuchAddress("api.import-no-row-number")
    return found


# ---- acts


@router.post("/imports/{number}/acts/{act}", operation_id="import_act")
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    _known(act, ON_RUN)
    raw, text = given.body_of(request, {"version": False, "mapping": False})
    version = version_of(raw)

    def acted() -> HttpResponse:
        run = _run(user, number)
        mapping = _mapping(raw.get("mapping"), run)
        act_on_run(run, act, mapping, by=user, at=timezone.now(), version=None if version == "" else version)
        return stored(run_whole(user, _run(user, number)))

    return once(request, caller, text, acted)


@router.post("/imports/{number}/records/{record}/acts/{act}", operation_id="record_act")
def act_on_row(request: HttpRequest, number: str, record: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    _known(act, ON_RECORD)
    raw, text = given.body_of(request, {"company": False, "reason": False})
    company, reason = raw.get("company"), given.words(raw, "reason", 2000)
    if company is not None and (not isinstance(company, int) or isinstance(company, bool) or company not in _KEYS):
        raise WrongType("api.company-number-company-or-null", at=in_key("company", given.AT))

    def acted() -> HttpResponse:
        run = _run(user, number)
        try:
            act_on_record(_record(run, record), act, company, by=user, at=timezone.now(), reason=reason)
        except Http404:
            raise UnknownValue(
                "api.nothing-decided-row" if act == "undo" else "api.no-company-number-you",
                at=given.AT if act == "undo" else in_key("company", given.AT),
            ) from None
        return stored(record_row(_record(run, record), changes=True))

    return once(request, caller, text, acted)


_KEYS: Final = range(2**63)


def _known(act: str, acts: tuple[str, ...]) -> None:
    if act not in acts:
        raise NoSuchAddress("api.no-act-2", act=act[:40], acts=acts)


def _mapping(raw: Any, run: ImportRun) -> dict[str, str]:
    """Column to what it says; as it was guessed or remembered where none was sent."""
    if raw is None:
        return dict(run.mapping)
    if not isinstance(raw, dict) or not all(isinstance(says, str) for says in raw.values()):
        raise WrongType("api.mapping-mapping-column-what-says", at=in_key("mapping", given.AT))
    return {str(column): says for column, says in raw.items() if says}


# ---- as shown


def run_row(run: ImportRun) -> dict[str, Any]:
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


def run_whole(user: User, run: ImportRun) -> dict[str, Any]:
    """While its columns are to be named, with the first rows."""
    counts = queries.counted(run)
    done, whole = queries.progress(run, counts)
    columns, first = (
        tables.preview(importing.raw_of(run), run.form, run.name) if run.state == run.State.MAPPING else ([], [])
    )
    return {
        **run_row(run),
        "mapping": run.mapping,
        "columns": columns,
        "first": [{"line": row.line, "cells": dict(row.cells), "problem": row.problem or None} for row in first],
        "counts": counts,
        "progress": {"done": done, "of": whole},
        "acts": possible(run, counts) if may(user, "change", run) else [],
    }


def record_row(record: InboundRecord, *, changes: bool) -> dict[str, Any]:
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


OPERATIONS.update(
    {
        "imports": own(a_list("imports", "ImportRow"), 422, scope=KeyScope.OFFICE),
        "import": own(ref("Import"), 404, scope=KeyScope.OFFICE, of={"number": "import"}),
        "import_records": own(
            a_list("records", "ImportRecord"),
            404,
            422,
            scope=KeyScope.OFFICE,
            of={"number": "import"},
            values={"state": ("", *STATES)},
        ),
        "bring_import": Operation(
            KeyScope.OFFICE,
            ref("Import"),
            ASKED,
            body=("application/octet-stream",),
            done=(201,),
            stores=True,
            of={"name": "proof"},
            values={"origin": ORIGINS},
        ),
        "bring_rows": storing(
            KeyScope.OFFICE,
            ref("Import"),
            asks="ToBringRows",
            done=(201,),
            source="Fair of 2026",
            origin="declared",
            rows=[{"name": "Amber Quay", "country": "NL"}],
        ),
        "import_act": storing(
            KeyScope.OFFICE,
            ref("Import"),
            *ACTED,
            asks="ToActOnImport",
            mapping={"name": "name"},
            of={"number": "import"},
        ),
        "record_act": storing(
            KeyScope.OFFICE,
            ref("ImportRecord"),
            *ACTED,
            asks="ToDecide",
            company=17,
            reason="The same number.",
            of={"number": "import"},
        ),
    }
)
