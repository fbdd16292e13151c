"""What the pages of docking share: the actions that a page offers, each with its form, and what came of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm
from luodi.web.core.views import Attempt, attempt
from luodi.web.core.words import say

OWN = "docking.refused"


@dataclass(frozen=True)
class Offered:
    """An action with its form, empty or as it was sent. `records` are those that it is performed on; where the form
    chooses the record, its `record` is."""

    action: Action
    form: ActionForm
    records: tuple[Model, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused(Attempt):
    """What a page shows of an action that was not performed."""

    act: str = ""
    form: ActionForm | None = None


def perform(request: HttpRequest, name: str, offered: Offered) -> Attempt | Refused:
    """By whoever sent the form; `Refused` where it was not performed."""
    form = offered.form

    def submit() -> object:
        records = (form.record,) if hasattr(form, "record") else offered.records
        return offered.action.submit(form, *records, by=request.user, at=timezone.now(), **offered.more)

    return run(name, form, submit)


def run(name: str, form: ActionForm, do: Callable[[], object]) -> Attempt | Refused:
    tried = attempt(form, lambda _: do(), OWN)
    if tried.done is not None:
        return tried
    return Refused(tried.status, None, tried.problem, tried.since, name, form)


def forms_of(offered: Mapping[str, ActionForm], refused: Refused | None) -> dict[str, ActionForm]:
    """The forms that a page shows, the one that was refused as it was sent."""
    if refused is None or refused.form is None or refused.act not in offered:
        return dict(offered)
    return {**offered, refused.act: refused.form}


def done(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    messages.success(request, say("docking.said_done"))
    return redirect(name, *args)
