"""Pages of obstacles and policy questions."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.obstacles import Against, ObstacleKind
from luodi.documents import wording
from luodi.library.shelf import shelf
from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import statements
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, RecordView, list_context, submit
from luodi.web.core.words import language, say
from luodi.web.obstacles import actions, forms, queries
from luodi.web.obstacles.models import Obstacle, PolicyIssue

_readers = only(Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER)


def about_of(kind: str, name: str) -> str:
    """What an obstacle is about, in the words of the library."""
    found = shelf().get(kind, name) if name else None
    return wording.pick(found.title, language()) if found else name or say("obstacles.about_nothing")


# ---- lists


@require_safe
@_readers
def obstacles(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the newest first; and what they are about, by rule and bureau."""
    shown = list_context(request, queries.OBSTACLES)
    return page(
        request, "obstacles/obstacles", states=queries.STATES, on=timezone.localdate(), about_of=about_of, **shown
    )


@require_safe
@_readers
def by_rule(request: HttpRequest) -> HttpResponse:
    """How many obstacles there are about which rule at which bureau, how many are open, and how old the oldest is."""
    on = timezone.localdate()
    rows = [
        {**row, "days": (on - timezone.localdate(row["oldest"])).days if row["oldest"] else None}
        for row in queries.by_rule(request.user)
    ]
    return page(request, "obstacles/by_rule", rows=rows, about_of=about_of)


@require_safe
@_readers
def issues(request: HttpRequest) -> HttpResponse:
    """Policy questions, with by how many companies they were raised."""
    shown = list_context(request, queries.ISSUES, queries.issues(request.user, queries.ISSUES.read(request.GET.dict())))
    return page(request, "obstacles/issues", states=queries.ISSUE_STATES, about_of=about_of, **shown)


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """What one's companies have reported, and what became of it."""
    return page(
        request, "obstacles/own", rows=queries.own(request.user, on=timezone.localdate())[:100], about_of=about_of
    )


# ---- raising


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.REPRESENTATIVE)
def raised(request: HttpRequest) -> HttpResponse:
    """By the company."""
    companies = queries.companies_of(request.user, on=timezone.localdate())
    cases = [case for company in companies for case in queries.open_cases_of(request.user, company)]
    return _raised(request, companies, cases, "obstacles:own")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def raised_for(request: HttpRequest, reference: str) -> HttpResponse:
    """By an officer, for the company of a case."""
    case = visible(request.user, LandingCase.objects.select_related("company"), "work").filter(reference=reference)
    found = case.first()
    if found is None:
        raise Http404
    return _raised(request, [found.company], [found], "obstacles:obstacles")


def _raised(request: HttpRequest, companies: list[Company], cases: list[LandingCase], back: str) -> HttpResponse:
    asked = request.GET.get("about", "")[:240]
    initial = {
        "about": asked,
        "case": str(cases[0].pk) if cases else "",
        "kind": ObstacleKind.REQUEST.value,
        "against": Against.OFFICER.value,
    }
    form = forms.Raise(
        request.POST or None,
        companies=companies,
        cases=cases,
        asked=asked,
        initial=initial,
        of_case=back == "obstacles:obstacles",
    )
    tried = Attempt()
    if request.method == "POST":
        tried = submit(request, actions.raise_obstacle, form)
        if tried.done is not None:
            messages.success(request, say("obstacles.said_raised"))
            return redirect("obstacles:obstacle", pk=tried.done.pk)
    return page(request, "obstacles/raise", tried.status, form=form, tried=tried, back=back)


# ---- one of them


class ObstacleView(RecordView[Obstacle]):
    app = "obstacles"

    def find(self) -> Obstacle:
        return _found(self.request, self.kwargs["pk"])

    def names(self, record: Obstacle) -> list[str]:
        return queries.open_to(self.request.user, record)

    def form(self, action: Action, record: Obstacle, data: Data) -> ActionForm:
        return forms.form_of(action, self.request.user, record, data, on=timezone.localdate())

    def address(self, record: Obstacle, name: str) -> str:
        return reverse("obstacles:act", args=[record.pk, name])

    def after(self, record: Obstacle) -> str:
        """Whoever passed it on may not see it any more."""
        still = visible(self.request.user, Obstacle.objects.filter(pk=record.pk)).exists()
        return reverse("obstacles:obstacle", args=[record.pk]) if still else reverse("obstacles:obstacles")

    def show(self, record: Obstacle, status: int, **more: object) -> HttpResponse:
        more |= {"agreement": queries.agreement_of(record)}
        more |= {"statements": statements(queries.OBSTACLE, record.pk)}
        joins = visible(self.request.user, Obstacle.objects.filter(pk=record.pk), "join").exists()
        return page(self.request, "obstacles/obstacle", status, about_of=about_of, reads_desk=joins, **more)


obstacle = require_safe(signed_in(ObstacleView.as_view()))
act = require_POST(signed_in(ObstacleView.as_view()))


def _found(request: HttpRequest, pk: int) -> Obstacle:
    whole = Obstacle.objects.select_related(
        "company", "case", "unit", "officer", "issue", "raised_by", "against_person", "against_unit"
    )
    return get_object_or_404(visible(request.user, whole), pk=pk)


# ---- policy questions


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.POLICY_OFFICER)
def new_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A policy question that an obstacle raises."""
    row = _found(request, pk)
    require(request.user, "join", row)
    initial = {"title": about_of(row.about_kind, row.about) if row.about else "", "text": row.text, "unit": row.unit_id}
    form, tried = forms.Issue(request.POST or None, on=timezone.localdate(), initial=initial), Attempt()
    if request.method == "POST":
        tried = submit(request, actions.open_issue, form, about=(row.about_kind, row.about), obstacles=[row])
        if tried.done is not None:
            messages.success(request, say("obstacles.said_done"))
            return redirect("obstacles:issue", pk=tried.done.pk)
    return page(request, "obstacles/new_issue", tried.status, row=row, form=form, tried=tried)


class IssueView(RecordView[PolicyIssue]):
    """One question, with the obstacles that raise it."""

    app, words = "obstacles", "issue_action_"

    def find(self) -> PolicyIssue:
        rows = visible(self.request.user, PolicyIssue.objects.select_related("unit", "by"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def show(self, record: PolicyIssue, status: int, **more: object) -> HttpResponse:
        raised_by = visible(self.request.user, Obstacle.objects.filter(issue=record)).select_related("company", "unit")
        return page(self.request, "obstacles/issue", status, obstacles=raised_by[:200], about_of=about_of, **more)


issue = require_http_methods(["GET", "HEAD", "POST"])(_readers(IssueView.as_view()))
