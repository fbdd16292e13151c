"""The administrator's pages of units and companies, each with its history from the journal."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.errors import LuodiError
from luodi.web.accounts import actions, actions_companies, actions_units
from luodi.web.accounts.administration import _only_administrators, _user
from luodi.web.accounts.forms_units import ChangeCompany, CloseUnit, CompanyForm, MoveUnit, Representative, UnitForm
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.accounts.queries import history
from luodi.web.core.error_words import in_words
from luodi.web.core.keys import once
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.words import say

Form = Any


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def units(request: HttpRequest) -> HttpResponse:
    """The tree, and a form for one more unit."""
    form = UnitForm(request.POST if request.method == "POST" else None, places=_open_units())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        place = once(request, lambda: _added_unit(given, _user(request)))
        messages.success(request, say("accounts.said_changed"))
        return redirect(place)
    tree = visible(request.user, Unit.objects.all())
    return page(
        request, "accounts/units", 422 if form.is_bound else 200, form=form, units=tree, today=timezone.localdate()
    )


def _added_unit(given: Mapping[str, Any], by: User) -> str:
    made = actions.add_unit(given["kind"], given["name_zh"], given["name_en"], parent=given["parent"], by=by)
    return reverse("accounts:unit", args=[made.pk])


def _added_company(given: Mapping[str, Any], by: User) -> str:
    return reverse("accounts:company", args=[actions.add_company(**given, by=by).pk])


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def unit(request: HttpRequest, unit: int) -> HttpResponse:
    """One unit: rename it, move it, close it on a day, let it go on."""
    found = get_object_or_404(visible(request.user, Unit.objects.all()), pk=unit)
    act = request.POST.get("act", "")
    own = {"kind": found.kind, "name_zh": found.name_zh, "name_en": found.name_en}
    others = _open_units().exclude(path__startswith=found.path)
    forms: dict[str, Form] = {
        "rename": UnitForm(_given(request, "rename"), initial=own, places=None, auto_id="rename_%s"),
        "move": MoveUnit(
            _given(request, "move"), initial={"parent": found.parent_id}, places=others, auto_id="move_%s"
        ),
        "close": CloseUnit(_given(request, "close"), initial={"day": timezone.localdate()}, auto_id="close_%s"),
    }
    problem = _done(act, forms, _acts_on_unit(request, found, forms)) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:unit", unit=found.pk)
    people = visible(request.user, Membership.objects.filter(unit=found)).select_related("user")
    return page(
        request,
        "accounts/unit",
        200 if problem is None else 422,
        unit=found,
        forms=forms,
        problem=problem or "",
        bound=forms.get(act),
        held=people,
        entries=history(request.user, found),
        today=timezone.localdate(),
    )


def _acts_on_unit(request: HttpRequest, found: Unit, forms: dict[str, Form]) -> dict[str, Callable[[], object]]:
    by, today = _user(request), timezone.localdate()

    def given(name: str) -> dict[str, Any]:
        return dict(forms[name].cleaned_data)

    return {
        "rename": lambda: actions_units.rename_unit(found, **given("rename"), by=by),
        "move": lambda: actions_units.move_unit(found, given("move")["parent"], by=by),
        "close": lambda: actions_units.close_unit(
            found, given("close")["day"], on=today, by=by, reason=given("close")["reason"]
        ),
        "reopen": lambda: actions_units.reopen_unit(found, by=by),
    }


# ---- companies


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def companies(request: HttpRequest) -> HttpResponse:
    """Every company that somebody may act for, and a form for one more."""
    form = CompanyForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            place = once(request, lambda: _added_company(form.cleaned_data, _user(request)))
            messages.success(request, say("accounts.said_changed"))
            return redirect(place)
        except LuodiError as refused:
            problem = in_words(refused, "accounts.refused")
    asked = request.GET.get("words", "").replace("\0", "").strip()[:200]
    found = visible(request.user, Company.objects.order_by("pk"))
    if asked:
        found = found.filter(name_zh__icontains=asked) | found.filter(name_en__icontains=asked)
    shown = Paginator(found, 50).get_page(request.GET.get("page"))
    return page(
        request,
        "accounts/companies",
        422 if form.is_bound else 200,
        form=form,
        companies=shown,
        words=asked,
        problem=problem,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def company(request: HttpRequest, company: int) -> HttpResponse:
    """One company: its names and codes, who acts for it, how far and until when."""
    found = get_object_or_404(visible(request.user, Company.objects.all()), pk=company)
    act = request.POST.get("act", "")
    own = {name: getattr(found, name) or "" for name in ("name_zh", "name_en", "credit_code", "country")}
    forms: dict[str, Any] = {
        "change": ChangeCompany(
            _given(request, "change"), initial={**own, "version": found.version}, auto_id="change_%s"
        ),
        "name": Representative(_given(request, "name"), initial={"starts": timezone.localdate()}, auto_id="name_%s"),
    }
    problem = _done(act, forms, _acts_on_company(request, found, forms)) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:company", company=found.pk)
    found.refresh_from_db()
    if problem and act == "change":
        forms["change"].again(found.version)
    held = visible(request.user, Membership.objects.filter(company=found)).select_related("user")
    return page(
        request,
        "accounts/company",
        200 if problem is None else 422,
        company=found,
        forms=forms,
        held=held,
        problem=problem or "",
        bound=forms.get(act),
        entries=history(request.user, found),
        today=timezone.localdate(),
    )


def _acts_on_company(request: HttpRequest, found: Company, forms: dict[str, Form]) -> dict[str, Callable[[], object]]:
    by = _user(request)

    def name() -> None:
        given = forms["name"].cleaned_data
        part = actions.Part(Role.REPRESENTATIVE, company=found, scope=given["scope"])
        actions.give_role(given["email"], part, starts=given["starts"], ends=given["ends"], by=by)

    def end() -> None:
        rows = visible(by, Membership.objects.filter(company=found))
        key = request.POST.get("held", "")
        held = get_object_or_404(rows, pk=key if key.isdecimal() else 0)
        actions.end_role(held, on=timezone.localdate(), by=by)

    return {
        "change": lambda: actions_companies.change_company(found, **forms["change"].cleaned_data, by=by),
        "name": name,
        "end": end,
    }


# ---- what both share


def _given(request: HttpRequest, act: str) -> Any:
    return request.POST if request.method == "POST" and request.POST.get("act") == act else None


def _done(act: str, forms: dict[str, Form], acts: dict[str, Callable[[], object]]) -> str | None:
    """Do it; None when it is done, otherwise what is wrong, which is nothing more where the form says so itself."""
    if act not in acts:
        return say("accounts.error_act")
    if act in forms and not forms[act].is_valid():
        return ""
    try:
        acts[act]()
    except LuodiError as refused:
        return in_words(refused, "accounts.refused")
    return None


def _open_units() -> Any:
    return Unit.objects.filter(closes=None)
