"""Rows for the matrix of access, of models that a random row would not fit."""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from luodi.web.docking.models import (
    Asked,
    CapitalNeed,
    Demand,
    DemonstrationProject,
    InvestorProfile,
    Match,
    Meeting,
    Offer,
    Pairing,
    ParkOffer,
    Pilot,
    PilotTest,
    Replication,
    Session,
    Side,
)

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
_DAY: Final = date(2026, 1, 5)


def _posted(kind: Any) -> Any:
    def make(town: Any) -> Any:
        count = kind.objects.count() + 1
        more = {"kind": "space"} if kind is Demand else {"stage": "seed"} if kind is CapitalNeed else {}
        return kind.objects.create(
            reference=f"{kind.SERIES}-2026-{count:04}",
            unit=town.here,
            company=town.ours,
            title_zh="x",
            title_en="x",
            text="x",
            made=_AT,
            changed=_AT,
            **more,
        )

    return make


def _match(town: Any) -> Match:
    match = Match.objects.create(
        reference=f"MT-2026-{Match.objects.count() + 1:04}",
        unit=town.here,
        demand=_posted(Demand)(town),
        answer="match",
        proposed_by="rule",
        made=_AT,
        changed=_AT,
    )
    Side.objects.create(match=match, part="partner", company=town.ours, asked=_AT)
    return match


def _side(town: Any) -> Side:
    return Side.objects.create(match=_match(town), part="owner", company=town.ours, unit=town.here, asked=_AT)


def _offer(town: Any) -> Offer:
    return Offer.objects.create(match=_match(town), text="x", at=_AT)


def _asked(town: Any) -> Asked:
    return Asked.objects.create(match=_match(town), part="partner", days=30, at=_AT)


def _pilot(town: Any) -> Pilot:
    return Pilot.objects.create(match=_match(town), site="x", starts=_DAY, ends=_DAY, made=_AT, changed=_AT)


def _test(town: Any) -> PilotTest:
    return PilotTest.objects.create(pilot=_pilot(town), text="x", wanted="x")


def _project(town: Any) -> DemonstrationProject:
    return DemonstrationProject.objects.create(
        pilot=_pilot(town),
        title_zh="x",
        title_en="x",
        text_zh="x",
        text_en="x",
        place="x",
        since=_DAY,
        made=_AT,
        changed=_AT,
    )


def _replication(town: Any) -> Replication:
    return Replication.objects.create(project=_project(town), place="x", since=_DAY, source="x", added=_AT)


def _meeting(town: Any) -> Meeting:
    return Meeting.objects.create(
        reference=f"MD-2026-{Meeting.objects.count() + 1:04}",
        unit=town.here,
        title_zh="x",
        title_en="x",
        day=_DAY,
        place="x",
        made=_AT,
        changed=_AT,
    )


def _session(town: Any) -> Session:
    return Session.objects.create(meeting=_meeting(town), starts=time(9), ends=time(10), title_zh="x", title_en="x")


def _pairing(town: Any) -> Pairing:
    return Pairing.objects.create(session=_session(town), match=_match(town), table=1, made=_AT, changed=_AT)


ROWS: Final = {
    **{kind: _posted(kind) for kind in (Demand, CapitalNeed, InvestorProfile, ParkOffer)},
    Match: _match,
    Side: _side,
    Offer: _offer,
    Asked: _asked,
    Pilot: _pilot,
    PilotTest: _test,
    DemonstrationProject: _project,
    Replication: _replication,
    Meeting: _meeting,
    Session: _session,
    Pairing: _pairing,
}
