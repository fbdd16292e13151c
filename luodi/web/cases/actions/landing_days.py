"""The day of a landing: which day it can be, and how one that was verified is corrected."""

from datetime import date, datetime

from django.utils.timezone import localdate

from luodi.casework.book import proof_kinds
from luodi.casework.stages import Stage
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.models import Claim, DayCorrection, LandingCase
from luodi.web.cases.models.stages import Claimed, Correcting
from luodi.web.cases.queries.facts import counted_proofs, required
from luodi.web.core.actions import Changed, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.permissions import may_without


def must_be_day_of_landing(case: LandingCase, day: date, at: datetime, *, field: str = "day") -> None:
    """Raises `OutOfRange` for a day to come, one before the case was opened, and one before the last required proof:
    the licence by which the company exists is one of them."""
    if day > localdate(at):
        raise OutOfRange("cases.day-come-cannot-happened", at=field)
    if day < localdate(case.opened):
        raise OutOfRange("cases.landing-before-case", day=localdate(case.opened).isoformat(), at=field)
    issued = _issued(case, localdate(at))
    if issued and day < max(issued.values()):
        kind = max(issued, key=lambda one: issued[one])
        raise OutOfRange(
            "cases.landing-before-proof", kind=dict(proof_kinds()[kind].title), day=issued[kind].isoformat(), at=field
        )


def _issued(case: LandingCase, on: date) -> dict[str, date]:
    """When each required proof was there first, as far as its day is known: a renewal does not move a landing."""
    wanted, found = {kind.id for kind in required(list(case.steps.all()))}, dict[str, date]()
    for proof in counted_proofs(case, on):
        if proof.proves in wanted and proof.issued is not None:
            found[proof.proves] = min(proof.issued, found.get(proof.proves, proof.issued))
    return found


def has_day_to_correct(case: LandingCase) -> bool:
    return Stage(case.stage).has_landed


@action("correct_day", model=LandingCase, form=forms.DayForm, permission="work", fits=has_day_to_correct)
def correct_day(case: LandingCase, new: date, reason: str, *, actor: User, at: datetime) -> Changed:
    """Propose another day for a landing that was verified; somebody else confirms it. Raises `NotNow` where none was
    verified or another correction waits, `OutOfRange`, `MissingKey` without a reason."""
    claim = case.claims.filter(state=Claimed.VERIFIED).order_by("-decided", "-pk").first()
    if claim is None or not has_day_to_correct(case):
        raise NotNow("cases.no-verified-landing")
    if case.day_corrections.filter(state=Correcting.PROPOSED).exists():
        raise NotNow("cases.another-correction-waits")
    if not reason.strip():
        raise MissingKey("cases.say-why-day-moved", at="reason")
    if new == claim.day:
        raise OutOfRange("cases.day-is-that-already", at="new")
    must_be_day_of_landing(case, new, at, field="new")
    made = DayCorrection.objects.create(
        case=case, claim=claim, old=claim.day, new=new, reason=reason.strip(), by=actor, at=at
    )
    notices.verifiers(case, "case_correction", made, "proposed", at=at, but=actor, new=new.isoformat())
    return Changed(details={"old": claim.day, "new": new}, reason=reason.strip())


@action(
    "decide_correction",
    model=DayCorrection,
    form=forms.DecideForm,
    permission="confirm",
    fits=lambda row: bool(row.state == Correcting.PROPOSED),
    entries=["confirm", "decline"],
)
def decide_correction(row: DayCorrection, approves: bool, *, actor: User, at: datetime) -> Changed:
    """Another person confirms or declines it. Raises `OwnWork` for whoever proposed it, and in their place."""
    if row.state != Correcting.PROPOSED:
        raise NotNow("cases.correction", state=Message(f"state.{row.state}"))
    proposer = {row.by_id} if row.by_id is not None else set()
    if actor.pk in proposer or not may_without(actor, "confirm", row, proposer, on=localdate(at)):
        raise OwnWork("cases.nobody-approves-what-they-proposed")
    if approves:
        case = LandingCase.objects.select_for_update().get(pk=row.case_id)
        must_be_day_of_landing(case, row.new, at, field="decision")
        Claim.objects.filter(pk=row.claim_id).update(day=row.new)
        LandingCase.objects.filter(pk=row.case_id).update(actual=row.new)
    state = Correcting.CONFIRMED if approves else Correcting.DECLINED
    values = {"state": state, "decided_by": actor, "decided": at}
    return Changed(values, entry="confirm" if approves else "decline")
