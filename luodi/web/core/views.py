"""What the pages of actions share: a form is read, its action performed, and a refusal shown where one can act on it.

form = AnswerForm(request.POST, row=found)
tried = submit(request, answer, form, found)
if tried.done is not None:
    return redirect(..)
return page(request, .., tried.status, form=form, tried=tried)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.core.actions import Action
from luodi.web.core.error_words import in_words
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import key_sent, was_done

#: Where the words of a refusal stand, for pages that have none of their own.
OWN: Final = "cases.form"


@dataclass(frozen=True)
class Attempt:
    """`done` is the row, None where nothing was done; `since` what the form had missed."""

    status: int = 200
    done: Any = None
    problem: str = ""
    since: Sequence[Any] = ()


def attempt(form: ActionForm, do: Callable[[dict[str, Any]], Any], own: str = OWN) -> Attempt:
    """Do it, or say why not where it can be put right: 422 for what was typed, 409 for what changed meanwhile.

    A refusal for lack of permission goes on to the page that says so. `own` begins the keys of the words that the page
    has for a refusal.
    """
    if not form.is_valid():
        return Attempt(422)
    try:
        return Attempt(302, do(form.cleaned_data))
    except StaleVersion as stale:
        form.again(stale.version)
        return Attempt(409, problem=in_words(stale, own), since=stale.since)
    except NotPermitted:
        raise
    except LuodiError as problem:
        told = in_words(problem, own)
        if problem.at in form.fields:
            form.add_error(problem.at, told)
            return Attempt(422)
        return Attempt(422, problem=told)


def submit(
    request: HttpRequest, action: Action, form: ActionForm, *records: Any, own: str = OWN, **more: Any
) -> Attempt:
    """`attempt` with an action, performed by who sent the form."""
    return attempt(form, lambda _: action.submit(form, *records, by=request.user, at=timezone.now(), **more), own)


def was_sent_before(request: HttpRequest) -> bool:
    """Whether the form of a request, sent by the same person, had its effect: the second of two clicks."""
    return was_done(key_sent(request), request.user)
