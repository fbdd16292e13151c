"""What changes a pilot: planned out of a match, run, measured and judged by its tests, shown and repeated."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from luodi.casework.agreement import PartySide, Says
from luodi.casework.matches import MatchAct, Part
from luodi.casework.pilots import PilotAct, PilotState, after
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases.actions import agreements
from luodi.web.cases.queries import agreements as agreements_of
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.docking.actions.matches import go_on
from luodi.web.docking.actions.posted import follow
from luodi.web.docking.forms import meetings as forms
from luodi.web.docking.forms.fields import Plain, WithReason
from luodi.web.docking.models import DemonstrationProject, Match, Pilot, PilotTest, Replication, Side
from luodi.web.docking.notices import notify_sides
from luodi.web.docking.queries import results


@action("plan", model=Pilot, form=forms.PilotForm, permission="work", parent=Match)
def plan(
    match: Match, site: str, days: tuple[date, date], tests: Iterable[tuple[str, str]], *, actor: User, at: datetime
) -> Created:
    """A pilot with its acceptance tests `(what is measured, what is wanted)`, all of which must be passed.

    Raises `MissingKey` without a test: what nobody can judge is no pilot.
    """
    wanted = [(text.strip(), goal.strip()) for text, goal in tests if text.strip()]
    _check(site, days, wanted)
    go_on(match, MatchAct.PILOT, by=actor, at=at)
    pilot = Pilot.objects.create(match=match, site=site.strip(), starts=days[0], ends=days[1], made=at, changed=at)
    PilotTest.objects.bulk_create([PilotTest(pilot=pilot, text=text, wanted=goal) for text, goal in wanted])
    return Created(pilot, notify=lambda row: follow(row.match.of, at))


def _check(site: str, days: tuple[date, date], tests: list[tuple[str, str]]) -> None:
    if not site.strip():
        raise MissingKey("docking.say-where-tried-out", at="site")
    if days[1] < days[0]:
        raise OutOfRange("docking.ends-or-after-day-starts", at="ends")
    if not tests or not all(goal for _, goal in tests):
        raise MissingKey("docking.name-what-measured-what-wanted", at="tests")


@action_for_each(
    PilotAct,
    model=Pilot,
    form=lambda act: WithReason if act is PilotAct.STOP else Plain,
    permission=lambda _: "work",
)
def move(pilot: Pilot, *, act: PilotAct, actor: User | None, at: datetime, reason: str = "") -> Changed:
    """Start it, stop it with a reason, or judge it by the results to which both sides agree."""
    state = after(PilotState(pilot.state), act, results.results(pilot))
    if state is PilotState.STOPPED and not reason.strip():
        raise MissingKey("docking.say-why-stopped", at="reason")
    judged = {"judged": at, "judged_by": actor} if act is PilotAct.JUDGE else {}
    values: dict[str, object] = {"state": state, "reason": reason.strip(), **judged}
    return Changed(values, reason=reason, notify=lambda row: _notify_sides(row, at))


def _notify_sides(row: Pilot, at: datetime) -> None:
    follow(row.match.of, at)
    notify_sides(row.match, "match_moved", f"pilot {row.state}", at)


@action("report", model=PilotTest, form=forms.ResultForm, permission="report")
def report(test: PilotTest, measured: str, passed: bool, proof: str, *, actor: User, at: datetime) -> Changed:
    """What came out of a test, and what shows it: a side of the match proposes it while the pilot runs, and it stands
    once the other one agrees. After a disagreement whoever proposed it does so anew, or takes it back."""
    if not measured.strip() or not proof.strip():
        raise MissingKey("docking.say-what-measured-what-shows", at="proof" if measured.strip() else "measured")
    mark = "✓" if passed else "✗"
    _state(test, Says.PROPOSE, f"{mark} {measured.strip()} · {proof.strip()}", actor, at)
    values = {"measured": measured.strip(), "passed": passed, "proof": proof.strip(), "by": actor, "at": at}
    return Changed(values, notify=lambda row: _notify_result(row, at))


@action("answer_result", model=PilotTest, form=forms.AnswerResult, permission="answer", entries=["agree", "dispute"])
def answer_result(test: PilotTest, says: Says, words: str = "", *, actor: User, at: datetime) -> Changed:
    """As the other side: agree to a result, or not and why. A disagreement goes to the leaders of the unit."""
    if says not in (Says.AGREE, Says.DISPUTE):
        raise UnknownValue("docking.agree-or-dispute", at="says")
    if says is Says.DISPUTE and not words.strip():
        raise MissingKey("docking.say-why", at="words")
    _state(test, says, words, actor, at)
    return Changed({}, entry=says.value, notify=lambda row: _notify_result(row, at))


@action("take_back_result", model=PilotTest, form=forms.TakeBackResult, permission="report", entries=["concede"])
def take_back_result(test: PilotTest, *, actor: User, at: datetime) -> Changed:
    """As the side that proposed it: it does not stand any more, and either side may report another one."""
    _state(test, Says.CONCEDE, "", actor, at)
    values = {"measured": "", "passed": None, "proof": "", "by": None, "at": None}
    return Changed(values, notify=lambda row: _notify_result(row, at))


def _state(test: PilotTest, says: Says, words: str, actor: User, at: datetime) -> None:
    if test.pilot.state != PilotState.RUNNING:
        raise NotNow("docking.results-entered-while-pilot-runs")
    side = results.speaker_of(actor, test, says)
    if side is None:
        raise NotNow("docking.other-side-says", said=Message(f"act.{says}"))
    last = results.last_of(test)
    proposer = last[0] if last else side
    partner = Side.objects.select_related("company").get(match=test.pilot.match, part=Part.PARTNER)
    unit, company = test.pilot.match.unit, partner.company
    assert company is not None  # a partner is always a company
    agreements.state(
        results.RESULT, test, side, says, unit=unit, company=company, by=actor, at=at, words=words, proposer=proposer
    )


def _notify_result(row: PilotTest, at: datetime) -> None:
    """The side that did not speak."""
    said = agreements_of.last_statement(results.RESULT, row.pk)
    assert said is not None
    other = Part.PARTNER if said.side == PartySide.OWNER else Part.OWNER
    notify_sides(row.pilot.match, "match_moved", f"result {said.pk}", at, parts=(other,))


# ---- what others may look at


@action("demonstrate", model=DemonstrationProject, form=forms.ProjectForm, permission="work", parent=Pilot)
def demonstrate(
    pilot: Pilot, texts: Mapping[str, str], place: str, since: date, *, at: datetime, shown: bool = False
) -> Created:
    """A project out of an accepted pilot: `texts` are `title_zh`, `title_en`, `text_zh`, `text_en`."""
    if Pilot.objects.get(pk=pilot.pk).state != PilotState.ACCEPTED:
        raise NotNow("docking.only-accepted-pilot-shown-project")
    if DemonstrationProject.objects.filter(pilot=pilot).exists():
        raise NotNow("docking.pilot-shown-project-already")
    for name in ("title_zh", "title_en", "text_zh", "text_en"):
        if not texts.get(name, "").strip():
            raise MissingKey("docking.project-told-both-languages", at=name)
    made = DemonstrationProject.objects.create(
        pilot=pilot, place=place.strip(), since=since, shown=shown, made=at, changed=at, **texts
    )
    return Created(made)


@action("repeat", model=Replication, form=forms.RepeatForm, permission="work", parent=DemonstrationProject)
def repeat(project: DemonstrationProject, place: str, since: date, source: str, *, at: datetime) -> Created:
    """That it was repeated somewhere else, and where that can be read."""
    if not source.strip() or not place.strip():
        raise MissingKey("docking.say-where-where-can-read", at="source" if place.strip() else "place")
    if since < project.since:
        raise OutOfRange("docking.nothing-repeated-before", at="since")
    if project.replications.filter(place=place.strip()).exists() or place.strip() == project.place:
        raise NotNow("docking.known-already")
    made = Replication.objects.create(
        project=project, place=place.strip(), since=since, source=source.strip(), added=at
    )
    return Created(made)
