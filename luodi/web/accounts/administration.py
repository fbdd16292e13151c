"""The administrator's pages: people, roles, invitations, and what runs in the background."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tasks_db.models import DBTaskResult

from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.accounts import actions
from luodi.web.accounts.forms import GiveRole, Invite
from luodi.web.accounts.models import Invitation, Membership, User
from luodi.web.accounts.retention import HoldsARole, erase_person
from luodi.web.core.error_words import in_words
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.words import language, say

_only_administrators = only(Role.ADMINISTRATOR)


@require_safe
@_only_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and the invitations that nobody has taken up yet."""
    users = visible(request.user, User.objects.all()).prefetch_related("memberships__unit", "memberships__company")
    invited = visible(request.user, Invitation.objects.filter(accepted=None, expires__gt=timezone.now()))
    shown = Paginator(users.order_by("email"), 50).get_page(request.GET.get("page"))
    return page(request, "accounts/people", people=shown, invited=invited.order_by("-sent"), today=timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def invite(request: HttpRequest) -> HttpResponse:
    """Write somebody a letter with a link."""
    form = Invite(request.POST or None)
    if not form.is_bound or not form.is_valid():
        return page(request, "accounts/invite", 422 if form.is_bound else 200, form=form)
    given = form.cleaned_data

    def link(secret: str) -> str:
        with translation.override(given["language"]):
            return request.build_absolute_uri(reverse("accounts:invitation", args=[secret]))

    actions.invite(
        given["email"],
        form.part(),
        link,
        at=timezone.now(),
        language=given["language"],
        ends=given["ends"],
        by=_user(request),
    )
    messages.success(request, say("accounts.said_invited", email=given["email"]))
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def person(request: HttpRequest, user: int) -> HttpResponse:
    """One person: give a role, end one, shut them out or let them in."""
    found = get_object_or_404(visible(request.user, User.objects.all()), pk=user)
    act = request.POST.get("act", "")
    form = GiveRole(request.POST if act == "give" else None, initial={"starts": timezone.localdate()})
    if request.method == "POST":
        problem = _done(request, act, found, form)
        if problem is None:
            messages.success(request, say("accounts.said_changed"))
            return redirect("accounts:person", user=found.pk)
        return page(request, "accounts/person", 422, person=found, form=form, problem=problem, **_roles_of(found))
    return page(request, "accounts/person", person=found, form=form, problem="", **_roles_of(found))


@require_POST
@_only_administrators
def erase(request: HttpRequest, user: int) -> HttpResponse:
    """Take away everything about a person who asked for it by another way."""
    found = get_object_or_404(visible(request.user, User.objects.all()), pk=user)
    reason = request.POST.get("reason", "").strip()[:500]
    if found.pk == request.user.pk or not reason:
        messages.error(request, Message("accounts.oneself" if reason else "accounts.reason").said(language()))
        return redirect("accounts:person", user=found.pk)
    try:
        erase_person(found, by=_user(request), reason=reason)
    except HoldsARole:
        messages.error(request, say("accounts.error_works_here"))
        return redirect("accounts:person", user=found.pk)
    messages.success(request, say("accounts.said_erased"))
    return redirect("accounts:people")


@require_safe
@_only_administrators
def runs(request: HttpRequest) -> HttpResponse:
    """What ran, runs and waits in the background; arguments and faults are for the log, not for a page."""
    found = visible(request.user, DBTaskResult.objects.all()).order_by("-enqueued_at")
    return page(request, "accounts/runs", runs=Paginator(found, 50).get_page(request.GET.get("page")))


def _done(request: HttpRequest, act: str, person: User, form: GiveRole) -> str | None:
    """Do it; None when it is done, otherwise what is wrong, which is nothing more where the form says so itself."""
    by = _user(request)
    try:
        if act == "give":
            return _give(person, form, by)
        if act == "end":
            held = get_object_or_404(visible(by, Membership.objects.filter(user=person)), pk=request.POST.get("held"))
            actions.end_role(held, on=timezone.localdate(), by=by)
        elif act == "factors":
            actions.remove_factors(person, request.POST.get("reason", "")[:500], by=by)
        elif act in ("disable", "enable"):
            actions.set_active(person, act == "enable", by=by, reason=request.POST.get("reason", "")[:500])
        else:
            return say("accounts.error_act")
    except LuodiError as problem:
        return in_words(problem, "accounts.refused")
    return None


def _give(person: User, form: GiveRole, by: User) -> str | None:
    part = form.part() if form.is_valid() else None
    if part is None:
        return ""
    actions.give_role(person, part, starts=form.cleaned_data["starts"], ends=form.cleaned_data["ends"], by=by)
    return None


def _roles_of(person: User) -> dict[str, Any]:
    return {"held": person.memberships.select_related("unit", "company"), "today": timezone.localdate()}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
