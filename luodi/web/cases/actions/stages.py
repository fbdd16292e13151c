"""The stages of a case: moved through their gates, claimed, verified, and the days that are expected."""

from datetime import date, datetime

from django.utils.timezone import localdate

from luodi.calendar import FIRST_YEAR, LAST_YEAR
from luodi.casework.book import limits, stage_words
from luodi.casework.gates import Passage, missing, must_pass
from luodi.casework.stages import End, Move, Stage, after
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.actions import clocks
from luodi.web.cases.actions.landing_days import must_be_day_of_landing
from luodi.web.cases.models import Claim, DateChange, LandingCase
from luodi.web.cases.models.stages import Claimed, Moving
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.facts import accepted_of, counted_proofs, facts_of, must_be_open, preparers
from luodi.web.core.actions import Changed, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.permissions import may_without, memberships


@action("advance", model=LandingCase, form=forms.Plain, permission="work")
def advance(case: LandingCase, *, at: datetime) -> Changed:
    """Into the next stage, through its gate. Raises `GateMissing`, or `NotNow` where a stage has its own action."""
    stage = _after(case, Move.ADVANCE)
    passage = must_pass(stage, facts_of(case, localdate(at)), localdate(at))
    return Changed(_entered(case, stage, at), details=_gate(passage))


@action("override", model=LandingCase, form=forms.Reason, permission="override")
def override(case: LandingCase, reason: str, *, at: datetime) -> Changed:
    """Into the next stage although something is missing: a leader decides it, with a reason. A claimed or verified
    landing is never overridden."""
    if not reason.strip():
        raise MissingKey("cases.say-why-case-passes-although", at="reason")
    stage = _after(case, Move.OVERRIDE)
    passage = missing(stage, facts_of(case, localdate(at)), localdate(at))
    return Changed(_entered(case, stage, at), details=_gate(passage), reason=reason)


def _gate(passage: Passage) -> dict[str, object]:
    """Which version of the gate was asked, and what of it was missing, as the journal keeps it."""
    return {"gate": passage.rule, "missing": [one.id for one in passage.missing]}


@action("go_back", model=LandingCase, form=forms.Reason, permission="work")
def go_back(case: LandingCase, reason: str, *, at: datetime) -> Changed:
    if not reason.strip():
        raise MissingKey("cases.say-why-case-goes-back", at="reason")
    return Changed({"stage": _after(case, Move.BACK), "since": at}, reason=reason)


@action("claim", model=LandingCase, form=forms.ClaimForm, permission="work")
def claim_landing(case: LandingCase, day: date, *, actor: User, at: datetime) -> Changed:
    """The officer says that the company has landed; somebody else will look at the proofs. Raises `GateMissing`."""
    stage = _after(case, Move.CLAIM)
    must_be_day_of_landing(case, day, at)
    case.actual = day
    passage = must_pass(stage, facts_of(case, localdate(at)), localdate(at))
    made = Claim.objects.create(case=case, day=day, by=actor, at=at, gate=passage.rule)
    clocks.start(case, "verification", localdate(at), limits()["verification"])
    if case.assurance is not None:
        notices.person(case, case.assurance, "case_claimed", case, f"claim {made.pk}", at=at)
    return Changed({**_entered(case, stage, at), "actual": day}, details=_gate(passage))


@action("verify", model=LandingCase, form=forms.VerifyForm, permission="verify")
def verify_landing(case: LandingCase, *, actor: User, at: datetime, instead: str = "") -> Changed:
    """Somebody who prepared nothing of it finds every required proof accepted, valid and scanned. Another officer
    than the one who is named, and who does not stand in during an absence, says why as `instead`.

    Raises `OwnWork` for whoever works or worked on the case, claimed it or brought a proof, or stands in for one of
    them, `MissingKey` for another officer without a reason, and `GateMissing`."""
    stage = _after(case, Move.VERIFY)
    made = _open_claim(case)
    must_be_another(case, actor, at)
    must_be_named(case, actor, instead, at)
    must_be_day_of_landing(case, made.day, at)  # proofs may have come since it was claimed
    facts = {**facts_of(case, localdate(at)), "claimed_by_another": True}
    passage = must_pass(stage, facts, localdate(at))
    there = counted_proofs(case, localdate(at))
    # the first version of the gate asked nobody to accept them
    rests_on = accepted_of(there, preparers(case)) if facts["proofs_not_accepted"] == 0 else there
    proofs = sorted(proof.pk for proof in rests_on)
    _decided(made, Claimed.VERIFIED, actor, at, proofs=proofs, gate=passage.rule)
    return Changed(_entered(case, stage, at), details=_gate(passage), reason=instead.strip())


@action("reject", model=LandingCase, form=forms.Reason, permission="verify")
def reject_claim(case: LandingCase, reason: str, *, actor: User, at: datetime) -> Changed:
    """The claim does not hold: the case is operating again. Raises `OwnWork`, `MissingKey` without a reason."""
    stage = _after(case, Move.REJECT)
    must_be_another(case, actor, at)
    if not reason.strip():
        raise MissingKey("cases.say-what-does-not-hold", at="reason")
    made = _open_claim(case)
    _decided(made, Claimed.REJECTED, actor, at, reason=reason.strip())
    notices.officer(case, "case_rejected", case, f"claim {made.pk}", at=at, why=reason.strip())
    return Changed({"stage": stage, "since": at, "actual": None}, reason=reason)


def must_be_another(row: LandingCase, by: User, at: datetime) -> None:
    """Raises `OwnWork` for whoever prepared it, or reaches the case only in the place of somebody who did."""
    prepared = preparers(row)
    if by.pk in prepared or not may_without(by, "verify", row, prepared, on=localdate(at)):
        raise OwnWork("cases.nobody-decides-what-they-prepared")


def must_be_named(case: LandingCase, actor: User, instead: str, at: datetime) -> None:
    """Raises `MissingKey` for another than the officer who is named, or who stands in, without a reason."""
    named = case.assurance
    if named is None or named.pk == actor.pk or instead.strip():
        return
    if all(one.user_id != named.pk for one in memberships(actor, localdate(at))):
        raise MissingKey("cases.say-why-you-stand-in", name=str(named), at="instead")


def _after(row: LandingCase, move: Move) -> Stage:
    return after(Stage(row.stage), move, End(row.end))


def _entered(row: LandingCase, stage: Stage, at: datetime) -> dict[str, object]:
    notices.company(row, "case_stage", row, f"{stage.value} {at.isoformat()}", at=at, **_stage_words(stage))
    return {"stage": stage, "since": at}


def _stage_words(stage: Stage) -> dict[str, object]:
    title, says = stage_words()[stage]
    return {"stage": dict(title), "says": dict(says)}


def _open_claim(row: LandingCase) -> Claim:
    found = row.claims.select_for_update().filter(state=Claimed.OPEN).first()
    if found is None:
        raise NotNow("cases.no-open-claim")
    return found


def _decided(made: Claim, state: Claimed, by: User, at: datetime, **more: object) -> None:
    for name, value in {**more, "state": state, "verifier": by, "decided": at}.items():
        setattr(made, name, value)
    made.save()
    for clock in clocks.running(case=made.case, kind="verification"):
        clocks.stop(clock, localdate(at))


# ---- the expected day


@action("move_date", model=LandingCase, form=forms.DayForm, permission="work")
def move_date(case: LandingCase, new: date, reason: str, *, actor: User | None, at: datetime) -> Changed:
    """Give or move the day on which the landing is expected. Where that day is near or past, a leader approves it.

    Raises `MissingKey` without a reason, `NotNow` while another move waits for its approval."""
    must_be_open(case)
    if not reason.strip():
        raise MissingKey("cases.say-why-day-moved", at="reason")
    if not FIRST_YEAR <= new.year < LAST_YEAR:  # nobody could count the working days up to it
        raise OutOfRange("cases.give-day-from", first_year=FIRST_YEAR, last_year=LAST_YEAR - 1, at="new")
    if new == case.estimated:
        raise OutOfRange("cases.day-expected-already", at="new")
    if case.date_changes.filter(state=Moving.PROPOSED).exists():
        raise NotNow("cases.another-move-day-waits-approval")
    near = _is_protected(case, localdate(at))
    state = Moving.PROPOSED if near else Moving.MADE
    made = DateChange.objects.create(
        case=case, old=case.estimated, new=new, reason=reason.strip(), by=actor, at=at, state=state
    )
    if near:
        notices.leaders(case, "case_date", made, "proposed", at=at, new=new.isoformat())
    else:
        _moved(case, new)
    return Changed(details={"proposed": new} if near else {}, reason=reason)


@action(
    "decide_date",
    model=DateChange,
    form=forms.DecideForm,
    permission="approve",
    entries=["approve", "decline"],
)
def decide_date(change: DateChange, approves: bool, *, actor: User, at: datetime) -> Changed:
    """A leader approves or declines a move of a near day. Raises `OwnWork` for whoever proposed it."""
    if change.state != Moving.PROPOSED:
        raise NotNow("cases.move-day", state=Message(f"state.{change.state}"))
    if actor.pk == change.by_id:
        raise OwnWork("cases.nobody-approves-what-they-proposed")
    if approves:
        _moved(LandingCase.objects.select_for_update().get(pk=change.case_id), change.new)
    values = {"state": Moving.APPROVED if approves else Moving.DECLINED, "decided_by": actor, "decided": at}
    return Changed(values, entry="approve" if approves else "decline")


def _is_protected(row: LandingCase, on: date) -> bool:
    """Whether the expected day is so near, or past, that moving it is for a leader to decide."""
    if row.estimated is None:
        return False
    return calendar_of(row.unit).working_days_between(on, row.estimated) <= limits()["protected"]


def _moved(row: LandingCase, new: date) -> None:
    LandingCase.objects.filter(pk=row.pk).moved(new)
    row.estimated = new
