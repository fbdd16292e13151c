"""What one does about oneself: stay signed in, stand-ins, letters, one's data."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts import queries, retention
from luodi.web.accounts.actions.absence import end_cover, name_stand_in
from luodi.web.accounts.actions.erasure import erase_person
from luodi.web.accounts.forms.own import Erase, StandIn
from luodi.web.accounts.models import Cover, User
from luodi.web.accounts.queries import user_of
from luodi.web.accounts.template_globals import providers
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.personal_data import rules
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
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
    today, user = timezone.localdate(), user_of(request)
    form = StandIn(
        request.POST if request.POST.get("act") == "name" else None,
        officers=queries.officers_beside(user, on=today),
        initial={"starts": today},
    )
    tried = _absence(request, form) if request.method == "POST" else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:absence")
    mine, theirs = queries.covers_of(user, on=today)
    more = {"form": form, "plain": ActionForm(), "problem": tried.problem, "mine": mine, "theirs": theirs}
    return page(request, "accounts/absence", tried.status, **more)


def _absence(request: HttpRequest, form: StandIn) -> Attempt:
    if request.POST.get("act") == "name":
        return submit(request, name_stand_in, form, user_of(request), own="accounts.refused")
    if request.POST.get("act") != "end":
        return Attempt(422, problem=say("accounts.error_act"))
    key = request.POST.get("cover", "")
    rows = visible(request.user, Cover.objects.all())
    found = get_object_or_404(rows, pk=key if key.isdecimal() and len(key) < 19 else 0)
    return submit(request, end_cover, ActionForm(request.POST), found, own="accounts.refused")


# ---- one's data


@require_safe
@signed_in
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept about me and how long."""
    found = [(model, rule, rows.count()) for model, rule, rows in retention.rows_of(user_of(request))]
    return page(request, "accounts/own_data", found=[row for row in found if row[2]])


@require_POST
@signed_in
def take_own(request: HttpRequest) -> HttpResponse:
    """All of it, in one file."""
    user, at = user_of(request), timezone.now()
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
    if request.method != "POST":
        return page(request, "accounts/erase", form=Erase(), problem="")
    form = Erase(request.POST)
    tried = submit(request, erase_person, form, user_of(request), reason="asked for by the person")
    if tried.done is None:
        problem = say("accounts.error_works_here") if tried.problem else ""
        return page(request, "accounts/erase", tried.status, form=form, problem=problem)
    logout(request)
    return page(request, "accounts/erased")


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """For everybody: which data about people the site keeps, and for how long."""
    return page(request, "accounts/kept", rules=list(rules().items()))
