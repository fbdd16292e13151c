"""Pages of imports: a file comes, its columns are named, and a person decides what its rows are about."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.company_files import tables
from luodi.company_files.mapping import FACT, PLAIN
from luodi.documents.report_csv import as_csv
from luodi.errors import LuodiError
from luodi.rules.library import company_vocabulary
from luodi.web.companies import forms, queries
from luodi.web.companies.actions.decisions import ON_RECORD, target_of
from luodi.web.companies.actions.imports import ON_RUN, bring
from luodi.web.companies.actions.reading import raw_of
from luodi.web.companies.models import ImportRun, InboundRecord
from luodi.web.companies.tasks import enqueue_work
from luodi.web.companies.views import user_of
from luodi.web.core.error_words import in_full, in_words
from luodi.web.core.errors import NotPermitted
from luodi.web.core.guards import only
from luodi.web.core.keys import new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import submit
from luodi.web.core.words import language, say
from luodi.web.journal.actions import record_export

_staff = only(Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR)
_workers = only(Role.OFFICER, Role.ADMINISTRATOR)
#: What a person looks at, in this order.
_SHOWN: Final = ("number", "alike", "twin", "new", "skipped", "done", "rejected")
_PAGE: Final = 20
_REFUSED: Final = "companies.refused"


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def imports(request: HttpRequest) -> HttpResponse:
    """The files that came, the newest first, and a form for one more."""
    form, problem = forms.Bring(request.POST or None, request.FILES or None), ""
    if request.method == "POST":
        if not has_role(request.user, {Role.OFFICER, Role.ADMINISTRATOR}):
            raise NotPermitted("companies.officer-brings-files")
        if form.is_valid():
            try:
                return redirect("companies:import", bring.submit(form, by=request.user, at=timezone.now()).pk)
            except LuodiError as refused:
                own = refused.code in ("cannot-write", "too-large")
                problem = in_words(refused, _REFUSED) if own else in_full(refused)
    status = 422 if request.method == "POST" else 200
    found = visible(request.user, ImportRun.objects.select_related("source", "by"))[:50]
    return page(request, "companies/imports", status, runs=found, form=form, problem=problem)


@require_safe
@_staff
def one_import(request: HttpRequest, run: int) -> HttpResponse:
    """How far a file has come: its columns, what is being done, and the rows that wait for a decision."""
    return _import(request, _run(request, run))


def _run(request: HttpRequest, pk: int) -> ImportRun:
    return get_object_or_404(visible(request.user, ImportRun.objects.select_related("source", "file", "by")), pk=pk)


def _import(request: HttpRequest, run: ImportRun, status: int = 200, problem: str = "") -> HttpResponse:
    more: dict[str, Any] = {}
    if run.state == ImportRun.State.MAPPING:
        columns, first = tables.preview(raw_of(run), run.form, run.name)
        more = {"columns": columns, "first": first, "targets": _targets()}
    else:
        more = _rows(request, run)
    return page(
        request,
        "companies/import",
        status,
        run=run,
        problem=problem,
        new_key=new_key,
        may_change=may(request.user, "change", run),
        **more,
    )


def _targets() -> list[tuple[str, str]]:
    lang = language()
    facts = company_vocabulary().attributes.values()
    said = sorted(((FACT + one.name, str(one.label.get(lang) or one.name)) for one in facts), key=lambda row: row[1])
    return [*((name, say(f"companies.target_{name}")) for name in PLAIN), *said]


def _rows(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    counts = queries.counted(run)
    states = [state for state in _SHOWN if counts.get(state)]
    wanted = request.GET.get("state", "")
    state = wanted if wanted in states else states[0] if states else ""
    after = request.GET.get("after", "")
    found = InboundRecord.objects.filter(
        run=run, state=state, line__gt=int(after) if after.isdecimal() and len(after) < 10 else 0
    )
    records = list(found.order_by("line").prefetch_related("decisions__company", "twin")[: _PAGE + 1])
    return {
        "counts": counts,
        "progress": queries.progress(run, counts),
        "states": states,
        "state": state,
        "records": records[:_PAGE],
        "more": records[_PAGE - 1].line if len(records) > _PAGE else None,
    }


@require_POST
@_workers
def act(request: HttpRequest, run: int, act: str) -> HttpResponse:
    """Name the columns and have it read; or decide for many rows at once; or go on with what stopped."""
    found, action = _run(request, run), ON_RUN[act]
    tried = submit(request, action, action.form(request.POST), found, own=_REFUSED)
    if tried.done is None:
        return _import(request, _run(request, run), tried.status, tried.problem)
    enqueue_work(tried.done, user_of(request))
    return redirect("companies:import", found.pk)


@require_POST
@_workers
def decide(request: HttpRequest, run: int, record: int, act: str) -> HttpResponse:
    """One row: it is about this company, about a new one, about none; or what was decided is taken back."""
    found, action = _run(request, run), ON_RECORD[act]
    row = get_object_or_404(InboundRecord.objects.select_related("run__source"), run=found, pk=record)
    target, form = target_of(act, row), action.form(request.POST)
    if target is None:
        raise Http404
    tried = submit(request, action, form, target, own=_REFUSED)
    if tried.done is None:
        problem = tried.problem or " ".join(text for texts in form.errors.values() for text in texts)
        return _import(request, found, tried.status, problem)
    messages.success(request, say("companies.said_done"))
    return redirect("companies:import", found.pk)


# ---- what leaves


@require_POST
@_staff
def skipped(request: HttpRequest, run: int) -> StreamingHttpResponse:
    """The rows that are no company, with their reasons, so that they can be mended and brought again."""
    found = InboundRecord.objects.filter(run=_run(request, run), state=InboundRecord.State.SKIPPED).order_by("line")
    record_export(found, "csv", by=request.user)
    answer = StreamingHttpResponse(_skipped(found, language()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="skipped-{run}.csv"'
    return answer


def _skipped(found: QuerySet[InboundRecord], lang: str) -> Iterator[str]:
    first = found.first()
    columns = list(first.raw["cells"]) if first else []
    rows = (
        [one.line, in_full(one.problem, lang), *(one.raw["cells"].get(name, "") for name in columns)]
        for one in found.iterator()
    )
    return as_csv(["line", "problem", *columns], rows)
