"""Pages of hand-offs, promises, propositions, talks and tasks."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import statements
from luodi.web.cases.queries.cases import case_of
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, RecordView, list_context, submit
from luodi.web.core.words import say
from luodi.web.dealings import queries
from luodi.web.dealings.forms import form_of
from luodi.web.dealings.models import Interaction, Promise, Proposition, Referral, Task

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


class RecordPage(RecordView[Record]):
    """A referral, a promise, a proposition or a task."""

    app = "dealings"

    def find(self) -> Record:
        rows: QuerySet[Record] = queries.KINDS[self.kwargs["kind"]]._base_manager.all()
        return get_object_or_404(visible(self.request.user, rows), pk=self.kwargs["pk"])

    def form(self, action: Action, record: Record, data: Data) -> ActionForm:
        return form_of(action, record, data)

    def address(self, record: Record, name: str) -> str:
        return reverse("dealings:act", args=[self.kwargs["kind"], record.pk, name])

    def after(self, record: Record) -> str:
        return reverse("dealings:record", args=[self.kwargs["kind"], record.pk])

    def show(self, record: Record, status: int, **more: object) -> HttpResponse:
        case = record.hand_off.case if isinstance(record, Referral) else record.case
        works = visible(self.request.user, LandingCase.objects.filter(pk=case.pk), "work").exists()
        more |= {"kind": self.kwargs["kind"], "case": case, "sees_case": works, "agreement": None, "statements": ()}
        if isinstance(record, Promise):
            more |= {"agreement": queries.agreements([record]).get(record.pk)}
            more |= {"statements": statements(queries.PROMISE, record.pk)}
        return page(self.request, "dealings/record", status, **more)


record = require_safe(signed_in(RecordPage.as_view()))
act = require_POST(signed_in(RecordPage.as_view()))


class TalkPage(RecordView[Interaction]):
    """A talk in full, with what was decided and how far that is done."""

    app = "dealings"

    def find(self) -> Interaction:
        rows = visible(self.request.user, Interaction.objects.select_related("case__company", "case__unit", "by"))
        return get_object_or_404(rows, pk=self.kwargs["pk"], case__isnull=False)

    def form(self, action: Action, record: Interaction, data: Data) -> ActionForm:
        case, on = record.case, timezone.localdate()
        return action.form(data, case=case, on=on, initial={"owner": str(self.request.user.pk)}, auto_id="decide_%s")

    def show(self, record: Interaction, status: int, **more: object) -> HttpResponse:
        decisions = record.decisions.select_related("owner")
        on = timezone.localdate()
        return page(self.request, "dealings/talk", status, case=record.case, decisions=decisions, on=on, **more)


talk = require_http_methods(["GET", "HEAD", "POST"])(_staff(TalkPage.as_view()))


# ---- lists


@require_safe
@_staff
def referrals(request: HttpRequest) -> HttpResponse:
    """What other units asked of one's own."""
    on = timezone.localdate()
    rows = queries.referrals(request.user, queries.REFERRALS.read(request.GET.dict()), on=on)
    shown = list_context(request, queries.REFERRALS, rows)
    return page(request, "dealings/referrals", states=queries.STATES, on=on, **shown)


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """What one's companies were promised and offered."""
    promises = queries.own_promises(request.user)[:100]
    return page(
        request,
        "dealings/own",
        promises=promises,
        agreements=queries.agreements(promises),
        on=timezone.localdate(),
        propositions=queries.own_propositions(request.user)[:100],
    )
