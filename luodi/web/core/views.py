"""What the pages of actions share: a form is read, its action performed, and a refusal shown where one can act on it.

form = AnswerForm(request.POST, row=found)
tried = submit(request, answer, form, found)
if tried.done is not None:
    return redirect(..)
return page(request, .., tried.status, form=form, tried=tried)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from luodi.casework.gates import GateMissing
from luodi.casework.steps import StepBlocked
from luodi.errors import LuodiError
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import key_sent, was_done
from luodi.web.journal.models import Entry
from luodi.web.words import language, say, words


@dataclass(frozen=True)
class Attempt:
    """`done` is the row, None where nothing was done; `since` what the form had missed."""

    status: int = 200
    done: Any = None
    problem: str = ""
    since: Sequence[Entry] = ()


Phrase = Callable[[LuodiError], str]


def attempt(form: ActionForm, do: Callable[[dict[str, Any]], Any], phrase: Phrase | None = None) -> Attempt:
    """Do it, or say why not where it can be put right: 422 for what was typed, 409 for what changed meanwhile.

    A refusal for lack of permission goes on to the page that says so. `phrase` puts a refusal in words.
    """
    phrase = phrase or in_words
    if not form.is_valid():
        return Attempt(422)
    try:
        return Attempt(302, do(form.cleaned_data))
    except StaleVersion as stale:
        form.again(stale.version)
        return Attempt(409, problem=phrase(stale), since=stale.since)
    except NotPermitted:
        raise
    except LuodiError as problem:
        told = phrase(problem)
        if problem.at in form.fields:
            form.add_error(problem.at, told)
            return Attempt(422)
        return Attempt(422, problem=told)


def in_words(problem: LuodiError) -> str:
    """In the language of the reader, where there are words for it."""
    joint = "；" if language() == "zh" else "; "
    if isinstance(problem, GateMissing):
        return say("cases.form_gate_missing", names=joint.join(one.says[language()] for one in problem.missing))
    if isinstance(problem, StepBlocked):
        return say("cases.form_blocked", names=joint.join(title[language()] for title in problem.titles))
    key = f"cases.form_{problem.code.replace('-', '_')}"
    return say(key) if key in words() else problem.message


def submit(
    request: HttpRequest, action: Action, form: ActionForm, *records: Any, phrase: Phrase | None = None, **more: Any
) -> Attempt:
    """`attempt` with an action, performed by who sent the form."""
    return attempt(form, lambda _: action.submit(form, *records, by=request.user, at=timezone.now(), **more), phrase)


def was_sent_before(request: HttpRequest) -> bool:
    """Whether the form of a request, sent by the same person, had its effect: the second of two clicks."""
    return was_done(key_sent(request), request.user)
