"""What can be done with the rows of this room, as data: each act with its form, its permission and its function.

Pages and the API share these tables; every function is an act of `actions*`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from luodi.scorecard.contributions import Act, State, acts_on
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.access import may
from luodi.web.scorecard import actions, actions_contributions, actions_tasks, forms
from luodi.web.scorecard.models import DefinitionState

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """`do(row, given, how)`, where `how` are the arguments that every act has; `fits(row)` by its state."""

    form: Any
    do: Callable[[Any, Given, Any], Any]
    fits: Callable[[Any], bool]
    permit: str


def _fits(act: Act) -> Callable[[Any], bool]:
    return lambda row: act in acts_on(State(row.state))


def _claim_again(row: Any, given: Given, how: Any) -> Any:
    return actions_contributions.claim(row.indicator, row.thing, by=how["by"], at=how["at"], key=how["key"])


CONTRIBUTION: Final[Mapping[str, Deed]] = {
    "check": Deed(forms.Plain, lambda r, g, h: actions_contributions.check(r, **h), _fits(Act.CHECK), "check"),
    "count": Deed(forms.Plain, lambda r, g, h: actions_contributions.count(r, **h), _fits(Act.COUNT), "check"),
    "reject": Deed(
        forms.Reason, lambda r, g, h: actions_contributions.reject(r, g["reason"], **h), _fits(Act.REJECT), "check"
    ),
    "reverse": Deed(
        forms.Reason, lambda r, g, h: actions_contributions.reverse(r, g["reason"], **h), _fits(Act.REVERSE), "check"
    ),
    "claim": Deed(forms.Plain, _claim_again, _fits(Act.CLAIM), "claim"),
}


def _is_proposed(row: Any) -> bool:
    return bool(row.state == DefinitionState.PROPOSED)


LINE: Final[Mapping[str, Deed]] = {
    "approve": Deed(forms.Plain, lambda r, g, h: actions.decide_definition(r, True, **h), _is_proposed, "approve"),
    "decline": Deed(forms.Plain, lambda r, g, h: actions.decide_definition(r, False, **h), _is_proposed, "approve"),
}
TASK: Final[Mapping[str, Deed]] = {
    "declare": Deed(
        forms.Declare,
        lambda r, g, h: actions_tasks.declare(r, Declared(g["value"]), g["note"], **h),
        lambda _: True,
        "declare",
    ),
    "review": Deed(
        forms.Review,
        lambda r, g, h: actions_tasks.review(r, Evidenced(g["value"]), g["note"], **h),
        lambda _: True,
        "review",
    ),
}


def open_to(user: Any, deeds: Mapping[str, Deed], row: Any) -> list[str]:
    """The acts that somebody may do with a row as it stands."""
    permitted = {permit: may(user, permit, row) for permit in {deed.permit for deed in deeds.values()}}
    return [name for name, deed in deeds.items() if permitted[deed.permit] and deed.fits(row)]
