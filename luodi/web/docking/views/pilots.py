"""What the page of a match can do with its pilot."""

from typing import Final

from django.http import Http404

from luodi.casework.agreement import Says
from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotAct, PilotState
from luodi.web.cases.models import Statement
from luodi.web.core.forms import Data, Options
from luodi.web.core.permissions import may
from luodi.web.core.types import AnyUser
from luodi.web.docking.actions import pilots as actions
from luodi.web.docking.forms.meetings import PilotForm, ProjectForm
from luodi.web.docking.models import DemonstrationProject, Match, Pilot, PilotTest
from luodi.web.docking.queries import results
from luodi.web.docking.views.shared import Offered

_MOVES: Final = {"pilot_start": PilotAct.START, "pilot_judge": PilotAct.JUDGE, "pilot_stop": PilotAct.STOP}
_SAYING: Final = {
    "pilot_answer": (Says.AGREE, Says.DISPUTE),
    "pilot_result": (Says.PROPOSE,),
    "pilot_take_back": (Says.CONCEDE,),
}


def pilot_of(match: Match) -> Pilot | None:
    return Pilot.objects.filter(match=match).first()


def said(match: Match) -> dict[str, object]:
    """Where the sides of a match stand on the results of its pilot, and what they said of them."""
    tests = list(PilotTest.objects.filter(pilot__match=match))
    rows = Statement.objects.filter(about=results.RESULT, number__in=[one.pk for one in tests]).select_related("by")
    return {
        "agreed": results.agreements(tests),
        "statements": rows.order_by("pk"),
        "of_test": {one.pk: one.text for one in tests},
    }


def possible(user: AnyUser, match: Match) -> list[str]:
    """The actions that the page offers; each asks for itself whether it may."""
    pilot = pilot_of(match)
    if pilot is None:
        begins = match.state in (MatchState.INTRODUCED, MatchState.IN_TALKS)
        return ["pilot_plan"] if begins and may(user, "work", match) else []
    state, found = PilotState(pilot.state), list[str]()
    found += [act for act, says in _SAYING.items() if results.tests_for(user, pilot, *says)]
    if may(user, "work", pilot):
        found += ["pilot_start"] if state is PilotState.PLANNED else []
        found += ["pilot_judge"] if state is PilotState.RUNNING else []
        found += [] if state.is_over else ["pilot_stop"]
        shown = DemonstrationProject.objects.filter(pilot=pilot).exists()
        found += ["pilot_show"] if state is PilotState.ACCEPTED and not shown else []
    return found


def offered(user: AnyUser, act: str, match: Match, data: Data = None) -> Offered:
    """An action with its form. Raises `Http404` for a match without a pilot."""
    more, pilot = Options(auto_id=f"{act}_%s"), pilot_of(match)
    if act == "pilot_plan":
        return Offered(actions.plan, PilotForm(data, **more), (match,))
    if pilot is None:
        raise Http404
    if act in _SAYING:
        return _about_result(user, act, pilot, data, more)
    if act == "pilot_show":
        return Offered(actions.demonstrate, ProjectForm(data, **more), (pilot,))
    move = actions.move[_MOVES[act]]
    return Offered(move, move.form(data, row=pilot, **more), (pilot,))


def _about_result(user: AnyUser, act: str, pilot: Pilot, data: Data, more: Options) -> Offered:
    """A form offers the results of which this can be said now; what is sent may be about one that changed meanwhile."""

    def tests() -> list[PilotTest]:
        return results.tests_for(user, pilot, *_SAYING[act]) if data is None else list(pilot.tests.all())

    action = {"pilot_result": actions.report, "pilot_answer": actions.answer_result}.get(act, actions.take_back_result)
    return Offered(action, action.form(data, tests=tests, **more))
