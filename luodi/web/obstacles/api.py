"""What stands in companies' way, and the policy questions that it raises, for programs. `/api/v1/obstacles`,
`/api/v1/issues`: a company raises and judges, a unit answers, by the actions of the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from luodi.casework.obstacles import Against, ObstacleKind
from luodi.errors import MissingKey, UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import a_list, ref
from luodi.web.api.values import moment, moment_or_none, named, today
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import case_of
from luodi.web.core.actions import Action, actions_on, open_to
from luodi.web.core.forms import MOST
from luodi.web.core.permissions import require, visible
from luodi.web.obstacles import actions, forms, queries
from luodi.web.obstacles.models import Obstacle, PolicyIssue

router = Router(KeyScope.DEALINGS)
KINDS: Final = tuple(kind.value for kind in ObstacleKind)
_WHOLE: Final = ("company", "case", "unit", "issue", "against_person", "against_unit")
_OF: Final = {"number": "obstacle"}
_OF_ISSUE: Final = {"number": "issue"}


@router.collection("/obstacles", "obstacles", "ObstacleRow", values={"state": ("", *queries.STATES)})
def obstacles(user: User, state: str = "", about: str = "") -> Listing[Obstacle]:
    """Those that the key's user may see, of their units or their companies."""
    return Listing(queries.OBSTACLES.found(user, {"state": state, "about": about[:240]}), row)


@router.record("/obstacles/by-rule", a_list("rules", "ObstaclesOfRule"))
def obstacles_by_rule(user: User) -> Document:
    """How many there are about which rule at which bureau, and how old the oldest open one is."""
    return {"rules": [_counted(one) for one in queries.by_rule(user)], "next": None}


def _counted(one: Mapping[str, Any]) -> Document:
    return {
        "about": _about(one["about_kind"], one["about"]),
        "unit": {"id": one["unit"], "name": {"zh": one["unit__name_zh"], "en": one["unit__name_en"]}},
        "all": one["all"],
        "open": one["open"],
        "oldest": moment_or_none(one["oldest"]),
        "rating": None if one["mean"] is None else round(float(one["mean"]), 2),
        "rated": one["rated"],
    }


@router.record("/obstacles/{number}", ref("Obstacle"), 404, of=_OF)
def obstacle(user: User, number: str) -> Document:
    return whole(user, _obstacle(user, number))


@dataclass(frozen=True)
class ToRaise:
    kind: ObstacleKind
    text: str
    about: tuple[str, str]
    company: object
    case: str
    against: Against | None


def to_raise(user: User, raw: inputs.Body) -> ToRaise:
    kind, about = inputs.words(raw, "kind", 20), inputs.words(raw, "about", 240)
    inputs.one_of(kind, KINDS, "kind", inputs.AT)
    about_kind, _, name = about.partition("/")
    against = inputs.words(raw, "against", 20)
    if against:
        inputs.one_of(against, tuple(Against), "against", inputs.AT)
    return ToRaise(
        ObstacleKind(kind),
        inputs.words(raw, "text", MOST),
        (about_kind, name) if name else ("", ""),
        raw.get("company"),
        inputs.words(raw, "case", 40),
        Against(against) if against else None,
    )


@router.store(
    "/obstacles",
    ref("Obstacle"),
    asks="ToRaise",
    parse=to_raise,
    done=(201,),
    example={"kind": "request", "about": "step/icp-filing", "text": "The office takes paper only."},
)
def raise_obstacle(user: User, raw: ToRaise) -> Made:
    """By whoever acts for the company; or by an officer for the company of a case."""
    case = _case(user, raw.case)
    company = _company(user, raw.company, case)
    made = actions.raise_obstacle(
        company,
        raw.kind,
        raw.text,
        case=case,
        about=raw.about,
        against=raw.against,
        by=user,
        at=timezone.now(),
    )
    return Made(whole(user, made), f"/api/v1/obstacles/{made.pk}")


def _case(user: User, reference: str) -> LandingCase | None:
    found = case_of(user, reference) if reference else None
    if reference and found is None:
        raise UnknownValue("api.no-case-reference-you", at=in_key("case", inputs.AT))
    return found


def _company(user: User, number: object, case: LandingCase | None) -> Company:
    """The one named, that of the case, or the only one that the key's user acts for."""
    own = {one.pk: one for one in queries.companies_of(user, on=today())}
    if case is not None:
        own[case.company_id] = case.company
    if number is None:
        if case is not None:
            return case.company
        if len(own) != 1:
            raise MissingKey("api.say-company-about", at=in_key("company", inputs.AT))
        return next(iter(own.values()))
    if number not in own or isinstance(number, bool):
        raise UnknownValue("api.you-do-not-act-company", at=in_key("company", inputs.AT))
    return own[number]


@router.action(
    "/obstacles/{number}/acts/{act}",
    ref("Obstacle"),
    lambda **_: actions_on(Obstacle),
    of=_OF,
    example={"version": 3, "given": {"words": "It takes them online now."}},
)
def obstacle_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    found = _obstacle(user, number)
    inputs.submit(action, found, raw, lambda data: forms.form_of(action, user, found, data, on=today()), by=user)
    found.refresh_from_db()
    return whole(user, found)  # as it is now, although one who passed it on may not read it any more


@router.store(
    "/obstacles/{number}/issue",
    ref("Issue"),
    404,
    409,
    asks="ToAdd",
    done=(201,),
    of=_OF,
    example={"given": {"title": "Filing on paper", "text": "Why on paper?", "unit": 1, "due": "2027-01-15"}},
)
def open_issue(user: User, raw: inputs.Body, number: str) -> Made:
    """A policy question that an obstacle raises."""
    found = _obstacle(user, number)
    require(user, "join", found)
    form = inputs.form_of(lambda data: forms.Issue(data, on=today()), raw)
    about = found.about_kind, found.about
    made = actions.open_issue.submit(form, by=user, at=timezone.now(), about=about, obstacles=[found])
    return Made(issue_whole(user, _issue(user, str(made.pk))), f"/api/v1/issues/{made.pk}")


def _obstacle(user: User, number: str) -> Obstacle:
    rows = Obstacle.objects.select_related(*_WHOLE).filter(pk=inputs.number_of(number))
    return inputs.existing(visible(user, rows).first(), "api.no-obstacle-number-you")


def _about(kind: str, name: str) -> str | None:
    """As `about` of a list takes it."""
    return f"{kind}/{name}" if name else None


def row(one: Obstacle) -> Document:
    return {
        "number": one.pk,
        "version": one.version,
        "kind": one.kind,
        "state": one.state,
        "company": {"id": one.company_id, "name": {"zh": one.company.name_zh, "en": one.company.name_en}},
        "case": one.case.reference if one.case else None,
        "unit": named(one.unit),
        "about": _about(one.about_kind, one.about),
        "at": moment(one.at),
        "due": one.due.isoformat(),
        "rating": one.rating,
        "issue": one.issue_id,
    }


def whole(user: User, one: Obstacle) -> Document:
    """A policy question is answered to everybody who raised it, so its answer stands with the obstacle."""
    return {
        **row(one),
        "text": one.text,
        "against": {
            "person": str(one.against_person) if one.against_person else None,
            "unit": named(one.against_unit) if one.against_unit else None,
        },
        "answer": one.answer or None,
        "answered": moment_or_none(one.answered),
        "agreement": queries.agreement_of(one),
        "reason": one.reason or None,
        "rating_words": one.rating_words or None,
        "issue_answer": (one.issue.answer or None) if one.issue else None,
        "acts": queries.open_to(user, one),
    }


# ---- policy questions


@router.collection("/issues", "issues", "IssueRow", values={"state": ("", *queries.ISSUE_STATES)})
def issues(user: User, state: str = "") -> Listing[PolicyIssue]:
    return Listing(queries.issues(user, {"state": state}), issue_row)


@router.record("/issues/{number}", ref("Issue"), 404, of=_OF_ISSUE)
def issue(user: User, number: str) -> Document:
    return issue_whole(user, _issue(user, number))


@router.action(
    "/issues/{number}/acts/{act}",
    ref("Issue"),
    lambda **_: actions_on(PolicyIssue),
    of=_OF_ISSUE,
    example={"version": 1, "given": {"answer": "From May it is online."}},
)
def issue_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    found = _issue(user, number)
    inputs.submit(action, found, raw, lambda data: action.form(data, row=found), by=user)
    return issue_whole(user, _issue(user, number))


def _issue(user: User, number: str) -> PolicyIssue:
    found = queries.issues(user, {}).filter(pk=inputs.number_of(number)).first()
    return inputs.existing(found, "api.no-policy-question-number-you")


def issue_row(one: Any) -> Document:
    return {
        "number": one.pk,
        "version": one.version,
        "title": one.title,
        "state": one.state,
        "unit": named(one.unit),
        "about": _about(one.about_kind, one.about),
        "at": moment(one.at),
        "due": one.due.isoformat(),
        "companies": one.raisers,
        "obstacles": one.number,
    }


def issue_whole(user: User, one: Any) -> Document:
    raised = visible(user, Obstacle.objects.filter(issue=one)).order_by("pk")[:200]
    return {
        **issue_row(one),
        "text": one.text,
        "answer": one.answer or None,
        "settled": moment_or_none(one.settled),
        "raised_by": [each.pk for each in raised],
        "acts": open_to(user, one),
    }
