"""The action plan for programs: the plan of the book for anybody; indicators, contributions and editions for officers.

`/api/v1/plan`, `/api/v1/indicators`, `/api/v1/contributions`. The same functions as the pages: `scorecard.queries`
reads, the actions of that app change.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.dates import parse_day
from luodi.documents.marks import marked
from luodi.errors import MissingKey, OutOfRange, UnknownValue, did_you_mean
from luodi.message import Message, in_key
from luodi.scorecard.attainment import Attainment
from luodi.scorecard.contributions import Act, State
from luodi.scorecard.editions import Edition
from luodi.scorecard.plan import Promised, Task, plan
from luodi.terms.reading import read_state
from luodi.web.accounts.models import Unit, User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import act_of
from luodi.web.api.admission import admit, admit_user
from luodi.web.api.answers import present
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, reading, ref, storing, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import moment, today
from luodi.web.core.actions import actions_on
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.scorecard import queries
from luodi.web.scorecard.actions_contributions import claim
from luodi.web.scorecard.actions_editions import freeze
from luodi.web.scorecard.definitions import approved
from luodi.web.scorecard.freezing import line_shown
from luodi.web.scorecard.models import Contribution, Definition, FrozenEdition, Indicator
from luodi.web.scorecard.queries import Standing

router = Router()
CONTRIBUTION_STATES: Final = ("", "open", *(state.value for state in State))
Limit: Final[Any] = Query(50, ge=1, le=200)


# ---- the plan of the book


@router.get("/plan", operation_id="action_plan")
def action_plan(request: HttpRequest) -> HttpResponse:
    admit(request, KeyScope.READ)
    found = plan()
    return answers.public(
        request,
        present(
            marked(
                {
                    "id": found.id,
                    "title": dict(found.title),
                    "book": found.book,
                    "completion": None,
                    "completion_note": dict(found.head["outcome"]["note"]),
                    "goals": [
                        {"id": g.id, "title": dict(g.title), "indicator": _promised(g.indicator)} for g in found.goals
                    ],
                    "measures": [
                        {"id": m.id, "title": dict(m.title), "tasks": [_task(task) for task in m.tasks]}
                        for m in found.measures
                    ],
                },
                None,
            )
        ),
    )


def _promised(one: Promised) -> dict[str, Any]:
    return {"title": dict(one.title), "target": one.target, "due": one.due or None, "assumed": one.assumed}


def _task(one: Task) -> dict[str, Any]:
    outcome = one.outcome
    text = dict(outcome.text) if outcome.text else None
    return {
        "id": one.id,
        "title": dict(one.title),
        "unit_candidates": [dict(unit) for unit in one.candidates],
        "indicator": _promised(one.indicator),
        "outcome": {
            "status": outcome.status,
            "date": outcome.date or None,
            "text": text,
            "seen_at": outcome.seen_at or None,
            "confidence": outcome.confidence,
            "read": read_state(outcome).id if outcome.confidence != "none" else None,
        },
    }


# ---- indicators


@router.get("/indicators", operation_id="indicators")
def indicators(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    page = paging.newest(
        "indicators", visible(user, Indicator.objects.all()), lambda one: {"pk": one.pk}, limit, cursor
    )
    keys = [row["pk"] for row in page["indicators"]]
    found = {one.indicator.pk: one for one in queries.standings(user, Indicator.objects.filter(pk__in=keys), today())}
    return answers.own(request, {**page, "indicators": [indicator_row(found[key]) for key in keys]})


@router.get("/indicators/{code}", operation_id="indicator")
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, _whole(user, _indicator(user, code)))


def _indicator(user: User, code: str) -> Indicator:
    found = visible(user, Indicator.objects.all()).filter(code=code).first() if "\0" not in code else None
    if found is None:
        raise NoSuchAddress("api.no-indicator-code-you")
    return found


def _whole(user: User, found: Indicator) -> dict[str, Any]:
    lines = list(found.definitions.all())
    holds = {line.pk: day for day, line in approved(lines, today().max)}
    standing = queries.standings(user, Indicator.objects.filter(pk=found.pk), today())[0]
    return {**indicator_row(standing), "definitions": [_line(line, holds) for line in lines]}


def _line(line: Definition, holds: dict[int, Any]) -> dict[str, Any]:
    day = holds.get(line.pk)
    return {**line_shown(line), "state": line.state, "holds": day.isoformat() if day else None, "at": moment(line.at)}


def indicator_row(one: Standing) -> dict[str, Any]:
    """Attainment and gap are null for who sees only some of what is counted."""
    row, line, found = one.indicator, one.line, one.found
    return {
        "code": row.code,
        "of": row.of,
        "title": row.titles,
        "thing": row.thing,
        "unit": _unit(row.unit),
        "counted": one.counted,
        "open": one.open,
        "rejected": one.rejected,
        "whole": one.whole,
        "target": line.target if line else None,
        "due": line.due.isoformat() if line else None,
        "gap": one.gap,
        "attainment": attainment_shown(found) if one.whole else None,
    }


def attainment_shown(found: Attainment) -> dict[str, Any]:
    shares = {name: getattr(found, name) for name in ("attained", "expected", "index")}
    return {
        "band": found.band.value,
        "why": found.why or None,
        **{name: None if share is None else str(share) for name, share in shares.items()},
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {"id": unit.pk, "name": {"zh": unit.name_zh, "en": unit.name_en}}


@router.post("/indicators/{code}/claim", operation_id="claim_for_indicator")
def claim_for_indicator(request: HttpRequest, code: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"thing": True})
    wanted = given.words(raw, "thing", 40)

    def act() -> HttpResponse:
        found = _indicator(user, code)
        offered = queries.proposals(user, today(), 200, indicator=found)
        thing = next((one.thing for one in offered if one.label == wanted), None)
        if thing is None:
            raise UnknownValue(
                "api.nothing-name-can-claimed",
                meant=did_you_mean(wanted, [one.label for one in offered]),
                at=in_key("thing", Message("place.body")),
            )
        made = claim(found, thing, by=user, at=timezone.now(), key=new_key())
        return stored(contribution_row(_contribution(user, made.reference)), 201)

    return once(request, caller, text, act)


# ---- contributions


@router.get("/contributions", operation_id="contributions")
def contributions(
    request: HttpRequest, state: str = "", indicator: str = "", limit: int = Limit, cursor: str | None = None
) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    if state not in CONTRIBUTION_STATES:
        raise UnknownValue(
            "api.state-4", contribution_states=CONTRIBUTION_STATES[1:], at=in_key("state", Message("place.query"))
        )
    asked = {"state": state, "indicator": indicator.replace("\0", " ")}
    rows = queries.contributions(user, asked)
    return answers.own(request, paging.newest("contributions", rows, contribution_row, limit, cursor))


@router.get("/contributions/{reference}", operation_id="contribution")
def contribution(request: HttpRequest, reference: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    found = _contribution(user, reference)
    steps = [
        {
            "act": one.act,
            "state": one.state,
            "reason": one.reason or None,
            "at": moment(one.at),
            "definition": one.rests_on["line"],
            "proofs": one.rests_on["proofs"],
        }
        for one in found.steps.all()
    ]
    return answers.own(request, {**contribution_row(found), "steps": steps})


def _contribution(user: User, reference: str) -> Contribution:
    found = queries.contribution_of(user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-contribution-reference-you")
    return found


def contribution_row(one: Contribution) -> dict[str, Any]:
    thing = one.case.reference if one.case else str(one.thing)
    return {
        "reference": one.reference,
        "version": one.version,
        "indicator": one.indicator.code,
        "thing": thing,
        "unit": _unit(one.unit),
        "state": one.state,
        "reason": one.reason or None,
        "claimed": moment(one.claimed),
        "check_by": one.check_by.isoformat(),
        "decided": moment(one.decided) if one.decided else None,
    }


@router.post("/contributions/{reference}/acts/{act}", operation_id="contribution_act")
def contribution_act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    action = act_of(actions_on(Contribution), act)
    raw, text = given.body_of(request, {"version": False, "reason": False})
    reason, version = given.words(raw, "reason", 10_000), _version(raw.get("version"))

    def acted() -> HttpResponse:
        found = _contribution(user, reference)
        if Act(act).needs_reason and not reason:
            raise MissingKey("api.say-why", at=in_key("reason", Message("place.body")))
        said = {"reason": reason} if Act(act).needs_reason else {}
        action(found, by=user, at=timezone.now(), key=new_key(), version=version, **said)
        return stored(contribution_row(_contribution(user, reference)))

    return once(request, caller, text, acted)


def _version(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31):
        raise OutOfRange("api.version-whole-number", at=in_key("version", Message("place.body")))
    return value


# ---- editions


@router.get("/plan/editions", operation_id="plan_editions")
def plan_editions(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, paging.newest("editions", queries.editions(user), edition_row, limit, cursor))


@router.get("/plan/editions/{number}", operation_id="plan_edition")
def plan_edition(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    known = number.isdecimal() and number.isascii() and len(number) < 19
    found = queries.edition_of(user, int(number)) if known else None
    if found is None:
        raise NoSuchAddress("api.no-edition-id-you")
    return answers.own(request, {**edition_row(found), "document": Edition(found.content).document})


def edition_row(one: FrozenEdition) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "unit": _unit(one.unit),
        "day": one.day.isoformat(),
        "hash": one.hash,
        "at": moment(one.at),
    }


@router.post("/plan/editions", operation_id="freeze_edition")
def freeze_edition(request: HttpRequest) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"unit": True, "day": True})
    day, number = parse_day(given.words(raw, "day", 10)), raw["unit"]

    def act() -> HttpResponse:
        known = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
        unit = Unit.objects.filter(pk=number).first() if known else None
        if unit is None:
            raise UnknownValue("api.no-such-unit", at=in_key("unit", Message("place.body")))
        made = freeze(unit, day, by=user, at=timezone.now(), key=new_key())
        return stored(edition_row(made), 201)

    return once(request, caller, text, act)


OPERATIONS.update(
    {
        "action_plan": reading(translated(ref("ActionPlan"))),
        "indicators": own(a_list("indicators", "IndicatorRow"), 422, scope=KeyScope.OFFICE),
        "indicator": own(ref("Indicator"), 404, scope=KeyScope.OFFICE),
        "claim_for_indicator": storing(
            KeyScope.OFFICE, ref("ContributionRow"), *ACTED, asks="ToClaim", done=(201,), thing="LD-2026-0001"
        ),
        "contributions": own(
            a_list("contributions", "ContributionRow"),
            422,
            scope=KeyScope.OFFICE,
            values={"state": CONTRIBUTION_STATES},
        ),
        "contribution": own(ref("Contribution"), 404, scope=KeyScope.OFFICE),
        "contribution_act": storing(
            KeyScope.OFFICE,
            ref("ContributionRow"),
            *ACTED,
            asks="ToActOnContribution",
            version=2,
            reason="Another firm.",
        ),
        "plan_editions": own(a_list("editions", "PlanEditionRow"), 422, scope=KeyScope.OFFICE),
        "plan_edition": own(ref("PlanEdition"), 404, scope=KeyScope.OFFICE, of={"number": "plan_edition"}),
        "freeze_edition": storing(
            KeyScope.OFFICE, ref("PlanEditionRow"), 409, asks="ToFreeze", done=(201,), unit=1, day="2026-11-25"
        ),
    }
)
