"""One act of a page: the form is read, one function called, and a refusal shown where one can act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.cases.acting import Moved
from luodi.web.docking.forms import Act
from luodi.web.error_words import in_words
from luodi.web.words import say


@dataclass(frozen=True)
class Sent:
    """What a form sends with every act."""

    by: User
    at: datetime
    key: str
    version: int | None

    def how(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "key": self.key, "version": self.version}


@dataclass(frozen=True)
class Refused:
    """What a page shows of an act that did not happen."""

    act: str
    form: Act
    problem: str
    status: int
    since: tuple[Any, ...] = ()


def attempt(request: HttpRequest, act: str, form: Act, do: Callable[[dict[str, Any], Sent], Any], row: Any) -> Any:
    """What the act answers, or `Refused`. A refusal for want of a role is the page that says so."""
    if not form.is_valid():
        return Refused(act, form, "", 422)
    assert isinstance(request.user, User)
    sent = Sent(request.user, timezone.now(), form.cleaned_data["key"], form.cleaned_data["version"])
    try:
        return do(form.given(), sent)
    except Moved as moved:
        row.refresh_from_db()
        form.again(row.version)
        return Refused(act, form, in_words(moved, "docking.refused"), 409, tuple(moved.since))
    except LuodiError as refused:
        if refused.code == "not-permitted":
            raise
        if refused.at in form.fields:
            form.add_error(refused.at, in_words(refused, "docking.refused"))
            return Refused(act, form, "", 422)
        return Refused(act, form, in_words(refused, "docking.refused"), 422)


def done(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    messages.success(request, say("docking.said_done"))
    return redirect(name, *args)
