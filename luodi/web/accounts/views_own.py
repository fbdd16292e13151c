"""What one does about oneself: stay signed in, stand-ins, letters, one's data."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.errors import LuodiError
from luodi.web.accounts import actions_cover, queries, retention
from luodi.web.accounts.forms_own import Erase
from luodi.web.accounts.forms_units import StandIn
from luodi.web.accounts.models import Cover, User
from luodi.web.accounts.template_globals import providers
from luodi.web.core.error_words import in_words
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.personal_data import rules
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export


@require_POST
@signed_in
def stay(request: HttpRequest) -> HttpResponse:
    """Go on: the request itself is the sign of life."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    return redirect("accounts:home")


@never_cache
@require_safe
@signed_in
def sign_on_again(request: HttpRequest) -> HttpResponse:
    """Before something that guards the account, for whoever signs in elsewhere."""
    back = request.GET.get("next", "")
    following = back if back.startswith("/") and not back.startswith(("//", "/\\")) else reverse("accounts:home")
    given = {"process": "login", "next": following, "auth_params": "prompt=login"}  # it asks even whom it knows
    ways = [(one.name, one.get_login_url(request, **given)) for one in providers(request)]
    return page(request, "accounts/sign_on_again", ways=ways)


# ---- absence


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def absence(request: HttpRequest) -> HttpResponse:
    """Who stands in for me, from when to when; and for whom I do."""
    today, by = timezone.localdate(), _user(request)
    form = StandIn(
        request.POST if request.POST.get("act") == "name" else None,
        officers=queries.officers_beside(by, on=today),
        initial={"starts": today},
    )
    problem = _absence(request, form) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:absence")
    mine, theirs = queries.covers_of(by, on=today)
    return page(
        request,
        "accounts/absence",
        200 if problem is None else 422,
        form=form,
        problem=problem or "",
        mine=mine,
        theirs=theirs,
    )


def _absence(request: HttpRequest, form: StandIn) -> str | None:
    today, by = timezone.localdate(), _user(request)
    try:
        if request.POST.get("act") == "end":
            key = request.POST.get("cover", "")
            found = get_object_or_404(visible(by, Cover.objects.all()), pk=key if key.isdecimal() else 0)
            actions_cover.end_cover(found, on=today, by=by)
        elif not form.is_valid():
            return "" if form.is_bound else say("accounts.error_act")
        else:
            given = form.cleaned_data
            actions_cover.name_stand_in(
                by, given["stand_in"], starts=given["starts"], ends=given["back"], on=today, by=by
            )
    except LuodiError as refused:
        return in_words(refused, "accounts.refused")
    return None


# ---- one's data


@require_safe
@signed_in
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept about me and how long."""
    found = [(model, rule, rows.count()) for model, rule, rows in retention.rows_of(_user(request))]
    return page(request, "accounts/own_data", found=[row for row in found if row[2]])


@require_POST
@signed_in
def take_own(request: HttpRequest) -> HttpResponse:
    """All of it, in one file."""
    user, at = _user(request), timezone.now()
    content = retention.own_data(user, at=at)
    record_export(User.objects.filter(pk=user.pk), "zip", by=user, asked={"own": True})
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="luodi-own-{timezone.localdate(at)}.zip"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@reauthentication_required
def erase_own(request: HttpRequest) -> HttpResponse:
    """Erase my account with everything of mine, once I have said that I mean it."""
    form = Erase(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        user = _user(request)
        try:
            retention.erase_person(user, by=user, reason="asked for by the person")
        except LuodiError:
            problem = say("accounts.error_works_here")
        else:
            logout(request)
            return page(request, "accounts/erased")
    return page(request, "accounts/erase", 422 if form.is_bound else 200, form=form, problem=problem)


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """For everybody: which data about people the site keeps, and for how long."""
    return page(request, "accounts/kept", rules=list(rules().items()))


def _user(request: HttpRequest) -> Any:
    assert isinstance(request.user, User)
    return request.user
