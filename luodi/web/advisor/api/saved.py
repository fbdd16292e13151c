"""Profiles: the answers that the user of a key keeps. `/api/v1/profiles`."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import MissingKey
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.advisor import actions_saved, queries
from luodi.web.advisor.api import shown
from luodi.web.advisor.api.answers import answers_in
from luodi.web.advisor.models import Saved
from luodi.web.advisor.result import plan_of
from luodi.web.api import answers, given, paging
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import CLOUD, OPERATIONS, a_list, own, ref, storing, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today

router = Router()
PLAN: Final = 10  # what keeping an answer counts for: it makes a plan
MOST_NAME: Final = 200


@router.get("/profiles", operation_id="profiles")
def profiles(request: HttpRequest, limit: int = Query(50, ge=1, le=200), cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.KEEP)
    rows = queries.saved(user).defer("determination__packed")
    return answers.own(request, paging.newest("profiles", rows, shown.saved_row, limit, cursor))


@router.post("/profiles", operation_id="keep")
def keep(request: HttpRequest) -> HttpResponse:
    """201 for what is kept now, 200 for what was: the same answers are kept once, under their first name."""
    caller, user = admit_user(request, KeyScope.KEEP, PLAN)
    raw, text = given.body_of(request, {"name": True, "answers": True})
    name, answers, at = given.words(raw, "name", MOST_NAME), answers_in(raw), timezone.now()
    if not name:
        raise MissingKey("api.give-name", at=in_key("name", Message("place.body")))
    plan_of(answers, answers.on or today())  # made before anybody has to wait for this transaction

    def act() -> HttpResponse:
        saved = actions_saved.save_answers(answers, name, today=today(), by=user, at=at)
        status = 201 if saved.at == at else 200
        return stored(shown.saved_row(saved), status, Location=f"/api/v1/profiles/{saved.pk}")

    return once(request, caller, text, act)


@router.get("/profiles/{number}", operation_id="profile")
def profile(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.KEEP)
    return answers.own(request, shown.saved_whole(saved_of(user, number)))


@router.post("/profiles/{number}/renew", operation_id="renew")
def renew(request: HttpRequest, number: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.KEEP, PLAN)

    def act() -> HttpResponse:
        found = saved_of(user, number)
        return stored(shown.saved_row(actions_saved.renew_answers(found, today=today(), by=user, at=timezone.now())))

    return once(request, caller, "", act)


@router.delete("/profiles/{number}", operation_id="forget")
def forget(request: HttpRequest, number: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.KEEP)

    def act() -> HttpResponse:
        actions_saved.forget_answers(saved_of(user, number), by=user)
        return stored(None)

    return once(request, caller, "", act)


def saved_of(user: User, number: str) -> Saved:
    """Raises `NoSuchAddress`, also for what belongs to somebody else."""
    known = number.isascii() and number.isdecimal() and len(number) <= 18
    found = queries.saved(user).filter(pk=int(number)).first() if known else None
    if found is None:
        raise NoSuchAddress("api.you-keep-no-answers-with")
    return found


OPERATIONS.update(
    {
        "profiles": own(a_list("profiles", "KeptRow"), 422),
        "profile": own(translated(ref("Kept")), 404),
        "keep": storing(
            KeyScope.KEEP, ref("KeptRow"), asks="ToKeep", done=(200, 201), name="Cloud in Beijing", answers=CLOUD
        ),
        "renew": storing(KeyScope.KEEP, ref("KeptRow"), 404),
        "forget": storing(KeyScope.KEEP, None, 404, done=(204,)),
    }
)
