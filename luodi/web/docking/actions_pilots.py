"""What changes a pilot: planned out of a match, run, measured and judged by its tests, shown and repeated."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from luodi.casework.matches import MatchAct
from luodi.casework.pilots import PilotAct, PilotState, after
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.models import User
from luodi.web.cases.acting import add, perform
from luodi.web.docking.actions import follow
from luodi.web.docking.actions_matches import go_on
from luodi.web.docking.models import Match
from luodi.web.docking.models_pilots import DemonstrationProject, Pilot, PilotTest, Replication
from luodi.web.docking.telling import tell_sides


@transaction.atomic
def plan(
    match: Match,
    site: str,
    days: tuple[date, date],
    tests: Iterable[tuple[str, str]],
    *,
    by: User,
    at: datetime,
    key: str = "",
) -> Pilot:
    """A pilot with its acceptance tests `(what is measured, what is wanted)`, all of which must be passed.

    Raises `MissingKey` without a test: what nobody can judge is no pilot.
    """
    wanted = [(text.strip(), goal.strip()) for text, goal in tests if text.strip()]

    def make() -> Pilot:
        _check(site, days, wanted)
        go_on(match, MatchAct.PILOT, by=by, at=at)
        pilot = Pilot.objects.create(match=match, site=site.strip(), starts=days[0], ends=days[1], made=at, changed=at)
        PilotTest.objects.bulk_create([PilotTest(pilot=pilot, text=text, wanted=goal) for text, goal in wanted])
        return pilot

    made = add(Pilot, make, "plan", by=by, at=at, key=key, permit="work")
    follow(made.match.of, at)
    return made


def _check(site: str, days: tuple[date, date], tests: list[tuple[str, str]]) -> None:
    if not site.strip():
        raise MissingKey("docking.say-where-tried-out", at="site")
    if days[1] < days[0]:
        raise OutOfRange("docking.ends-or-after-day-starts", at="ends")
    if not tests or not all(goal for _, goal in tests):
        raise MissingKey("docking.name-what-measured-what-wanted", at="tests")


@transaction.atomic
def move(
    pilot: Pilot,
    act: PilotAct,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
    reason: str = "",
) -> Pilot:
    """Start it, stop it with a reason, or judge it by its tests."""

    def change(row: Pilot) -> dict[str, Any]:
        results = list(row.tests.filter(required=True).values_list("passed", flat=True))
        state = after(PilotState(row.state), act, results)
        if state is PilotState.STOPPED and not reason.strip():
            raise MissingKey("docking.say-why-stopped", at="reason")
        judged = {"judged": at, "judged_by": by} if act is PilotAct.JUDGE else {}
        return {"state": state, "reason": reason.strip(), **judged}

    done = perform(pilot, act.value, change, by=by, at=at, key=key, version=version, permit="work", reason=reason)
    follow(done.match.of, at)
    tell_sides(done.match, "match_moved", f"pilot {done.state}", at)
    return done


def report(
    test: PilotTest,
    measured: str,
    passed: bool,
    proof: str,
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> PilotTest:
    """What came out of a test, and what shows it. Both sides may report while the pilot runs."""

    def change(row: PilotTest) -> dict[str, Any]:
        if row.pilot.state != PilotState.RUNNING:
            raise NotNow("docking.results-entered-while-pilot-runs")
        if not measured.strip() or not proof.strip():
            raise MissingKey("docking.say-what-measured-what-shows", at="proof" if measured.strip() else "measured")
        return {"measured": measured.strip(), "passed": passed, "proof": proof.strip(), "by": by, "at": at}

    return perform(test, "report", change, by=by, at=at, key=key, version=version)


# ---- what others may look at


def demonstrate(
    pilot: Pilot,
    texts: Mapping[str, str],
    place: str,
    since: date,
    *,
    by: User,
    at: datetime,
    key: str = "",
    shown: bool = False,
) -> DemonstrationProject:
    """A project out of an accepted pilot: `texts` are `title_zh`, `title_en`, `text_zh`, `text_en`."""

    def make() -> DemonstrationProject:
        if Pilot.objects.select_for_update().get(pk=pilot.pk).state != PilotState.ACCEPTED:
            raise NotNow("docking.only-accepted-pilot-shown-project")
        if DemonstrationProject.objects.filter(pilot=pilot).exists():
            raise NotNow("docking.pilot-shown-project-already")
        for name in ("title_zh", "title_en", "text_zh", "text_en"):
            if not texts.get(name, "").strip():
                raise MissingKey("docking.project-told-both-languages", at=name)
        return DemonstrationProject.objects.create(
            pilot=pilot, place=place.strip(), since=since, shown=shown, made=at, changed=at, **texts
        )

    return add(DemonstrationProject, make, "demonstrate", by=by, at=at, key=key, permit="work")


def repeat(
    project: DemonstrationProject, place: str, since: date, source: str, *, by: User, at: datetime, key: str = ""
) -> Replication:
    """That it was repeated somewhere else, and where that can be read."""

    def make() -> Replication:
        if not source.strip() or not place.strip():
            raise MissingKey("docking.say-where-where-can-read", at="source" if place.strip() else "place")
        if since < project.since:
            raise OutOfRange("docking.nothing-repeated-before", at="since")
        if project.replications.filter(place=place.strip()).exists() or place.strip() == project.place:
            raise NotNow("docking.known-already")
        return Replication.objects.create(
            project=project, place=place.strip(), since=since, source=source.strip(), added=at
        )

    return add(Replication, make, "repeat", by=by, at=at, key=key, permit="work")
