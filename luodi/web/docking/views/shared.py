"""What the pages of docking share: the form of an action is read, and what came of it shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from luodi.web.core import views as core
from luodi.web.core.words import say
from luodi.web.docking.forms import DockingForm

Who = dict[str, Any]  # who acts, when, with the key and the version of the form
Do = Callable[[dict[str, Any], Who], Any]


@dataclass(frozen=True)
class Refused:
    """What a page shows of an action that did not happen."""

    act: str
    form: DockingForm
    problem: str
    status: int
    since: tuple[Any, ...] = ()


def attempt(request: HttpRequest, act: str, form: DockingForm, do: Do) -> Any:
    """What the action gave, or `Refused`."""

    def sent(cleaned: dict[str, Any]) -> Any:
        who = {"by": request.user, "at": timezone.now(), "key": cleaned["key"], "version": cleaned["version"]}
        return do(form.given(), who)

    tried = core.attempt(form, sent, "docking.refused")
    if tried.done is None:
        return Refused(act, form, tried.problem, tried.status, tuple(tried.since))
    return tried.done


def done(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    messages.success(request, say("docking.said_done"))
    return redirect(name, *args)
