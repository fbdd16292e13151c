"""What can be done with an obstacle and with a policy question, as data: each act with its form and its function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.casework.obstacles import (
    OF_THE_COMPANY,
    WITH_WORDS,
    IssueAct,
    IssueState,
    ObstacleAct,
    ObstacleState,
    acts_on,
    issue_acts_on,
)
from luodi.web.accounts.access import may
from luodi.web.obstacles import actions, forms, queries

Given = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """`do(row, given, how)`, where `how` are the arguments that every act has; `fits(row)` by its state."""

    form: Any
    do: Callable[[Any, Given, Given], Any]
    fits: Callable[[Any], bool]
    permit: str


def _handled(act: ObstacleAct) -> Deed:
    return Deed(
        forms.Words if act in WITH_WORDS else forms.Plain,
        lambda row, given, how: actions.handle(row, act, given.get("words", ""), **how),
        lambda row: act in acts_on(ObstacleState(row.state)),
        "judge" if act in OF_THE_COMPANY else "work",
    )


def _settled(act: IssueAct) -> Deed:
    return Deed(
        forms.Plain if act is IssueAct.STUDY else forms.Settle,
        lambda row, given, how: actions.settle_issue(row, act, given.get("answer", ""), **how),
        lambda row: act in issue_acts_on(IssueState(row.state)),
        "work",
    )


def _is_open(row: Any) -> bool:
    return ObstacleState(row.state).is_open


OBSTACLE: Final[Mapping[str, Deed]] = {
    **{act.value: _handled(act) for act in ObstacleAct},
    "rate": Deed(
        forms.Rate,
        lambda row, given, how: actions.rate(row, given["rating"], given["rating_words"], **how),
        lambda row: not _is_open(row) and row.rating is None,
        "judge",
    ),
    "pass_on": Deed(
        forms.PassOn, lambda row, g, how: actions.pass_on(row, g["unit"], g["reason"], **how), _is_open, "work"
    ),
    "join": Deed(
        forms.Join,
        lambda row, g, how: actions.join_issue(row, g["issue"], **how),
        lambda row: row.issue is None,
        "join",
    ),
}
ISSUE: Final[Mapping[str, Deed]] = {act.value: _settled(act) for act in IssueAct}


def open_to(user: Any, deeds: Mapping[str, Deed], row: Any) -> list[str]:
    """The acts that somebody may do with a row as it stands; joining a question only where there is one to join."""
    permitted = {permit: may(user, permit, row) for permit in {deed.permit for deed in deeds.values()}}
    found = [name for name, deed in deeds.items() if permitted[deed.permit] and deed.fits(row)]
    return [name for name in found if name != "join" or queries.issues(user, {"state": "open"}).exists()]


def form_of(user: Any, act: str, row: Any, data: Any, *, on: date) -> Any:
    """The form of an act on an obstacle, empty or with what was sent."""
    more: Given = {"row": row, "auto_id": f"{act}_%s"}
    if act == "pass_on":
        more |= {"on": on, "without": row.unit_id}
    if act == "join":
        more["issues"] = list(queries.issues(user, {"state": "open"})[:100])
    return OBSTACLE[act].form(data, **more)
