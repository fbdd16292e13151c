"""What stands in companies' way, and the policy questions that it raises, for programs. `/api/v1/obstacles`,
`/api/v1/issues`: a company raises and judges, a unit answers, by the actions of the pages.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.casework.obstacles import ObstacleKind
from luodi.errors import MissingKey, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import BODY, act_of, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import moment, named, today
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import case_of
from luodi.web.core.actions import actions_on, open_to
from luodi.web.core.forms import MOST
from luodi.web.core.permissions import require, visible
from luodi.web.obstacles import actions, forms, queries
from luodi.web.obstacles.models import Obstacle, PolicyIssue

router = Router()
KINDS: Final = tuple(kind.value for kind in ObstacleKind)
Limit: Final[Any] = Query(50, ge=1, le=200)
_WHOLE: Final = ("company", "case", "unit", "issue")


@router.get("/obstacles", operation_id="obstacles")
def obstacles(
    request: HttpRequest, state: str = "", about: str = "", limit: int = Limit, cursor: str | None = None
) -> HttpResponse:
    """Those that the key's user may see, of their units or their companies."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    _known_state(state, queries.STATES)
    asked = {"state": state, "about": about.replace("\0", "")[:240]}
    rows = queries.obstacles(user, asked, on=today())
    return answers.own(request, paging.newest("obstacles", rows, row, limit, cursor))


@router.get("/obstacles/by-rule", operation_id="obstacles_by_rule")
def by_rule(request: HttpRequest) -> HttpResponse:
    """How many there are about which rule at which bureau, and how old the oldest open one is."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    found = [_counted(one) for one in queries.by_rule(user)]
    return answers.own(request, {"rules": found, "next": None})


def _counted(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "about": _about(one["about_kind"], one["about"]),
        "unit": {"id": one["unit"], "name": {"zh": one["unit__name_zh"], "en": one["unit__name_en"]}},
        "all": one["all"],
        "open": one["open"],
        "oldest": moment(one["oldest"]) if one["oldest"] else None,
        "rating": None if one["mean"] is None else round(float(one["mean"]), 2),
        "rated": one["rated"],
    }


@router.get("/obstacles/{number}", operation_id="obstacle")
def obstacle(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.DEALINGS)
    return answers.own(request, whole(user, _obstacle(user, number)))


@router.post("/obstacles", operation_id="raise_obstacle")
def raise_obstacle(request: HttpRequest) -> HttpResponse:
    """By whoever acts for the company; or by an officer for the company of a case."""
    caller, user = admit_user(request, KeyScope.DEALINGS)
    known = {"text": True, "kind": True, "company": False, "case": False, "about": False}
    raw, text = given.body_of(request, known)
    kind, about = given.words(raw, "kind", 20), given.words(raw, "about", 240)
    if kind not in KINDS:
        raise UnknownValue("api.kind", kinds=KINDS, at=in_key("kind", Message("place.body")))
    said = given.words(raw, "text", MOST)
    about_kind, _, name = about.partition("/")

    def act() -> HttpResponse:
        case = _case(user, given.words(raw, "case", 40))
        made = actions.raise_obstacle(
            _company(user, raw.get("company"), case),
            ObstacleKind(kind),
            said,
            case=case,
            about=(about_kind, name) if name else ("", ""),
            by=user,
            at=timezone.now(),
        )
        return stored(whole(user, made), 201, Location=f"/api/v1/obstacles/{made.pk}")

    return once(request, caller, text, act)


def _case(user: User, reference: str) -> LandingCase | None:
    found = case_of(user, reference) if reference else None
    if reference and found is None:
        raise UnknownValue("api.no-case-reference-you", at=in_key("case", Message("place.body")))
    return found


def _company(user: User, number: Any, case: LandingCase | None) -> Company:
    """The one named, that of the case, or the only one that the key's user acts for."""
    own = {one.pk: one for one in queries.companies_of(user, on=today())}
    if case is not None:
        own[case.company_id] = case.company
    if number is None:
        if case is not None:
            return case.company
        if len(own) != 1:
            raise MissingKey("api.say-company-about", at=in_key("company", Message("place.body")))
        return next(iter(own.values()))
    if number not in own or isinstance(number, bool):
        raise UnknownValue("api.you-do-not-act-company", at=in_key("company", Message("place.body")))
    return own[number]


@router.post("/obstacles/{number}/acts/{act}", operation_id="obstacle_act")
def obstacle_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.DEALINGS)
    action = act_of(actions_on(Obstacle), act)
    raw, text = given.body_of(request, BODY)

    def acted() -> HttpResponse:
        found = _obstacle(user, number)
        form = read(lambda data: forms.form_of(action, user, found, data, on=today()), raw)
        action.submit(form, found, by=user, at=timezone.now())
        found.refresh_from_db()
        return stored(whole(user, found))  # as it is now, although one who passed it on may not read it any more

    return once(request, caller, text, acted)


@router.post("/obstacles/{number}/issue", operation_id="open_issue")
def open_issue(request: HttpRequest, number: str) -> HttpResponse:
    """A policy question that an obstacle raises."""
    caller, user = admit_user(request, KeyScope.DEALINGS)
    raw, text = given.body_of(request, {"given": True})

    def act() -> HttpResponse:
        found = _obstacle(user, number)
        require(user, "join", found)
        form, about = read(lambda data: forms.Issue(data, on=today()), raw), (found.about_kind, found.about)
        made = actions.open_issue.submit(form, by=user, at=timezone.now(), about=about, obstacles=[found])
        return stored(issue_whole(user, _issue(user, str(made.pk))), 201, Location=f"/api/v1/issues/{made.pk}")

    return once(request, caller, text, act)


def _obstacle(user: User, number: str) -> Obstacle:
    found = visible(user, Obstacle.objects.select_related(*_WHOLE).filter(pk=number_of(number))).first()
    if found is None:
        raise NoSuchAddress("api.no-obstacle-number-you")
    return found


def _known_state(state: str, known: tuple[str, ...]) -> None:
    if state not in ("", *known):
        raise UnknownValue("api.state-2", known=known, at=in_key("state", Message("place.query")))


def _about(kind: str, name: str) -> str | None:
    """As `about` of a list takes it."""
    return f"{kind}/{name}" if name else None


def row(one: Obstacle) -> dict[str, Any]:
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


def whole(user: User, one: Obstacle) -> dict[str, Any]:
    """A policy question is answered to everybody who raised it, so its answer stands with the obstacle."""
    return {
        **row(one),
        "text": one.text,
        "answer": one.answer or None,
        "answered": moment(one.answered) if one.answered else None,
        "reason": one.reason or None,
        "rating_words": one.rating_words or None,
        "issue_answer": (one.issue.answer or None) if one.issue else None,
        "acts": queries.open_to(user, one),
    }


# ---- policy questions


@router.get("/issues", operation_id="issues")
def issues(request: HttpRequest, state: str = "", limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.DEALINGS)
    _known_state(state, queries.ISSUE_STATES)
    rows = queries.issues(user, {"state": state})
    return answers.own(request, paging.newest("issues", rows, issue_row, limit, cursor))


@router.get("/issues/{number}", operation_id="issue")
def issue(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.DEALINGS)
    return answers.own(request, issue_whole(user, _issue(user, number)))


@router.post("/issues/{number}/acts/{act}", operation_id="issue_act")
def issue_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.DEALINGS)
    action = act_of(actions_on(PolicyIssue), act)
    raw, text = given.body_of(request, BODY)

    def acted() -> HttpResponse:
        found = _issue(user, number)
        form = read(lambda data: action.form(data, row=found), raw)
        action.submit(form, found, by=user, at=timezone.now())
        return stored(issue_whole(user, _issue(user, number)))

    return once(request, caller, text, acted)


def _issue(user: User, number: str) -> Any:
    found = queries.issues(user, {}).filter(pk=number_of(number)).first()
    if found is None:
        raise NoSuchAddress("api.no-policy-question-number-you")
    return found


def issue_row(one: Any) -> dict[str, Any]:
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


def issue_whole(user: User, one: Any) -> dict[str, Any]:
    raised = visible(user, Obstacle.objects.filter(issue=one)).order_by("pk")[:200]
    return {
        **issue_row(one),
        "text": one.text,
        "answer": one.answer or None,
        "settled": moment(one.settled) if one.settled else None,
        "raised_by": [each.pk for each in raised],
        "acts": open_to(user, one),
    }


OPERATIONS.update(
    {
        "obstacles": own(
            a_list("obstacles", "ObstacleRow"), 422, scope=KeyScope.DEALINGS, values={"state": ("", *queries.STATES)}
        ),
        "obstacles_by_rule": own(a_list("rules", "ObstaclesOfRule"), scope=KeyScope.DEALINGS),
        "obstacle": own(ref("Obstacle"), 404, scope=KeyScope.DEALINGS, of={"number": "obstacle"}),
        "raise_obstacle": storing(
            KeyScope.DEALINGS,
            ref("Obstacle"),
            asks="ToRaise",
            done=(201,),
            kind="request",
            about="step/icp-filing",
            text="The office takes paper only.",
        ),
        "obstacle_act": storing(
            KeyScope.DEALINGS,
            ref("Obstacle"),
            *ACTED,
            asks="ToAct",
            version=3,
            given={"words": "It takes them online now."},
            of={"number": "obstacle"},
        ),
        "open_issue": storing(
            KeyScope.DEALINGS,
            ref("Issue"),
            *ACTED,
            asks="ToAdd",
            done=(201,),
            given={"title": "Filing on paper", "text": "Why on paper?", "unit": 1, "due": "2027-01-15"},
            of={"number": "obstacle"},
        ),
        "issues": own(
            a_list("issues", "IssueRow"), 422, scope=KeyScope.DEALINGS, values={"state": ("", *queries.ISSUE_STATES)}
        ),
        "issue": own(ref("Issue"), 404, scope=KeyScope.DEALINGS, of={"number": "issue"}),
        "issue_act": storing(
            KeyScope.DEALINGS,
            ref("Issue"),
            *ACTED,
            asks="ToAct",
            version=1,
            given={"answer": "From May it is online."},
            of={"number": "issue"},
        ),
    }
)
