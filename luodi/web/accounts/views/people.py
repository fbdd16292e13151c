"""The administrator's pages: people, roles, invitations, and what runs in the background."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tasks_db.models import DBTaskResult

from luodi.message import Message
from luodi.web.accounts.actions import erasure
from luodi.web.accounts.actions import invitations as invited
from luodi.web.accounts.actions import people as changes
from luodi.web.accounts.actions.roles import end_role, give_role
from luodi.web.accounts.forms.own import EraseForReason
from luodi.web.accounts.forms.roles import FactorsForm, GiveRole, Invite, ReasonForm
from luodi.web.accounts.models import Invitation, Membership, User
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import language, say

#: What begins the keys of the words of a refusal on these pages.
REFUSED: Final = "accounts.refused"
only_administrators: Final = only(Role.ADMINISTRATOR)
#: What can be done to a person, by the name that their page sends.
_ACTIONS: Final[dict[str, Action]] = {
    "give": give_role,
    "end": end_role,
    "disable": changes.disable_user,
    "enable": changes.enable_user,
    "factors": changes.remove_factors,
}


def membership_sent(request: HttpRequest, **of: object) -> Membership:
    """The role that a form names, among those of a person, a unit or a company; 404 for another one."""
    key = request.POST.get("held", "")
    rows = visible(request.user, Membership.objects.filter(**of))
    return get_object_or_404(rows, pk=key if key.isdecimal() and len(key) < 19 else 0)


def unknown_action() -> Attempt:
    return Attempt(422, problem=say("accounts.error_act"))


@require_safe
@only_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and the invitations that nobody has taken up yet."""
    users = visible(request.user, User.objects.all()).prefetch_related("memberships__unit", "memberships__company")
    waiting = visible(request.user, Invitation.objects.filter(accepted=None, expires__gt=timezone.now()))
    shown = Paginator(users.order_by("email"), 50).get_page(request.GET.get("page"))
    return page(request, "accounts/people", people=shown, invited=waiting.order_by("-sent"), today=timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def invite(request: HttpRequest) -> HttpResponse:
    """Write somebody a letter with a link."""
    if request.method != "POST":
        return page(request, "accounts/invite", form=Invite(), problem="")
    form = Invite(request.POST)

    def link(secret: str) -> str:
        with translation.override(form.cleaned_data["language"]):
            return request.build_absolute_uri(reverse("accounts:invitation", args=[secret]))

    tried = submit(request, invited.invite, form, own=REFUSED, link=link)
    if tried.done is None:
        return page(request, "accounts/invite", tried.status, form=form, problem=tried.problem)
    messages.success(request, say("accounts.said_invited", email=form.cleaned_data["email"]))
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def person(request: HttpRequest, user: int) -> HttpResponse:
    """One person: give a role, end one, shut them out or let them in."""
    found = get_object_or_404(visible(request.user, User.objects.all()), pk=user)
    act = request.POST.get("act", "")
    form = GiveRole(request.POST if act == "give" else None, initial={"starts": timezone.localdate()})
    tried = _try(request, act, found, form) if request.method == "POST" else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:person", user=found.pk)
    return page(
        request,
        "accounts/person",
        tried.status,
        person=found,
        form=form,
        plain=ActionForm(),
        problem=tried.problem,
        held=found.memberships.select_related("unit", "company"),
        today=timezone.localdate(),
    )


def _try(request: HttpRequest, act: str, found: User, give: GiveRole) -> Attempt:
    if act not in _ACTIONS:
        return unknown_action()
    if act == "give":
        return submit(request, give_role, give, found, own=REFUSED)
    if act == "end":
        return submit(request, end_role, ActionForm(request.POST), membership_sent(request, user=found), own=REFUSED)
    made = FactorsForm if act == "factors" else ReasonForm
    return submit(request, _ACTIONS[act], made(request.POST), found, own=REFUSED)


@require_POST
@only_administrators
def erase(request: HttpRequest, user: int) -> HttpResponse:
    """Take away everything about a person who asked for it by another way."""
    found = get_object_or_404(visible(request.user, User.objects.all()), pk=user)
    form, problem = EraseForReason(request.POST), ""
    if found.pk == request.user.pk:
        problem = Message("accounts.oneself").said(language())
    elif not form.is_valid():
        problem = Message("accounts.reason").said(language())
    elif submit(request, erasure.erase_person, form, found).done is None:
        problem = say("accounts.error_works_here")
    if problem:
        messages.error(request, problem)
        return redirect("accounts:person", user=user)
    messages.success(request, say("accounts.said_erased"))
    return redirect("accounts:people")


@require_safe
@only_administrators
def runs(request: HttpRequest) -> HttpResponse:
    """What ran, runs and waits in the background; arguments and faults are for the log, not for a page."""
    found = visible(request.user, DBTaskResult.objects.all()).order_by("-enqueued_at")
    return page(request, "accounts/runs", runs=Paginator(found, 50).get_page(request.GET.get("page")))
