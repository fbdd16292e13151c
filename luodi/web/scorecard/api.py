"""The action plan for programs: the plan of the book for anybody; indicators, contributions and editions for officers.

`/api/v1/plan`, `/api/v1/indicators`, `/api/v1/contributions`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils import timezone

from luodi.dates import parse_day
from luodi.documents.marks import marked
from luodi.errors import MissingKey, UnknownValue, did_you_mean
from luodi.message import in_key
from luodi.scorecard.attainment import Attainment
from luodi.scorecard.contributions import Act, State
from luodi.scorecard.editions import Edition
from luodi.scorecard.plan import Promised, Task, plan
from luodi.terms.reading import read_state
from luodi.web.accounts.models import Unit, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref, translated
from luodi.web.api.values import day_or_none, moment, moment_or_none, named, today
from luodi.web.core.actions import Action, actions_on
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.scorecard.actions.contributions import claim
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.models import Contribution, Definition, FrozenEdition, Indicator
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.board import Standing
from luodi.web.scorecard.queries.definitions import approved
from luodi.web.scorecard.queries.editions import line_shown

router = Router(KeyScope.OFFICE)
CONTRIBUTION_STATES: Final = ("", "open", *(state.value for state in State))


# ---- the plan of the book


@router.record("/plan", translated(ref("ActionPlan")), scope=KeyScope.READ)
def action_plan() -> Document:
    found = plan()
    return marked(
        {
            "id": found.id,
            "title": dict(found.title),
            "book": found.book,
            "completion": None,
            "completion_note": dict(found.head["outcome"]["note"]),
            "goals": [{"id": g.id, "title": dict(g.title), "indicator": _promised(g.indicator)} for g in found.goals],
            "measures": [
                {"id": m.id, "title": dict(m.title), "tasks": [_task(task) for task in m.tasks]} for m in found.measures
            ],
        },
        None,
    )


def _promised(one: Promised) -> Document:
    return {"title": dict(one.title), "target": one.target, "due": one.due or None, "assumed": one.assumed}


def _task(one: Task) -> Document:
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


@router.collection("/indicators", "indicators", "IndicatorRow")
def indicators(user: User) -> Listing[Indicator]:
    def show(rows: Sequence[Indicator]) -> list[Document]:
        wanted = Indicator.objects.filter(pk__in=[row.pk for row in rows])
        found = {one.indicator.pk: one for one in queries.standings(user, wanted, today())}
        return [indicator_row(found[row.pk]) for row in rows]

    return Listing(visible(user, Indicator.objects.all()), show_all=show)


@router.record("/indicators/{code}", ref("Indicator"), 404)
def indicator(user: User, code: str) -> Document:
    found = _indicator(user, code)
    lines = list(found.definitions.all())
    in_force = {line.pk: day for day, line in approved(lines, today().max)}
    standing = queries.standings(user, Indicator.objects.filter(pk=found.pk), today())[0]
    return {**indicator_row(standing), "definitions": [_line(line, in_force.get(line.pk)) for line in lines]}


def _indicator(user: User, code: str) -> Indicator:
    found = visible(user, Indicator.objects.all()).filter(code=code).first()
    return inputs.existing(found, "api.no-indicator-code-you")


def _line(line: Definition, in_force: date | None) -> Document:
    return {
        **line_shown(line),
        "distinct": line.distinct,
        "state": line.state,
        "holds": day_or_none(in_force),
        "at": moment(line.at),
    }


def indicator_row(one: Standing) -> Document:
    """Attainment and gap are null for who sees only some of what is counted."""
    row, line, found = one.indicator, one.line, one.found
    return {
        "code": row.code,
        "of": row.of,
        "title": row.titles,
        "thing": row.thing,
        "unit": named(row.unit),
        "counted": one.counted,
        "open": one.open,
        "rejected": one.rejected,
        "whole": one.whole,
        "target": line.target if line else None,
        "due": line.due.isoformat() if line else None,
        "gap": one.gap,
        "attainment": attainment_shown(found) if one.whole else None,
    }


def attainment_shown(found: Attainment) -> Document:
    shares = {name: getattr(found, name) for name in ("attained", "expected", "index")}
    return {
        "band": found.band.value,
        "why": found.why or None,
        **{name: None if share is None else str(share) for name, share in shares.items()},
    }


@router.store(
    "/indicators/{code}/claim",
    ref("ContributionRow"),
    404,
    409,
    asks="ToClaim",
    done=(201,),
    example={"thing": "LD-2026-0001"},
)
def claim_for_indicator(user: User, raw: inputs.Body, code: str) -> Document:
    wanted, found = inputs.words(raw, "thing", 40), _indicator(user, code)
    offered = queries.proposals(user, today(), 200, indicator=found)
    thing = next((one.thing for one in offered if one.label == wanted), None)
    if thing is None:
        meant = did_you_mean(wanted, [one.label for one in offered])
        raise UnknownValue("api.nothing-name-can-claimed", meant=meant, at=in_key("thing", inputs.AT))
    made = claim(found, thing, by=user, at=timezone.now(), key=new_key())
    return contribution_row(_contribution(user, made.reference))


# ---- contributions


@router.collection("/contributions", "contributions", "ContributionRow", values={"state": CONTRIBUTION_STATES})
def contributions(user: User, state: str = "", indicator: str = "") -> Listing[Contribution]:
    return Listing(queries.CONTRIBUTIONS.found(user, {"state": state, "indicator": indicator}), contribution_row)


@router.record("/contributions/{reference}", ref("Contribution"), 404)
def contribution(user: User, reference: str) -> Document:
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
    return {**contribution_row(found), "steps": steps}


def _contribution(user: User, reference: str) -> Contribution:
    return inputs.existing(queries.contribution_of(user, reference), "api.no-contribution-reference-you")


def contribution_row(one: Contribution) -> Document:
    thing = one.case.reference if one.case else str(one.thing)
    return {
        "reference": one.reference,
        "version": one.version,
        "indicator": one.indicator.code,
        "thing": thing,
        "unit": named(one.unit),
        "state": one.state,
        "reason": one.reason or None,
        "claimed": moment(one.claimed),
        "check_by": one.check_by.isoformat(),
        "decided": moment_or_none(one.decided),
        "reversal_asked": one.asked or None,
    }


@router.action(
    "/contributions/{reference}/acts/{act}",
    ref("ContributionRow"),
    lambda **_: actions_on(Contribution),
    asks="ToActOnContribution",
    example={"version": 2, "reason": "Another firm."},
)
def contribution_act(user: User, action: Action, raw: inputs.Body, reference: str) -> Document:
    reason, version = inputs.words(raw, "reason", 10_000), inputs.version_of(raw)
    found, needs_reason = _contribution(user, reference), Act(action.name).needs_reason
    if needs_reason and not reason:
        raise MissingKey("api.say-why", at=in_key("reason", inputs.AT))
    said = {"reason": reason} if needs_reason else {}
    action(found, by=user, at=timezone.now(), key=new_key(), version=version, **said)
    return contribution_row(_contribution(user, reference))


# ---- editions


@router.collection("/plan/editions", "editions", "PlanEditionRow")
def plan_editions(user: User) -> Listing[FrozenEdition]:
    return Listing(queries.editions(user), edition_row)


@router.record("/plan/editions/{number}", ref("PlanEdition"), 404, of={"number": "plan_edition"})
def plan_edition(user: User, number: str) -> Document:
    found = inputs.existing(queries.edition_of(user, inputs.number_of(number)), "api.no-edition-id-you")
    return {**edition_row(found), "document": Edition(found.content).document}


def edition_row(one: FrozenEdition) -> Document:
    return {
        "id": one.pk,
        "number": one.number,
        "unit": named(one.unit),
        "day": one.day.isoformat(),
        "hash": one.hash,
        "at": moment(one.at),
    }


@router.store(
    "/plan/editions",
    ref("PlanEditionRow"),
    409,
    asks="ToFreeze",
    done=(201,),
    example={"unit": 1, "day": "2026-11-25"},
)
def freeze_edition(user: User, raw: inputs.Body) -> Document:
    day, number = parse_day(inputs.words(raw, "day", 10)), raw["unit"]
    unit = Unit.objects.filter(pk=number).first() if inputs.is_key(number) else None
    if unit is None:
        raise UnknownValue("api.no-such-unit", at=in_key("unit", inputs.AT))
    return edition_row(freeze(unit, day, by=user, at=timezone.now(), key=new_key()))
