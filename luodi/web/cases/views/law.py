"""Pages of changes of law: how many cases gain or lose how many days, which, and where the letters stand."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.advice.plan_difference import KINDS
from luodi.web.books.runs import NotChecked
from luodi.web.books.views.layout import draft_or_404, policy_officers, user_of
from luodi.web.cases.actions import law as actions
from luodi.web.cases.actions.law_letters import LETTERS, Sending
from luodi.web.cases.models import CaseChange, LawChange
from luodi.web.cases.queries import law_rows as queries
from luodi.web.core.bulk import MOST, pairs
from luodi.web.core.exports import file_form, file_of
from luodi.web.core.guards import only
from luodi.web.core.keys import key_sent, new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import list_context
from luodi.web.core.words import language, say
from luodi.web.journal.actions import record_export

_readers = only(Role.POLICY_OFFICER, Role.OFFICER, Role.LEADER)
_RUNS: Final = {"stop": actions.stop, "go_on": actions.go_on}


@require_safe
@_readers
def law_changes(request: HttpRequest) -> HttpResponse:
    """The newest first; drafts that were tried are shown to policy officers alone."""
    rows = queries.law_changes(request.user)
    return page(request, "cases/law_changes", **list_context(request, queries.LAW_CHANGES, rows))


@require_safe
@_readers
def law_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _law_change(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> LawChange:
    return get_object_or_404(queries.law_changes(request.user), pk=pk)


def _law_change(request: HttpRequest, found: LawChange, status: int = 200, **more: object) -> HttpResponse:
    given = {**request.GET.dict(), "change": str(found.pk)}
    listed = queries.sorted_by(given.get("sort", ""))
    asked = listed.read(given)
    shown = list_context(request, listed, listed.found(request.user, asked))
    return page(
        request,
        "cases/law_change",
        status,
        change=found,
        counts=may(request.user, "count", found),
        figures=queries.figures(request.user, found),
        kinds=KINDS,
        moves=queries.MOVES,
        orders=queries.ORDERS,
        criteria=asked,
        key=new_key(),
        **shown,
        **more,
    )


@require_POST
@_readers
def export(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The cases that one may take away, as the page lists them; it is written down."""
    change, form = _found(request, pk), file_form(request)
    listed = queries.sorted_by(request.POST.get("sort", ""))
    asked = listed.read({**request.POST.dict(), "change": str(change.pk)})
    found = listed.found(request.user, asked, act="export")
    record_export(found, form, by=request.user, asked=asked)
    return file_of(listed, found, form, f"law-change-{change.pk}", language())


@require_POST
@policy_officers
def try_draft(request: HttpRequest, pk: int) -> HttpResponse:
    draft = draft_or_404(request, pk)
    try:
        made = actions.try_on_cases(draft, by=user_of(request), at=timezone.now())
    except NotChecked:
        messages.error(request, say("editing.not_checked"))
        return redirect("books:affected", pk=draft.pk)
    return redirect("cases:law_change", pk=made.pk)


@require_POST
@policy_officers
def run(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Stop working it out, or go on."""
    _RUNS[act](_found(request, pk), by=user_of(request), at=timezone.now())
    return redirect("cases:law_change", pk=pk)


@require_POST
@only(Role.OFFICER)
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letters that were chosen, each in a transaction of its own; what could not be sent is told."""
    change, versions, now = _found(request, pk), pairs(request.POST.getlist("row")), timezone.now()
    keys = [int(name) for name in versions if name.isdecimal()][:MOST]
    rows = visible(request.user, CaseChange.objects.filter(change=change, pk__in=keys).select_related("case"))
    outcomes = LETTERS.do(
        user_of(request),
        list(rows.order_by("pk")),
        {int(name): version for name, version in versions.items() if name.isdecimal()},
        Sending(),
        key=key_sent(request),
        at=now,
    )
    return _law_change(request, change, outcomes=outcomes)
