"""Asking many companies about one fact, each in its language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.timezone import localdate

from luodi.web.accounts.models import User
from luodi.web.cases import notices
from luodi.web.cases.actions.requests import ask
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.next_facts import languages_of
from luodi.web.cases.queries.unsettled import facts_asked
from luodi.web.core.bulk import Bulk, Outcome


@dataclass(frozen=True)
class Asking:
    """A question about a fact, in the words of one language."""

    fact: str
    question: str
    act: str = "ask"


def _objection(user: AbstractBaseUser, case: LandingCase, wanted: Asking, at: datetime) -> str:
    if not case.is_open:
        return "ended"
    if wanted.fact not in facts_asked(case):
        return "fact_settled"
    if case.requests.filter(fact=wanted.fact, state=RequestState.OPEN).exists():
        return "fact_waits"
    return "" if notices.representatives(case, localdate(at)) else "letter_nobody"


FACT_QUESTIONS: Final[Bulk[LandingCase, Asking]] = Bulk(
    {"ask": ask}, lambda wanted: {"question": wanted.question, "fact": wanted.fact}, _objection
)


def ask_companies(
    user: User,
    cases: Iterable[LandingCase],
    versions: Mapping[int, int],
    fact: str,
    texts: Mapping[str, str],
    *,
    key: str,
    at: datetime,
) -> list[Outcome[LandingCase]]:
    """`texts` are the question by language. What could not be asked is told, with the reason. The same key again asks
    nobody twice."""
    rows = list(cases)
    spoken = languages_of(rows, localdate(at))
    done = []
    for lang, text in texts.items():
        there = [one for one in rows if spoken[one.pk] == lang]
        done += FACT_QUESTIONS.do(user, there, versions, Asking(fact, text), key=key, at=at)
    return done
