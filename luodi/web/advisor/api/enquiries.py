"""Enquiries: answers handed over to officers, and what became of them. `/api/v1/enquiries`.

With the scope `enquire` a key shows what its user sent; with `office` all that its user may see and work on.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.enquiries import State
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor import queries
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.api import shown
from luodi.web.advisor.api.answers import answers_in
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.result import plan_of
from luodi.web.api import inputs
from luodi.web.api.admission import Caller
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import CLOUD, ref, translated
from luodi.web.api.values import today
from luodi.web.core.forms import MOST

router = Router(KeyScope.ENQUIRE)
PLAN: Final = 10
STATES: Final = ("", "open", "mine", "stale", *(state.value for state in State))
LANGUAGES: Final = ("zh", "en")


class NobodyReceives(LuodiError):
    """There is no unit yet that enquiries go to."""

    code = "nobody-receives"


@router.collection("/enquiries", "enquiries", "EnquiryRow", values={"state": STATES})
def enquiries(caller: Caller, state: str = "", words: str = "") -> Listing[Enquiry]:
    return Listing(visible_to(caller, state, words), shown.enquiry_row)


def visible_to(caller: Caller, state: str = "", words: str = "") -> QuerySet[Enquiry]:
    """What the user of a key may see, and of that only what they sent where the key is not for an officer's work."""
    rows = queries.enquiries(caller.user, {"state": state, "words": words}).select_related("determination__stale")
    return rows if caller.may(KeyScope.OFFICE) else rows.filter(sender=caller.user)


@dataclass(frozen=True)
class ToEnquire:
    answers: Answers
    sender: actions.Sender
    unit: Unit


def to_enquire(user: User, raw: inputs.Body) -> ToEnquire:
    if raw["consent"] is not True:
        raise BadInput("api.officer-reads-what-you-send", at=in_key("consent", inputs.AT))
    answers = answers_in(raw)
    sender = actions.Sender(
        name=user.name or user.email,
        email=user.email,
        language=_language(raw, user),
        company=inputs.words(raw, "company", 300),
        message=inputs.words(raw, "message", MOST),
    )
    unit = queries.receiving_unit()
    if unit is None:
        raise NobodyReceives("api.no-unit-receives-enquiries-site")
    plan_of(answers, answers.on or today())
    return ToEnquire(answers, sender, unit)


@router.store(
    "/enquiries",
    ref("EnquiryRow"),
    409,
    asks="ToEnquire",
    parse=to_enquire,
    cost=PLAN,
    done=(201,),
    example={"answers": CLOUD, "consent": True, "message": "When can we begin?"},
)
def enquire(user: User, raw: ToEnquire) -> Made:
    made = actions.send_enquiry(raw.answers, today(), raw.sender, raw.unit, by=user, at=timezone.now())
    return Made(shown.enquiry_row(made), f"/api/v1/enquiries/{made.reference}")


def _language(raw: inputs.Body, user: User) -> str:
    chosen = inputs.words(raw, "language", 2, "zh" if user.language.startswith("zh") else "en")
    if chosen not in LANGUAGES:
        raise UnknownValue("api.language-zh-or-en", at=in_key("language", inputs.AT))
    return chosen


@router.record("/enquiries/{reference}", translated(ref("Enquiry")), 404)
def enquiry(caller: Caller, reference: str) -> Document:
    return shown.enquiry_whole(enquiry_of(caller, reference))


def enquiry_of(caller: Caller, reference: str) -> Enquiry:
    """Raises `NoSuchAddress`, also for what somebody else sent."""
    return inputs.existing(visible_to(caller).filter(reference=reference).first(), "api.no-enquiry-reference-you")


# ---- for officers


@router.store("/enquiries/{reference}/assign", ref("EnquiryRow"), 404, 409, scope=KeyScope.OFFICE)
def assign(caller: Caller, user: User, reference: str) -> Document:
    actions.assign_enquiry(enquiry_of(caller, reference), by=user, at=timezone.now())
    return shown.enquiry_row(enquiry_of(caller, reference))


@dataclass(frozen=True)
class ToAnswer:
    text: str
    language: str


def to_answer(user: User, raw: inputs.Body) -> ToAnswer:
    answer = ToAnswer(inputs.words(raw, "text", MOST), _language(raw, user))
    if not answer.text:
        raise MissingKey("api.answer-words", at=in_key("text", inputs.AT))
    return answer


@router.store(
    "/enquiries/{reference}/answer",
    ref("EnquiryRow"),
    404,
    409,
    scope=KeyScope.OFFICE,
    asks="ToAnswer",
    parse=to_answer,
    example={"text": "The pilot area takes applications.", "language": "en"},
)
def answer(caller: Caller, user: User, raw: ToAnswer, reference: str) -> Document:
    found = enquiry_of(caller, reference)
    actions.answer_enquiry(found, raw.text, raw.language, by=user, at=timezone.now())
    return shown.enquiry_row(enquiry_of(caller, reference))


@router.store(
    "/enquiries/{reference}/close",
    ref("EnquiryRow"),
    404,
    409,
    scope=KeyScope.OFFICE,
    asks="ToClose",
    example={"reason": "Answered by telephone."},
)
def close(caller: Caller, user: User, raw: inputs.Body, reference: str) -> Document:
    reason = inputs.words(raw, "reason", MOST)
    actions.close_enquiry(enquiry_of(caller, reference), reason, by=user, at=timezone.now())
    return shown.enquiry_row(enquiry_of(caller, reference))
