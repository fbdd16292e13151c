"""How what is posted ends, and what its matches come to then."""

from datetime import datetime
from typing import Final

from luodi.casework.demands import DemandAct, DemandState, after
from luodi.casework.matches import OPEN, MatchAct, MatchState, Reason
from luodi.casework.pilots import PilotAct, PilotState
from luodi.errors import MissingKey
from luodi.web.core.actions import Changed, action_for_each
from luodi.web.docking.actions.matches import go_on
from luodi.web.docking.actions.pilots import move
from luodi.web.docking.forms.fields import WithReason
from luodi.web.docking.models import Match, Pilot, Posted
from luodi.web.docking.permissions import must_not_name

_ENDING: Final[list[DemandAct]] = [DemandAct.RETURN, DemandAct.CLOSE, DemandAct.WITHDRAW]


@action_for_each(
    _ENDING,
    model=Posted,
    form=lambda _: WithReason,
    permission=lambda act: "withdraw" if act is DemandAct.WITHDRAW else "screen",
)
def put_down(posted: Posted, reason: str, *, act: DemandAct, at: datetime) -> Changed:
    """Send it back, close it, or withdraw it, with a reason.

    What is closed ends the matches without an introduction, since others were chosen; what is withdrawn ends all open
    ones, and stops the pilots that are under way. A pilot that was accepted, or a deal, stays as it is.
    """
    state = after(DemandState(posted.state), act)
    if not reason.strip():
        raise MissingKey("docking.say-why", at="reason")
    if not posted.names_owner:
        must_not_name(posted.company, reason=reason)  # those it is matched with read it
    values = {"state": state, "reason": reason.strip()}
    return Changed(values, reason=reason, notify=lambda row: _end_matches(row, at) if state.is_over else None)


def _end_matches(posted: Posted, at: datetime) -> None:
    withdrawn = posted.state == DemandState.WITHDRAWN
    ended = OPEN | {MatchState.PILOT} if withdrawn else {MatchState.PROPOSED, MatchState.CONSENTED}
    reason = Reason.WITHDRAWN if withdrawn else Reason.OTHER_CHOSEN
    for match in posted.matches.filter(state__in=sorted(ended)).exclude(pilot__state=PilotState.ACCEPTED):
        for pilot in Pilot.objects.filter(match=match, state__in=[PilotState.PLANNED, PilotState.RUNNING]):
            move(pilot, PilotAct.STOP, by=None, at=at, reason=posted.reason)
        go_on(Match.objects.get(pk=match.pk), MatchAct.NONE, by=None, at=at, reason=reason)
