"""What changes an indicator: it is made with its first line, revised by further ones, approved by somebody else."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db.models import Max

from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.scorecard.contributions import NotNow, Thing
from luodi.scorecard.plan import plan
from luodi.web.accounts.models import Unit, User
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.types import Json
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions.moments import in_turn
from luodi.web.scorecard.models import Definition, DefinitionState, Indicator
from luodi.web.scorecard.queries.definitions import approved, checked

_TEXTS = ("title_zh", "title_en", "measured_zh", "measured_en")


@action("define", model=Indicator, form=forms.NewIndicator, permission="define", creates=True)
def make_indicator(unit: Unit, fields: Json, line: Json, *, actor: User, at: datetime) -> Created:
    """With its first line, which a leader still has to approve. `fields`: code, of, thing and its texts.

    Raises `MissingKey`, `UnknownValue`, `OutOfRange`, each naming its field.
    """
    columns = {name: str(fields[name]).strip() for name in ("code", "of", "thing", *_TEXTS)}
    for name in _TEXTS:
        if not columns[name]:
            raise MissingKey("scorecard.indicator-named-both-languages", at=name)
    if plan().title_of(columns["of"]) is None:
        raise UnknownValue("scorecard.no-goal-or-task-plan", at="of")
    if Indicator.objects.filter(code=columns["code"]).exists():
        raise UnknownValue("scorecard.another-indicator-code", at="code")
    made = Indicator.objects.create(unit=unit, by=actor, made=in_turn(unit, at), changed=at, **columns)
    _line(made, line, actor, at)
    return Created(made)


@action("revise", model=Indicator, form=forms.Line, permission="define")
def revise(indicator: Indicator, line: Json, *, actor: User, at: datetime) -> Changed:
    """Propose another line, which holds from a day on. Raises `NotNow` while one waits for its approval."""
    if indicator.definitions.filter(state=DefinitionState.PROPOSED).exists():
        raise NotNow("scorecard.another-definition-waits-approval")
    before = approved(indicator.definitions.all(), date.max)
    if before and line["holds"] < max(day for day, _ in before):
        raise OutOfRange("scorecard.holds-from-day-line-before", at="holds")
    _line(indicator, line, actor, at)
    return Changed()


def _line(indicator: Indicator, given: Json, by: User, at: datetime) -> Definition:
    last = indicator.definitions.aggregate(last=Max("number"))["last"] or 0
    return Definition.objects.create(
        indicator=indicator, number=last + 1, by=by, at=at, **checked(given, Thing(indicator.thing))
    )


def _decide(state: DefinitionState, line: Definition, *, actor: User, at: datetime) -> Changed:
    if line.state != DefinitionState.PROPOSED:
        raise NotNow("scorecard.definition", state=Message(f"state.{line.state}"))
    if actor.pk == line.by_id:
        raise OwnWork("scorecard.nobody-approves-what-they-proposed")
    return Changed({"state": state, "decided_by": actor, "decided": in_turn(line.indicator.unit, at)})


_STATES: Final[Mapping[str, str]] = {
    "approve": DefinitionState.APPROVED,
    "decline": DefinitionState.DECLINED,
}
_DECIDING: Final = {
    name: action(
        name,
        model=Definition,
        form=forms.Plain,
        permission="approve",
        fits=lambda row: bool(row.state == DefinitionState.PROPOSED),
    )(partial(_decide, DefinitionState(state)))
    for name, state in _STATES.items()
}


def decide_definition(line: Definition, approves: bool, *, by: User | None, at: datetime) -> Definition:
    """A leader approves or declines a line. Raises `OwnWork` for whoever proposed it."""
    done: Definition = _DECIDING["approve" if approves else "decline"](line, by=by, at=at)
    return done
