"""Profiles: the answers that the user of a key keeps. `/api/v1/profiles`."""

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.errors import MissingKey
from luodi.message import in_key
from luodi.web.accounts.models import User
from luodi.web.advisor import queries
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.api import shown
from luodi.web.advisor.api.answers import answers_in
from luodi.web.advisor.models import Saved
from luodi.web.advisor.result import plan_of
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import CLOUD, ref, translated
from luodi.web.api.values import today

router = Router(KeyScope.KEEP)
PLAN: Final = 10  # what keeping an answer counts for: it makes a plan
MOST_NAME: Final = 200


@dataclass(frozen=True)
class ToKeep:
    name: str
    answers: Answers


def to_keep(user: User, raw: inputs.Body) -> ToKeep:
    name, answers = inputs.words(raw, "name", MOST_NAME), answers_in(raw)
    if not name:
        raise MissingKey("api.give-name", at=in_key("name", inputs.AT))
    plan_of(answers, answers.on or today())
    return ToKeep(name, answers)


@router.collection("/profiles", "profiles", "KeptRow")
def profiles(user: User) -> Listing[Saved]:
    return Listing(queries.saved(user).defer("determination__packed"), shown.saved_row)


@router.store(
    "/profiles",
    ref("KeptRow"),
    asks="ToKeep",
    parse=to_keep,
    cost=PLAN,
    done=(200, 201),
    example={"name": "Cloud in Beijing", "answers": CLOUD},
)
def keep(user: User, raw: ToKeep) -> Made:
    """201 for what is kept now, 200 for what was: the same answers are kept once, under their first name."""
    at = timezone.now()
    saved = actions_saved.save_answers(raw.answers, raw.name, today=today(), by=user, at=at)
    return Made(shown.saved_row(saved), f"/api/v1/profiles/{saved.pk}", 201 if saved.at == at else 200)


@router.record("/profiles/{number}", translated(ref("Kept")), 404)
def profile(user: User, number: str) -> Document:
    return shown.saved_whole(saved_of(user, number))


@router.store("/profiles/{number}/renew", ref("KeptRow"), 404, cost=PLAN)
def renew(user: User, number: str) -> Document:
    found = saved_of(user, number)
    return shown.saved_row(actions_saved.renew_answers(found, today=today(), by=user, at=timezone.now()))


@router.store("/profiles/{number}", None, 404, method="DELETE", done=(204,))
def forget(user: User, number: str) -> None:
    actions_saved.forget_answers(saved_of(user, number), by=user, at=timezone.now())


def saved_of(user: User, number: str) -> Saved:
    """Raises `NoSuchAddress`, also for what belongs to somebody else."""
    found = queries.saved(user).filter(pk=inputs.number_of(number)).first()
    return inputs.existing(found, "api.you-keep-no-answers-with")
