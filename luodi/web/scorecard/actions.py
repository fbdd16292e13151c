"""What changes an indicator: it is made with its first line, revised by further ones, approved by somebody else."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.scorecard.contributions import NotNow
from luodi.scorecard.plan import plan
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions_stages import OwnWork
from luodi.web.scorecard.definitions import approved, checked
from luodi.web.scorecard.models import Definition, DefinitionState, Indicator
from luodi.web.scorecard.moments import in_turn

_TEXTS = ("title_zh", "title_en", "measured_zh", "measured_en")


def make_indicator(
    unit: Unit, fields: Mapping[str, Any], line: Mapping[str, Any], *, by: User, at: datetime, key: str = ""
) -> Indicator:
    """With its first line, which a leader still has to approve. `fields`: code, of, thing and its texts.

    Raises `MissingKey`, `UnknownValue`, `OutOfRange`, each naming its field.
    """

    def make() -> Indicator:
        columns = {name: str(fields[name]).strip() for name in ("code", "of", "thing", *_TEXTS)}
        for name in _TEXTS:
            if not columns[name]:
                raise MissingKey("scorecard.indicator-named-both-languages", at=name)
        if plan().title_of(columns["of"]) is None:
            raise UnknownValue("scorecard.no-goal-or-task-plan", at="of")
        if Indicator.objects.filter(code=columns["code"]).exists():
            raise UnknownValue("scorecard.another-indicator-code", at="code")
        made = Indicator.objects.create(unit=unit, by=by, made=in_turn(unit, at), changed=at, **columns)
        _line(made, line, by, at)
        return made

    return add(Indicator, make, "define", by=by, at=at, key=key)


def revise(
    indicator: Indicator, line: Mapping[str, Any], *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Indicator:
    """Propose another line, which holds from a day on. Raises `NotNow` while one waits for its approval."""

    def change(row: Indicator) -> dict[str, Any]:
        if row.definitions.filter(state=DefinitionState.PROPOSED).exists():
            raise NotNow("scorecard.another-definition-waits-approval")
        before = approved(row.definitions.all(), date.max)
        if before and line["holds"] < max(day for day, _ in before):
            raise OutOfRange("scorecard.holds-from-day-line-before", at="holds")
        _line(row, line, by, at)
        return {}

    return perform(indicator, "revise", change, by=by, at=at, key=key, version=version, permit="define")


def _line(indicator: Indicator, given: Mapping[str, Any], by: User, at: datetime) -> Definition:
    last = indicator.definitions.aggregate(last=Max("number"))["last"] or 0
    return Definition.objects.create(indicator=indicator, number=last + 1, by=by, at=at, **checked(given))


def decide_definition(
    line: Definition, yes: bool, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Definition:
    """A leader approves or declines a line. Raises `OwnWork` for whoever proposed it."""

    def change(row: Definition) -> dict[str, Any]:
        if row.state != DefinitionState.PROPOSED:
            raise NotNow("scorecard.definition", state=Message(f"state.{row.state}"))
        if by.pk == row.by_id:
            raise OwnWork("scorecard.nobody-approves-what-they-proposed")
        state = DefinitionState.APPROVED if yes else DefinitionState.DECLINED
        return {"state": state, "decided_by": by, "decided": in_turn(row.indicator.unit, at)}

    act = "approve" if yes else "decline"
    return perform(line, act, change, by=by, at=at, key=key, version=version, permit="approve")
