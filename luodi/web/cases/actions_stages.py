"""The stages of a case: moved through their gates, claimed, verified, and the days that are expected."""

from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from luodi.calendar import FIRST_YEAR, LAST_YEAR
from luodi.casework.book import limits, stage_words
from luodi.casework.gates import Passage, missing, must_pass
from luodi.casework.stages import End, Move, Stage, after
from luodi.casework.states import NotNow
from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.message import Message
from luodi.web.accounts.access import may_without
from luodi.web.accounts.models import User
from luodi.web.cases import counting, telling
from luodi.web.cases.acting import perform
from luodi.web.cases.actions import must_be_open
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.facts import counted_proofs, facts_of, preparers
from luodi.web.cases.models import Claim, DateChange, LandingCase
from luodi.web.cases.models_stages import Claimed, Moving


class OwnWork(LuodiError):
    """Somebody wants to verify or approve what they prepared."""

    code = "own-work"


def advance(
    case: LandingCase, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Into the next stage, through its gate. Raises `GateMissing`, or `NotNow` where a stage has an act of its own."""

    told: dict[str, Any] = {}

    def change(row: LandingCase) -> dict[str, Any]:
        stage = _after(row, Move.ADVANCE)
        told.update(_gate(must_pass(stage, facts_of(row, localdate(at)), localdate(at))))
        return _entered(row, stage, at)

    return perform(case, "advance", change, by=by, at=at, key=key, version=version, permit="work", told=told)


def override(
    case: LandingCase, reason: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Into the next stage although something is missing: a leader's act, with a reason. A claimed or verified landing
    is never overridden."""
    told: dict[str, Any] = {}

    def change(row: LandingCase) -> dict[str, Any]:
        if not reason.strip():
            raise MissingKey("cases.say-why-case-passes-although", at="reason")
        stage = _after(row, Move.OVERRIDE)
        told.update(_gate(missing(stage, facts_of(row, localdate(at)), localdate(at))))
        return _entered(row, stage, at)

    return perform(case, "override", change, by=by, at=at, key=key, version=version, reason=reason, told=told)


def _gate(passage: Passage) -> dict[str, Any]:
    """Which version of the gate was asked, and what of it was missing, as the journal keeps it."""
    return {"gate": passage.rule, "missing": [one.id for one in passage.missing]}


def go_back(
    case: LandingCase, reason: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    def change(row: LandingCase) -> dict[str, Any]:
        if not reason.strip():
            raise MissingKey("cases.say-why-case-goes-back", at="reason")
        return {"stage": _after(row, Move.BACK), "since": at}

    return perform(case, "go_back", change, by=by, at=at, key=key, version=version, permit="work", reason=reason)


def claim_landing(
    case: LandingCase, day: date, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """The officer says that the company has landed; somebody else will look at the proofs. Raises `GateMissing`."""
    told: dict[str, Any] = {}

    def change(row: LandingCase) -> dict[str, Any]:
        stage = _after(row, Move.CLAIM)
        if day > localdate(at):
            raise OutOfRange("cases.day-come-cannot-happened", at="day")
        row.actual = day
        passage = must_pass(stage, facts_of(row, localdate(at)), localdate(at))
        told.update(_gate(passage))
        made = Claim.objects.create(case=row, day=day, by=by, at=at, gate=passage.rule)
        counting.start(row, "verification", localdate(at), limits()["verification"])
        if row.assurance is not None:
            telling.person(row, row.assurance, "case_claimed", row, f"claim {made.pk}", at=at)
        return {**_entered(row, stage, at), "actual": day}

    return perform(case, "claim", change, by=by, at=at, key=key, version=version, permit="work", told=told)


def verify_landing(
    case: LandingCase, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Somebody who prepared nothing of it finds every required proof present, valid and scanned.

    Raises `OwnWork` for whoever works or worked on the case, claimed it or brought a proof, or stands in for one of
    them, and `GateMissing`."""
    told: dict[str, Any] = {}

    def change(row: LandingCase) -> dict[str, Any]:
        stage = _after(row, Move.VERIFY)
        made = _open_claim(row)
        _must_be_another(row, by, at)
        facts = {**facts_of(row, localdate(at)), "claimed_by_another": True}
        passage = must_pass(stage, facts, localdate(at))
        told.update(_gate(passage))
        proofs = sorted(proof.pk for proof in counted_proofs(row, localdate(at)))
        _decided(made, Claimed.VERIFIED, by, at, proofs=proofs, gate=passage.rule)
        return _entered(row, stage, at)

    return perform(case, "verify", change, by=by, at=at, key=key, version=version, told=told)


def reject_claim(
    case: LandingCase, reason: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """The claim does not hold: the case is operating again. Raises `OwnWork`, `MissingKey` without a reason."""

    def change(row: LandingCase) -> dict[str, Any]:
        stage = _after(row, Move.REJECT)
        _must_be_another(row, by, at)
        if not reason.strip():
            raise MissingKey("cases.say-what-does-not-hold", at="reason")
        made = _open_claim(row)
        _decided(made, Claimed.REJECTED, by, at, reason=reason.strip())
        telling.officer(row, "case_rejected", row, f"claim {made.pk}", at=at, why=reason.strip())
        return {"stage": stage, "since": at, "actual": None}

    return perform(case, "reject", change, by=by, at=at, key=key, version=version, permit="verify", reason=reason)


def _must_be_another(row: LandingCase, by: User, at: datetime) -> None:
    """Neither somebody who prepared it, nor one who reaches the case only in the place of somebody who did."""
    prepared = preparers(row)
    if by.pk in prepared or not may_without(by, "verify", row, prepared, on=localdate(at)):
        raise OwnWork("cases.nobody-decides-what-they-prepared")


def _after(row: LandingCase, move: Move) -> Stage:
    return after(Stage(row.stage), move, End(row.end))


def _entered(row: LandingCase, stage: Stage, at: datetime) -> dict[str, Any]:
    telling.company(row, "case_stage", row, f"{stage.value} {at.isoformat()}", at=at, **_stage_words(stage))
    return {"stage": stage, "since": at}


def _stage_words(stage: Stage) -> dict[str, Any]:
    title, says = stage_words()[stage]
    return {"stage": dict(title), "says": dict(says)}


def _open_claim(row: LandingCase) -> Claim:
    found = row.claims.select_for_update().filter(state=Claimed.OPEN).first()
    if found is None:
        raise NotNow("cases.no-open-claim")
    return found


def _decided(made: Claim, state: Claimed, by: User, at: datetime, **more: Any) -> None:
    for name, value in {**more, "state": state, "verifier": by, "decided": at}.items():
        setattr(made, name, value)
    made.save()
    for clock in counting.running(case=made.case, kind="verification"):
        counting.stop(clock, localdate(at))


# ---- the expected day


def move_date(
    case: LandingCase,
    new: date,
    reason: str,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> LandingCase:
    """Give or move the day on which the landing is expected. Where that day is near or past, a leader approves it.

    Raises `MissingKey` without a reason, `NotNow` while another move waits for its approval."""

    def change(row: LandingCase) -> dict[str, Any]:
        must_be_open(row)
        if not reason.strip():
            raise MissingKey("cases.say-why-day-moved", at="reason")
        if not FIRST_YEAR <= new.year < LAST_YEAR:  # nobody could count the working days up to it
            raise OutOfRange("cases.give-day-from", first_year=FIRST_YEAR, last_year=LAST_YEAR - 1, at="new")
        if new == row.estimated:
            raise OutOfRange("cases.day-expected-already", at="new")
        if row.date_changes.filter(state=Moving.PROPOSED).exists():
            raise NotNow("cases.another-move-day-waits-approval")
        near = _is_protected(row, localdate(at))
        made = DateChange.objects.create(
            case=row,
            old=row.estimated,
            new=new,
            reason=reason.strip(),
            by=by,
            at=at,
            state=Moving.PROPOSED if near else Moving.MADE,
        )
        if near:
            telling.leaders(row, "case_date", made, "proposed", at=at, new=new.isoformat())
        else:
            _moved(row, new)
        return {}

    return perform(case, "move_date", change, by=by, at=at, key=key, version=version, permit="work", reason=reason)


def decide_date(
    change_: DateChange, yes: bool, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> DateChange:
    """A leader approves or declines a move of a near day. Raises `OwnWork` for whoever proposed it."""

    def change(row: DateChange) -> dict[str, Any]:
        if row.state != Moving.PROPOSED:
            raise NotNow("cases.move-day", state=Message(f"state.{row.state}"))
        if by.pk == row.by_id:
            raise OwnWork("cases.nobody-approves-what-they-proposed")
        if yes:
            _moved(LandingCase.objects.select_for_update().get(pk=row.case_id), row.new)
        return {"state": Moving.APPROVED if yes else Moving.DECLINED, "decided_by": by, "decided": at}

    act = "approve" if yes else "decline"
    return perform(change_, act, change, by=by, at=at, key=key, version=version, permit="approve")


def _is_protected(row: LandingCase, on: date) -> bool:
    """Whether the expected day is so near, or past, that moving it is for a leader to decide."""
    if row.estimated is None:
        return False
    return calendar_of(row.unit).working_days_between(on, row.estimated) <= limits()["protected"]


def _moved(row: LandingCase, new: date) -> None:
    LandingCase.objects.filter(pk=row.pk).moved(new)
    row.estimated = new
