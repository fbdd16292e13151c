"""Pages of companies: the list, one company, and what can be done with it."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.models import Company, User
from luodi.web.companies import forms, queries
from luodi.web.companies.actions import ON_COMPANY
from luodi.web.companies.actions.merging import undo
from luodi.web.companies.actions.profile import create
from luodi.web.companies.lists import COMPANIES
from luodi.web.companies.models import Contact, Merge
from luodi.web.companies.queries.merging import open_proposals as proposals_of
from luodi.web.companies.queries.registers import differs, extracts_of, register
from luodi.web.core.exports import file_form, file_of
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, page_context, submit
from luodi.web.core.words import language, say
from luodi.web.journal.actions import record_export

_REFUSED: Final = "companies.refused"
_LATEST: Final = 8  # events on the page of a company; the time line has all
_NOT_TRIED: Final = Attempt()
_staff = only(Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER, Role.ADMINISTRATOR)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@_staff
def companies(request: HttpRequest) -> HttpResponse:
    """Those that fit, the newest first."""
    return page(
        request,
        "companies/companies",
        **page_context(request, COMPANIES, request.user),
        saves_views=has_role(request.user, {Role.OFFICER, Role.LEADER}),
    )


@require_POST
@only(Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR)
def exported(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the list shows, all pages of it, written down as an export."""
    asked, form = COMPANIES.read(request.POST.dict()), file_form(request)
    found = COMPANIES.found(request.user, asked).prefetch_related("labels")
    record_export(found, form, by=request.user, asked=asked)
    return file_of(COMPANIES, found, form, "companies", language())


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.ADMINISTRATOR)
def new(request: HttpRequest) -> HttpResponse:
    """One more company. Those of the same name or number are shown before it is made."""
    form = forms.New(request.POST or None)
    tried, alike = Attempt(422 if request.method == "POST" else 200), list[Company]()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = [name for name in (given["name_zh"], given["name_en"]) if name]
        known = create.was_done(given["key"])  # by the first of two clicks: it is no other one of the name
        alike = [] if known else list(visible(request.user, queries.alike(names))[:10])
        if not alike or request.POST.get("anyway"):
            tried = submit(request, create, form, own=_REFUSED)
    if tried.done is not None:
        messages.success(request, say("companies.said_done"))
        return redirect("companies:company", company=tried.done.pk)
    return page(request, "companies/new", tried.status, form=form, problem=tried.problem, alike=alike)


@require_safe
@signed_in
def company(request: HttpRequest, company: int) -> HttpResponse:
    """What is known of it. The address of one that was merged leads to the one it became."""
    found = get_object_or_404(visible(request.user, Company.objects.select_related("merged_into")), pk=company)
    if found.merged_into_id:
        return redirect("companies:company", company=queries.where_to(found).pk)
    return _company(request, found)


def _company(
    request: HttpRequest, found: Company, tried: Attempt = _NOT_TRIED, act: str = "", bound: ActionForm | None = None
) -> HttpResponse:
    today, people = timezone.localdate(), list(queries.contacts(request.user, found))
    made = {name: _form(name, found, people) for name in ON_COMPANY}
    if bound is not None:
        made[act] = bound
    return page(
        request,
        "companies/company",
        tried.status,
        company=found,
        known=queries.known(found, on=today),
        people=people,
        holdings=found.holdings.select_related("holder"),
        holds=found.holds.select_related("company")[:50],
        proposals=visible(request.user, proposals_of(found)),
        proposed=visible(request.user, queries.proposed_representatives(found)),
        extract=(extract := visible(request.user, extracts_of(found)).first()),
        differences=differs(extract) if extract else [],
        has_register=register() is not None,
        duplicates=list(visible(request.user, queries.duplicates(found))[:10]),
        merges=visible(request.user, queries.merges(found)),
        events=queries.events_of(request.user, found, today, _LATEST),
        sees_timeline=has_role(request.user, {Role.OFFICER, Role.LEADER}),
        held=visible(request.user, found.memberships.in_force(today)).select_related("user"),
        on_hold=queries.on_hold(request.user, found, today),
        forms=made,
        may_change=may(request.user, "change", found),
        problem=tried.problem,
        act=act,
        bound=bound,
        today=today,
        attribute=queries.attribute_name,
    )


def _form(name: str, company: Company, people: Iterable[Contact], data: QueryDict | None = None) -> ActionForm:
    more: dict[str, Any] = {}
    if name == "consent":
        more = {"people": [(str(one.pk), one.name) for one in people if data is not None or one.left is None]}
    form: ActionForm = ON_COMPANY[name].form(data, row=company, auto_id=f"{name}_%s", **more)
    return form


@require_POST
@signed_in
def act(request: HttpRequest, company: int, act: str) -> HttpResponse:
    """One action; a refusal is shown where one can act on it, with what was typed."""
    found = get_object_or_404(visible(request.user, Company.objects.filter(merged_into=None)), pk=company)
    require(request.user, "change", found)
    form = _form(act, found, queries.contacts(request.user, found), request.POST)
    tried = Attempt(422)
    if form.is_valid():
        record = queries.record_of(ON_COMPANY[act].target, found, form.cleaned_data)
        if record is None:
            raise Http404
        tried = submit(request, ON_COMPANY[act], form, record, own=_REFUSED)
    if tried.done is None:
        found.refresh_from_db()
        return _company(request, found, tried, act, form)
    messages.success(request, say("companies.said_done"))
    return redirect("companies:company", company=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def merged(request: HttpRequest, merge: int) -> HttpResponse:
    """One merge: what moved, and undoing it."""
    found = get_object_or_404(
        visible(request.user, Merge.objects.select_related("kept", "gone", "by", "confirmed_by")), pk=merge
    )
    form, tried = forms.Reason(request.POST or None), Attempt()
    if request.method == "POST":
        require(request.user, "undo", found)
        tried = submit(request, undo, form, found, own=_REFUSED)
    if tried.done is not None:
        messages.success(request, say("companies.said_done"))
        return redirect("companies:company", company=found.gone_id)
    moved = queries.moved_in_words(found, language())
    return page(request, "companies/merged", tried.status, merge=found, form=form, problem=tried.problem, moved=moved)
