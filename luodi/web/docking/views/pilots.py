"""What the page of a match can do with its pilot."""

from typing import Final

from django.http import Http404

from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotAct, PilotState
from luodi.web.core.forms import Data, Options
from luodi.web.core.permissions import may
from luodi.web.core.types import AnyUser
from luodi.web.docking.actions import pilots as actions
from luodi.web.docking.forms.meetings import PilotForm, ProjectForm, ResultForm
from luodi.web.docking.models import DemonstrationProject, Match, Pilot
from luodi.web.docking.views.shared import Offered

_MOVES: Final = {"pilot_start": PilotAct.START, "pilot_judge": PilotAct.JUDGE, "pilot_stop": PilotAct.STOP}


def pilot_of(match: Match) -> Pilot | None:
    return Pilot.objects.filter(match=match).first()


def possible(user: AnyUser, match: Match) -> list[str]:
    """The actions that the page offers; each asks for itself whether it may."""
    pilot = pilot_of(match)
    if pilot is None:
        begins = match.state in (MatchState.INTRODUCED, MatchState.IN_TALKS)
        return ["pilot_plan"] if begins and may(user, "work", match) else []
    state, found = PilotState(pilot.state), list[str]()
    if state is PilotState.RUNNING and may(user, "report", pilot):
        found.append("pilot_result")
    if may(user, "work", pilot):
        found += ["pilot_start"] if state is PilotState.PLANNED else []
        found += ["pilot_judge"] if state is PilotState.RUNNING else []
        found += [] if state.is_over else ["pilot_stop"]
        shown = DemonstrationProject.objects.filter(pilot=pilot).exists()
        found += ["pilot_show"] if state is PilotState.ACCEPTED and not shown else []
    return found


def offered(act: str, match: Match, data: Data = None) -> Offered:
    """An action with its form. Raises `Http404` for a match without a pilot."""
    more, pilot = Options(auto_id=f"{act}_%s"), pilot_of(match)
    if act == "pilot_plan":
        return Offered(actions.plan, PilotForm(data, **more), (match,))
    if pilot is None:
        raise Http404
    if act == "pilot_result":
        return Offered(actions.report, ResultForm(data, tests=pilot.tests.all, **more))
    if act == "pilot_show":
        return Offered(actions.demonstrate, ProjectForm(data, **more), (pilot,))
    move = actions.move[_MOVES[act]]
    return Offered(move, move.form(data, row=pilot, **more), (pilot,))
