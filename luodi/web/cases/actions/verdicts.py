"""The verifier accepts or refuses the proofs of a claimed landing one by one."""

from datetime import date, datetime

from django.utils.timezone import localdate

from luodi.casework.book import proof_kind
from luodi.casework.judging import Seen, must_be_seen, must_say_why
from luodi.casework.states import NotNow
from luodi.casework.verdicts import Ground, Verdict
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.actions.stages import must_be_another, must_be_named
from luodi.web.cases.models import Proof
from luodi.web.cases.queries.facts import counts
from luodi.web.cases.queries.judging import can_be_judged, wanted_of
from luodi.web.core.actions import Changed, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.words import both

_ENTRIES = {
    Verdict.ACCEPTED: "accept_proof",
    Verdict.REFUSED: "refuse_proof",
    Verdict.PROPOSED: "take_verdict_back",
}
_BLANK = {"seen_name": "", "seen_number": "", "seen_issued": None, "ground": "", "note": ""}


@action(
    "judge_proof",
    model=Proof,
    form=forms.JudgeForm,
    permission="verify",
    entries=_ENTRIES.values(),
    fits=can_be_judged,
    locks=lambda proof, *_, **__: [proof.case],
)
def judge_proof(
    proof: Proof,
    verdict: Verdict,
    *,
    actor: User,
    at: datetime,
    is_of_kind: bool = False,
    seen_name: str = "",
    seen_number: str = "",
    seen_issued: date | None = None,
    ground: Ground | None = None,
    note: str = "",
    instead: str = "",
) -> Changed:
    """Accept a proof by what was seen in it, refuse it on a ground, or take the verdict back, until the landing is
    verified. Raises `NotNow` without an open claim, or for a second verdict; `OwnWork` for whoever sent it or prepared
    the case; `MissingKey` where something was not seen, differs without a word, or is refused without a ground."""
    _must_be_open(proof, verdict)
    if proof.by_id == actor.pk:
        raise OwnWork("cases.nobody-decides-what-they-prepared")
    must_be_another(proof.case, actor, at)
    must_be_named(proof.case, actor, instead, at)
    values: dict[str, object] = {**_BLANK, "verdict": verdict, "judged_by": actor, "judged": at, "note": note.strip()}
    reason = " ".join(one.strip() for one in (instead, note) if one.strip())
    if verdict is Verdict.PROPOSED:
        values.update(judged_by=None, judged=None, note="")
        return Changed(values, reason=reason, entry=_ENTRIES[verdict])
    seen = Seen(seen_name.strip(), seen_number.strip(), seen_issued, is_of_kind)
    values.update(seen_name=seen.name, seen_number=seen.number, seen_issued=seen.issued)
    if verdict is Verdict.REFUSED:
        values["ground"] = must_say_why(ground, note)
        return Changed(values, reason=reason, entry=_ENTRIES[verdict], notify=lambda one: _tell(one, at))
    if not counts(proof, localdate(at)):
        raise NotNow("cases.proof-does-not-count")
    found = must_be_seen(wanted_of(proof), seen, note, localdate(at))
    details = {"compared": {name: one.value for name, one in found.items()}, "scan": proof.file.scan}
    return Changed(values, details=details, reason=reason, entry=_ENTRIES[verdict])


def _must_be_open(proof: Proof, verdict: Verdict) -> None:
    if not can_be_judged(proof):
        raise NotNow("cases.no-open-claim")
    if proof.verdict == verdict or Verdict.PROPOSED not in (proof.verdict, verdict):
        raise NotNow("cases.proof-judged-already", state=Message(f"state.{proof.verdict}"), at="verdict")


def _tell(proof: Proof, at: datetime) -> None:
    """It goes back to the officer and the company, each in their language; what the verifier wrote follows as it is."""
    what = dict(proof_kind(proof.proves).title)
    why = both(f"cases.ground_{proof.ground}")
    if proof.note:
        why = {"zh": f"{why['zh']}。{proof.note}", "en": f"{why['en']}. {proof.note}"}
    reason = f"refused {at.isoformat()}"
    notices.company(proof.case, "case_proof_refused", proof, reason, at=at, what=what, why=why)
    notices.officer(proof.case, "case_proof_back", proof, reason, at=at, what=what, why=why)
