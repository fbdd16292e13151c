"""What the page of a match can do with its pilot: which acts, their forms, and the one function each calls."""

from typing import Any

from django.http import Http404

from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotAct, PilotState
from luodi.web.core.permissions import may
from luodi.web.docking import forms
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.models import DemonstrationProject, Match, Pilot, PilotTest
from luodi.web.docking.views.shared import Do, Who

_MOVES = {"pilot_start": PilotAct.START, "pilot_judge": PilotAct.JUDGE, "pilot_stop": PilotAct.STOP}


def pilot_of(match: Match) -> Pilot | None:
    return Pilot.objects.filter(match=match).first()


def possible(user: Any, match: Match) -> list[str]:
    """The acts that the page offers; each act asks for itself whether it may."""
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


def form(act: str, match: Match, data: Any, **more: Any) -> forms.DockingForm:
    pilot = pilot_of(match)
    if act == "pilot_result":
        return forms.ResultForm(data, tests=lambda: _tests(pilot), **more)
    if act == "pilot_stop":
        return forms.WithReason(data, version=pilot.version if pilot else None, **more)
    if act in _MOVES:
        return forms.Bare(data, version=pilot.version if pilot else None, **more)
    return {"pilot_plan": forms.PilotForm, "pilot_show": forms.ProjectForm}[act](data, **more)


def _tests(pilot: Pilot | None) -> list[tuple[str, str]]:
    """Each as it is now, with its version."""
    return [(f"{one.pk}-{one.version}", one.text) for one in pilot.tests.all()] if pilot else []


def do(act: str, match: Match, filled: forms.DockingForm) -> Do:
    """What an action of the page calls."""
    if act == "pilot_plan":
        return lambda given, who: _plan(match, filled, given, who)
    pilot = pilot_of(match)
    if pilot is None:
        raise Http404
    if act == "pilot_result":
        return lambda given, who: _report(pilot, given, who)
    if act == "pilot_show":
        return lambda given, who: _show(pilot, given, who)
    return lambda given, who: actions_pilots.move(pilot, _MOVES[act], reason=given.get("reason", ""), **who)


def _plan(match: Match, filled: forms.DockingForm, given: dict[str, Any], who: Who) -> Pilot:
    assert isinstance(filled, forms.PilotForm)
    days = given["starts"], given["ends"]
    return actions_pilots.plan(match, given["site"], days, filled.lines(), **who)


def _report(pilot: Pilot, given: dict[str, Any], who: Who) -> PilotTest:
    number, version = given["test"]
    result = given["measured"], given["passed"] == "yes", given["proof"]
    test = pilot.tests.get(pk=number)
    return actions_pilots.report(test, *result, **{**who, "version": version})


def _show(pilot: Pilot, given: dict[str, Any], who: Who) -> DemonstrationProject:
    texts = {name: given[name] for name in ("title_zh", "title_en", "text_zh", "text_en")}
    return actions_pilots.demonstrate(pilot, texts, given["place"], given["since"], shown=given["shown"], **who)
