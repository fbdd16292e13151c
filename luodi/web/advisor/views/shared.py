"""What the views of the advisor share: the answers in an address, and pages that repeat them."""

from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.advice.owners import CONTROL_FIELDS, FIELDS
from luodi.web.accounts.models import User
from luodi.web.advisor import checklist_form
from luodi.web.advisor.answer_texts import answers_text, fact_label
from luodi.web.advisor.types import Context
from luodi.web.core.pages import page
from luodi.web.core.words import language

#: Names that the pages use themselves, beside the answers.
OWN = (
    "q",
    "say",
    "figure",
    "value",
    "unsure",
    "more",
    "find",
    "to",
    "places",
    "company",
    "use",
    "line",
    "fault",
    *checklist_form.FIELDS,
    *(f"stake_{name}" for name in FIELDS),
    *(f"control_{name}" for name in CONTROL_FIELDS),
)


def today() -> date:
    return timezone.localdate()


def answers_in(request: HttpRequest) -> Answers:
    pairs = ((name, text) for name, texts in request.GET.lists() for text in texts)
    return Answers.read(pairs, OWN)


def words_of(answers: Answers, on: date | None = None) -> Context:
    """What a page needs to repeat answers in words; with a day, time is said exactly."""
    lang = language()
    return {
        "answers": answers,
        "answers_text": partial(answers_text, answers=answers, lang=lang),
        "fact_label": partial(fact_label, lang=lang, on=on),
    }


def answers_page(
    request: HttpRequest, template: str, answers: Answers, status: int = 200, **context: object
) -> HttpResponse:
    return page(request, template, status, **words_of(answers, answers.on or today()), **context)


def go(name: str, answers: Answers, **more: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(f'advisor:{name}')}?{answers.query(**more)}")


def hidden_fields(answers: Answers, *without: str) -> list[tuple[str, str]]:
    """The other answers, so that a form keeps them."""
    pairs = [(name, text) for name, text in answers.given.items() if name not in without]
    pairs += answers.owning if "owners" not in without else []
    return [*pairs, ("on", answers.on.isoformat())] if answers.on else pairs


def person_of(request: HttpRequest) -> User | None:
    """Whoever has signed in."""
    return request.user if isinstance(request.user, User) else None


def user_of(request: HttpRequest) -> User:
    """Of a view that only people who have signed in reach."""
    assert isinstance(request.user, User)
    return request.user
