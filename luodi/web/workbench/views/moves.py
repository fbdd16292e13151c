"""What the desk can do with a case without opening it: the next stage, the one before, how it goes."""

from datetime import datetime
from typing import Final

from luodi.casework.stages import OWN_ACT, Health, Move, Stage, after
from luodi.casework.states import NotNow
from luodi.errors import UnknownValue
from luodi.web.accounts.models import User
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.models import LandingCase

ADVANCE: Final = "advance"
BACK: Final = "back"
_HEALTH: Final = {health.value: health for health in Health}
MOVES: Final = (ADVANCE, BACK, *_HEALTH)


def moves_of(case: LandingCase) -> tuple[str, ...]:
    """Those that fit the stage of the case; a claim and its verification have pages of their own."""
    if not case.is_open:
        return ()
    stages = tuple(move for move in (ADVANCE, BACK) if _fits(case, Move(move)))
    return stages + tuple(name for name in _HEALTH if name != case.health)


def _fits(case: LandingCase, move: Move) -> bool:
    following = Stage(case.stage).next
    if move is Move.ADVANCE and following in OWN_ACT:
        return False
    try:
        after(Stage(case.stage), move)
    except NotNow:
        return False
    return True


def make_move(
    case: LandingCase, move: str, reason: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """By the action of a case that the move stands for. Raises what that action raises."""
    if move == ADVANCE:
        return actions_stages.advance(case, by=by, at=at, key=key, version=version)
    if move == BACK:
        return actions_stages.go_back(case, reason, by=by, at=at, key=key, version=version)
    if move not in _HEALTH:
        raise UnknownValue("workbench.case-cannot-moved", move=move[:40], at="move")
    return actions.set_health(case, _HEALTH[move], reason, by=by, at=at, key=key, version=version)
