"""Pages of companies: the list, one company, and what can be done with it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.errors import LuodiError
from luodi.rules.library import company_vocabulary
from luodi.web.accounts.models import Company, User
from luodi.web.companies import actions, forms, queries
from luodi.web.companies.acts import DEEDS, undo
from luodi.web.companies.merging import where_to
from luodi.web.companies.models import Merge
from luodi.web.core.error_words import in_words
from luodi.web.core.errors import StaleVersion
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, require, visible
from luodi.web.core.roles import Role
from luodi.web.core.words import say

FILTERS = ("words", "country", "sector", "technology")
_staff = only(Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER, Role.ADMINISTRATOR)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@_staff
def companies(request: HttpRequest) -> HttpResponse:
    """Those that fit, the newest first."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in FILTERS}
    asked["country"] = asked["country"].upper()
    asked = {name: text for name, text in asked.items() if text}
    before = request.GET.get("before", "")
    found, more = queries.reached(request.user, asked, int(before) if before.isdecimal() and len(before) < 19 else None)
    return page(
        request,
        "companies/companies",
        companies=found,
        asked=asked,
        filters=FILTERS,
        more=urlencode({**asked, "before": more}) if more else "",
        filtered=urlencode(asked),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.ADMINISTRATOR)
def new(request: HttpRequest) -> HttpResponse:
    """One more company. Those of the same name or number are shown before it is made."""
    form = forms.New(request.POST or None)
    problem, alike = "", list[Company]()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = [name for name in (given["name_zh"], given["name_en"]) if name]
        known = actions.made_by(given["key"]) is not None  # by the first of two clicks: it is no other one of the name
        alike = [] if known else list(visible(request.user, queries.alike(names))[:10])
        if not alike or request.POST.get("anyway"):
            try:
                made = actions.create_once(
                    given["name_zh"],
                    given["name_en"],
                    _form(request, given),
                    country=given["country"].upper(),
                    identifiers={given["scheme"]: given["value"]} if given["scheme"] else {},
                )
                messages.success(request, say("companies.said_done"))
                return redirect("companies:company", company=made.pk)
            except LuodiError as refused:
                problem = in_words(refused, "companies.refused")
    status = 422 if request.method == "POST" else 200
    return page(request, "companies/new", status, form=form, problem=problem, alike=alike)


def _form(request: HttpRequest, given: dict[str, Any]) -> actions.Form:
    return actions.Form(user_of(request), timezone.now(), given["key"], given["version"])


@require_safe
@signed_in
def company(request: HttpRequest, company: int) -> HttpResponse:
    """What is known of it. The address of one that was merged leads to the one it became."""
    found = get_object_or_404(visible(request.user, Company.objects.select_related("merged_into")), pk=company)
    if found.merged_into_id:
        return redirect("companies:company", company=where_to(found).pk)
    return _company(request, found)


def _company(
    request: HttpRequest, found: Company, status: int = 200, problem: str = "", act: str = "", bound: Any = None
) -> HttpResponse:
    today, people = timezone.localdate(), list(queries.contacts(request.user, found))
    choices = [(str(one.pk), one.name) for one in people if one.left is None]
    made: dict[str, Any] = {
        name: deed.form(row=found, auto_id=f"{name}_%s", **({"people": choices} if name == "consent" else {}))
        for name, deed in DEEDS.items()
    }
    if bound is not None:
        made[act] = bound
    return page(
        request,
        "companies/company",
        status,
        company=found,
        known=queries.known(found, on=today),
        people=people,
        holdings=found.holdings.select_related("holder"),
        holds=found.holds.select_related("company")[:50],
        duplicates=list(visible(request.user, queries.duplicates(found))[:10]),
        merges=visible(request.user, queries.merges(found)),
        events=queries.events_of(request.user, found, today),
        held=visible(request.user, found.memberships.in_force(today)).select_related("user"),
        forms=made,
        may_change=may(request.user, "change", found),
        problem=problem,
        act=act,
        bound=bound,
        today=today,
        attribute=_label,
    )


def _label(name: str, lang: str) -> str:
    found = company_vocabulary().attributes.get(name)
    return str(found.label.get(lang) or name) if found else name


@require_POST
@signed_in
def act(request: HttpRequest, company: int, act: str) -> HttpResponse:
    """One act; a refusal is shown where one can act on it, with what was typed."""
    found = get_object_or_404(visible(request.user, Company.objects.filter(merged_into=None)), pk=company)
    require(request.user, "change", found)
    deed = DEEDS[act]
    people: dict[str, Any] = {"people": [(str(one.pk), one.name) for one in queries.contacts(request.user, found)]}
    form = deed.form(request.POST, auto_id=f"{act}_%s", **(people if act == "consent" else {}))
    if not form.is_valid():
        return _company(request, found, 422, act=act, bound=form)
    given = {name: value for name, value in form.cleaned_data.items() if name not in ("key", "version")}
    try:
        deed.do(found.pk, given, _form(request, form.cleaned_data))
    except StaleVersion as refused:
        found.refresh_from_db()
        form.again(found.version)
        return _company(request, found, 409, in_words(refused, "companies.refused"), act, form)
    except LuodiError as refused:
        if refused.code == "not-permitted":
            raise
        return _company(request, found, 422, in_words(refused, "companies.refused"), act, form)
    messages.success(request, say("companies.said_done"))
    return redirect("companies:company", company=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def merged(request: HttpRequest, merge: int) -> HttpResponse:
    """One merge: what moved, and undoing it."""
    found = get_object_or_404(visible(request.user, Merge.objects.select_related("kept", "gone", "by")), pk=merge)
    if request.method == "POST":
        require(request.user, "undo", found)
    form, problem = forms.Reason(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            undo(found, form.cleaned_data, _form(request, {**form.cleaned_data, "version": None}))
            messages.success(request, say("companies.said_done"))
            return redirect("companies:company", company=found.gone_id)
        except LuodiError as refused:
            if refused.code == "not-permitted":
                raise
            problem = in_words(refused, "companies.refused")
    status = 422 if request.method == "POST" else 200
    moved = {label: len(keys) for label, keys in found.moved.items()}
    return page(request, "companies/merged", status, merge=found, form=form, problem=problem, moved=moved)
