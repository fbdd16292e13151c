"""The administrator's pages of units, each with its history from the journal."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.web.accounts.actions import units as changes
from luodi.web.accounts.forms.units import CloseUnit, MoveUnit, NewUnit, UnitForm
from luodi.web.accounts.models import Membership, Unit
from luodi.web.accounts.queries import history
from luodi.web.accounts.views.people import REFUSED, only_administrators, unknown_action
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import say

_ACTIONS: Final[dict[str, Action]] = {
    "rename": changes.rename_unit,
    "move": changes.move_unit,
    "close": changes.close_unit,
    "reopen": changes.reopen_unit,
}


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def units(request: HttpRequest) -> HttpResponse:
    """The tree, and a form for one more unit."""
    form = NewUnit(request.POST if request.method == "POST" else None)
    tried = submit(request, changes.add_unit, form, own=REFUSED) if request.method == "POST" else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:unit", unit=tried.done.pk)
    tree = visible(request.user, Unit.objects.all())
    more = {"form": form, "problem": tried.problem, "units": tree, "today": timezone.localdate()}
    return page(request, "accounts/units", tried.status, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def unit(request: HttpRequest, unit: int) -> HttpResponse:
    """One unit: rename it, move it, close it on a day, let it go on."""
    found = get_object_or_404(visible(request.user, Unit.objects.all()), pk=unit)
    act, today = request.POST.get("act", ""), timezone.localdate()

    def given(name: str) -> Data:
        return request.POST if act == name else None

    own = {"kind": found.kind, "name_zh": found.name_zh, "name_en": found.name_en}
    forms: dict[str, ActionForm] = {
        "rename": UnitForm(given("rename"), initial=own, auto_id="rename_%s"),
        "move": MoveUnit(given("move"), row=found, auto_id="move_%s"),
        "close": CloseUnit(given("close"), initial={"day": today}, auto_id="close_%s"),
        "reopen": ActionForm(given("reopen"), auto_id="reopen_%s"),
    }
    tried = Attempt()
    if request.method == "POST":
        tried = submit(request, _ACTIONS[act], forms[act], found, own=REFUSED) if act in forms else unknown_action()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:unit", unit=found.pk)
    return page(
        request,
        "accounts/unit",
        tried.status,
        unit=found,
        forms=forms,
        problem=tried.problem,
        bound=forms.get(act),
        held=visible(request.user, Membership.objects.filter(unit=found)).select_related("user"),
        entries=history(request.user, found),
        today=today,
    )
