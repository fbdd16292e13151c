"""Reading the results of pilots' tests: facts between the owner and the partner of a match."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from luodi.casework.agreement import Last, PartySide, Says, Standing, fits
from luodi.casework.matches import Part
from luodi.casework.pilots import PilotState, Result
from luodi.web.accounts.models import User
from luodi.web.cases.models import Statement
from luodi.web.cases.queries.agreements import last_statement, standings
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.docking.models import Pilot, PilotTest, Side
from luodi.web.docking.notices import people_of

#: What results are called among the facts between two sides.
RESULT: Final = "pilot_test"


def sides_of(user: AnyUser, test: PilotTest) -> set[PartySide]:
    """The sides that somebody speaks for; an officer only where the unit itself stands on one."""
    rows = visible(user, Side.objects.filter(match=test.pilot.match_id), "consent")
    return {PartySide(one.part) for one in rows}


def agreements(tests: Iterable[PilotTest]) -> dict[int, Standing]:
    """By test, where the sides stand; what was reported before both were asked is not yet agreed."""
    found = {one.pk: one for one in tests}
    before = {pk: Standing.PROPOSED for pk, one in found.items() if one.passed is not None}
    return {**before, **standings(RESULT, found)}


def last_of(test: PilotTest) -> Last | None:
    """What was said last of a result. One reported before both sides were asked is the owner's, unless whoever reported
    it speaks for the partner."""
    last = last_statement(RESULT, test.pk)
    if last is not None:
        return PartySide(last.side), Says(last.says)
    if test.passed is None:
        return None
    return PartySide.PARTNER if PartySide.PARTNER in sides_of(test.by, test) else PartySide.OWNER, Says.PROPOSE


def speaker_of(user: AnyUser, test: PilotTest, says: Says) -> PartySide | None:
    """The side for which somebody may say this now; None where they may not. Who speaks for both sides does not answer
    themselves."""
    if test.pilot.state != PilotState.RUNNING:
        return None
    last, own = last_of(test), sides_of(user, test)
    if says in (Says.AGREE, Says.DISPUTE) and last is not None and last[0] in own:
        return None
    return next((side for side in sorted(own) if fits(last, side, says)), None)


def tests_for(user: AnyUser, pilot: Pilot, *says: Says) -> list[PilotTest]:
    """Of which results somebody may say one of these now."""
    found = pilot.tests.select_related("pilot", "by")
    return [one for one in found if any(speaker_of(user, one, word) for word in says)]


def results(pilot: Pilot) -> list[Result]:
    """Of the tests that must be passed."""
    tests = list(pilot.tests.filter(required=True))
    found = agreements(tests)
    return [Result(one.passed, found.get(one.pk) is Standing.AGREED) for one in tests]


def match_of_test(number: int) -> str:
    """The reference of the match on whose page a result stands."""
    return PilotTest.objects.values_list("pilot__match__reference", flat=True).get(pk=number)


def asked(one: Statement, at: datetime) -> list[User]:
    """Who speaks for the other side of whoever proposed a result."""
    match = PilotTest.objects.values_list("pilot__match", flat=True).get(pk=one.number)
    other = Part.PARTNER if one.side == PartySide.OWNER else Part.OWNER
    return [person for side in Side.objects.filter(match=match, part=other) for person in people_of(side, at)]
