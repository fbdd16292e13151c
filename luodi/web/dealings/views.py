"""Pages of hand-offs, promises, propositions, talks and tasks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import case_of
from luodi.web.core.actions import actions_on, open_to
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import say
from luodi.web.dealings import queries
from luodi.web.dealings.forms import form_of
from luodi.web.dealings.models import Promise, Proposition, Referral, Task

Record = Referral | Promise | Proposition | Task
_staff = only(Role.OFFICER, Role.LEADER)


# ---- adding to a case


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def new(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """A hand-off, a promise, a proposition, a talk or a task."""
    case, addition = case_of(request.user, reference), queries.additions().get(kind)
    if case is None or addition is None:
        raise Http404
    require(request.user, "work", case)
    form = addition.form(request.POST or None, case=case, on=timezone.localdate())
    tried = Attempt()
    if request.method == "POST":
        tried = submit(request, addition, form, case)
        if tried.done is not None:
            messages.success(request, say("dealings.said_done"))
            return redirect("cases:part", case.reference, "dealings")
    return page(request, "dealings/new", tried.status, case=case, kind=kind, form=form, tried=tried)


# ---- one row, and what can be done with it


@require_safe
@signed_in
def record(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A referral, a promise, a proposition or a task, with the actions that are open to the reader."""
    return _page(request, kind, _found(request, kind, pk))


def _found(request: HttpRequest, kind: str, pk: int) -> Record:
    rows: QuerySet[Record] = queries.KINDS[kind]._base_manager.all()
    return get_object_or_404(visible(request.user, rows), pk=pk)


def _page(
    request: HttpRequest,
    kind: str,
    row: Record,
    tried: Attempt | None = None,
    act: str = "",
    bound: ActionForm | None = None,
) -> HttpResponse:
    tried = tried or Attempt()
    known = actions_on(type(row))
    made = {name: form_of(known[name], row, None) for name in open_to(request.user, row)}
    if bound is not None:
        made[act] = bound
    case = row.hand_off.case if isinstance(row, Referral) else row.case
    return page(
        request,
        "dealings/record",
        tried.status,
        row=row,
        kind=kind,
        case=case,
        forms=made,
        tried=tried,
        act=act,
        address=lambda name: reverse("dealings:act", args=[kind, row.pk, name]),
        words=lambda name: say(f"dealings.action_{name}"),
        bound=bound,
        sees_case=visible(request.user, LandingCase.objects.filter(pk=case.pk), "work").exists(),
    )


@require_POST
@signed_in
def act(request: HttpRequest, kind: str, pk: int, act: str) -> HttpResponse:
    """One action; a refusal is shown where one can act on it, with what was typed."""
    row = _found(request, kind, pk)
    action = actions_on(type(row)).get(act)
    if action is None:
        raise Http404
    require(request.user, action.permission, row)
    form = form_of(action, row, request.POST)
    tried = submit(request, action, form, row)
    if tried.done is None:
        row.refresh_from_db()
        return _page(request, kind, row, tried, act, form)
    messages.success(request, say("dealings.said_done"))
    return redirect(reverse("dealings:record", args=[kind, pk]))


# ---- lists


@require_safe
@_staff
def referrals(request: HttpRequest) -> HttpResponse:
    """What other units asked of one's own."""
    state = request.GET.get("state", "open")[:20]
    on = timezone.localdate()
    rows = queries.referrals(request.user, {"state": state}, on=on)
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(
        request, "dealings/referrals", rows=found, state=state, states=queries.STATES, on=on, more=f"&state={state}"
    )


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """What one's companies were promised and offered."""
    return page(
        request,
        "dealings/own",
        promises=queries.own_promises(request.user)[:100],
        on=timezone.localdate(),
        propositions=queries.own_propositions(request.user)[:100],
    )
