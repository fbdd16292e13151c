"""Enquiries: answers handed over to officers, and what became of them. `/api/v1/enquiries`.

With the scope `enquire` a key shows what its user sent; with `office` all that its user may see and work on.
"""

from collections.abc import Callable
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import BadInput, LuodiError, MissingKey, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.advisor import actions, queries
from luodi.web.advisor.api import shown
from luodi.web.advisor.api.answers import answers_in
from luodi.web.advisor.forms import MOST
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.stages import State
from luodi.web.api import answers, given, paging
from luodi.web.api.admission import Caller, admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, CLOUD, OPERATIONS, a_list, own, ref, storing, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today
from luodi.web.core.keys import new_key

router = Router()
PLAN: Final = 10
STATES: Final = ("open", "mine", "stale", *(state.value for state in State))
LANGUAGES: Final = ("zh", "en")


class NobodyReceives(LuodiError):
    """There is no unit yet that enquiries go to."""

    code = "nobody-receives"


@router.get("/enquiries", operation_id="enquiries")
def enquiries(
    request: HttpRequest,
    state: str = "",
    words: str = "",
    limit: int = Query(50, ge=1, le=200),
    cursor: str | None = None,
) -> HttpResponse:
    caller, _ = admit_user(request, KeyScope.ENQUIRE)
    if state not in ("", *STATES):
        raise UnknownValue("api.state", states=STATES, at=in_key("state", Message("place.query")))
    rows = reached(caller, state, words.replace("\0", " "))
    return answers.own(request, paging.newest("enquiries", rows, shown.enquiry_row, limit, cursor))


def reached(caller: Caller, state: str = "", words: str = "") -> QuerySet[Enquiry]:
    """What the user of a key may see, and of that only what they sent where the key is not for an officer's work."""
    rows = queries.enquiries(caller.user, {"state": state, "words": words}).select_related("determination__stale")
    return rows if caller.may(KeyScope.OFFICE) else rows.filter(sender=caller.user)


@router.post("/enquiries", operation_id="enquire")
def enquire(request: HttpRequest) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.ENQUIRE, PLAN)
    known = {"answers": True, "consent": True, "company": False, "message": False, "language": False}
    raw, text = given.body_of(request, known)
    if raw["consent"] is not True:
        raise BadInput("api.officer-reads-what-you-send", at=in_key("consent", Message("place.body")))
    answers = answers_in(raw)
    sender = actions.Sender(
        name=user.name or user.email,
        email=user.email,
        language=_language(raw, user),
        user=user,
        company=given.words(raw, "company", 300),
        message=given.words(raw, "message", MOST),
    )
    unit = queries.receiving_unit()
    if unit is None:
        raise NobodyReceives("api.no-unit-receives-enquiries-site")
    plan_of(answers, answers.on or today())  # made before anybody has to wait for this transaction

    def act() -> HttpResponse:
        made = actions.send_enquiry(answers, today(), sender, unit, key=new_key(), at=timezone.now())
        return stored(shown.enquiry_row(made), 201, Location=f"/api/v1/enquiries/{made.reference}")

    return once(request, caller, text, act)


def _language(raw: dict[str, object], user: User) -> str:
    chosen = given.words(raw, "language", 2, "zh" if user.language.startswith("zh") else "en")
    if chosen not in LANGUAGES:
        raise UnknownValue("api.language-zh-or-en", at=in_key("language", Message("place.body")))
    return chosen


@router.get("/enquiries/{reference}", operation_id="enquiry")
def enquiry(request: HttpRequest, reference: str) -> HttpResponse:
    caller, _ = admit_user(request, KeyScope.ENQUIRE)
    return answers.own(request, shown.enquiry_whole(enquiry_of(caller, reference)))


def enquiry_of(caller: Caller, reference: str) -> Enquiry:
    """Raises `NoSuchAddress`, also for what somebody else sent."""
    found = reached(caller).filter(reference=reference).first() if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-enquiry-reference-you")
    return found


# ---- for officers


@router.post("/enquiries/{reference}/assign", operation_id="assign")
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    return _acted(request, caller, reference, "", lambda found: actions.assign_enquiry(found, by=user))


@router.post("/enquiries/{reference}/answer", operation_id="answer")
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"text": True, "language": False})
    words, language = given.words(raw, "text", MOST), _language(raw, user)
    if not words:
        raise MissingKey("api.answer-words", at=in_key("text", Message("place.body")))

    def act(found: Enquiry) -> object:
        return actions.answer_enquiry(found, words, language, key=new_key(), by=user, at=timezone.now())

    return _acted(request, caller, reference, text, act)


@router.post("/enquiries/{reference}/close", operation_id="close")
def close(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"reason": True})
    reason = given.words(raw, "reason", MOST)
    return _acted(
        request, caller, reference, text, lambda found: actions.close_enquiry(found, reason, by=user, at=timezone.now())
    )


def _acted(
    request: HttpRequest, caller: Caller, reference: str, text: str, act: Callable[[Enquiry], object]
) -> HttpResponse:
    def acted() -> HttpResponse:
        act(enquiry_of(caller, reference))
        return stored(shown.enquiry_row(enquiry_of(caller, reference)))

    return once(request, caller, text, acted)


OPERATIONS.update(
    {
        "enquiries": own(
            a_list("enquiries", "EnquiryRow"), 422, scope=KeyScope.ENQUIRE, values={"state": ("", *STATES)}
        ),
        "enquiry": own(translated(ref("Enquiry")), 404, scope=KeyScope.ENQUIRE),
        "enquire": storing(
            KeyScope.ENQUIRE,
            ref("EnquiryRow"),
            409,
            asks="ToEnquire",
            done=(201,),
            answers=CLOUD,
            consent=True,
            message="When can we begin?",
        ),
        "assign": storing(KeyScope.OFFICE, ref("EnquiryRow"), *ACTED),
        "answer": storing(
            KeyScope.OFFICE,
            ref("EnquiryRow"),
            *ACTED,
            asks="ToAnswer",
            text="The pilot area takes applications.",
            language="en",
        ),
        "close": storing(KeyScope.OFFICE, ref("EnquiryRow"), *ACTED, asks="ToClose", reason="Answered by telephone."),
    }
)
