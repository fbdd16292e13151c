"""What a case can show: proofs, authorisations, checks, and duties that are met."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from luodi.advice.obligations import year_after
from luodi.casework import evidence
from luodi.casework.authorisations import AuthAct, AuthState, after
from luodi.casework.book import ProofKind, proof_kind
from luodi.casework.states import NotNow
from luodi.casework.verdicts import Verdict
from luodi.dates import add_months
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.models import Authorisation, Check, LandingCase, Obligation, Proof
from luodi.web.cases.models.proofs import CheckKind, CheckResult
from luodi.web.cases.queries.evidence import as_record
from luodi.web.cases.queries.facts import counts, standing_failures
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.permissions import may_without, require
from luodi.web.files.actions.storing import store


@action("proof", model=Proof, form=forms.ProofForm, permission="add", parent=LandingCase, entries=["add"])
def add_proof(
    case: LandingCase,
    proves: str,
    file: Checked,
    *,
    actor: User | None,
    at: datetime,
    issued: date | None = None,
    expires: date | None = None,
) -> Created:
    """A document by what it proves. It counts once it is scanned where a scanner is set up. Raises `UnknownValue` for
    an unknown kind, `OutOfRange` for days in the wrong order, or issued on a day to come or far away,
    `NoDocument` for a file that cannot be one. It takes the place of the last refused one of its kind, which stays."""
    kind = proof_kind(proves)
    _has_come(issued, at, "issued")
    _within_reach(at, issued=issued, expires=expires)
    if issued and expires and expires < issued:
        raise OutOfRange("cases.document-expires-after-issued", at="expires")
    evidence.must_be_document(kind, file.kind, file.size)
    refused = case.proofs.filter(proves=kind.id, verdict=Verdict.REFUSED, replaced_by=None).first()
    given = {"issued": issued, "expires": expires, "replaces": refused}
    made = Proof.objects.create(case=case, proves=kind.id, file=store(file, by=actor, at=at), by=actor, at=at, **given)
    if refused is not None and case.assurance is not None and case.assurance != actor:
        notices.person(case, case.assurance, "case_proof_again", made, "again", at=at, what=dict(kind.title))
    if actor is None or actor.pk != case.officer_id:
        notices.officer(case, "case_proof", made, "added", at=at, what=dict(kind.title))
    return Created(made)


@action(
    "withdraw_proof",
    model=Proof,
    form=forms.Reason,
    permission="withdraw",
    entries=["withdraw"],
    locks=lambda proof, *_, **__: [proof.case],
)
def withdraw_proof(proof: Proof, reason: str, *, at: datetime) -> Changed:
    """It proves nothing any more and stays on file. Raises `NotNow` once a landing was verified on it."""
    if proof.withdrawn is not None:
        raise NotNow("cases.document-taken-back-already")
    if any(proof.pk in claim.proofs for claim in proof.case.claims.filter(state="verified")):
        raise NotNow("cases.landing-verified-document")
    if Authorisation.objects.filter(proof=proof).exclude(checked=None).exists():
        raise NotNow("cases.authorisation-rests-on-document")
    if not reason.strip():
        raise MissingKey("cases.say-why", at="reason")
    return Changed({"withdrawn": at, "reason": reason.strip()}, reason=reason)


@action("authorise", model=Authorisation, form=forms.AuthorisationForm, permission="work", parent=LandingCase)
def add_authorisation(
    case: LandingCase,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    issued: date,
    number: str = "",
    issuer: str = "",
    expires: date | None = None,
    conditions: str = "",
    proof: Proof | None = None,
) -> Created:
    """What an office issued, by its document on file; somebody else checks it. Raises `MissingKey` without its number,
    issuer or document, `OutOfRange` for a day to come or far away, `NotNow` for a document that another one has."""
    wanted = proof_kind(kind)
    _has_come(issued, at, "issued")
    _within_reach(at, issued=issued, expires=expires)
    if expires and expires < issued:
        raise OutOfRange("cases.expires-after-issued", at="expires")
    evidence.must_be_whole(evidence.Record(number, issuer, proof is not None))
    assert proof is not None
    _must_fit(proof, case, wanted)
    made = Authorisation.objects.create(
        case=case,
        kind=wanted.id,
        number=number.strip(),
        issuer=issuer.strip(),
        issued=issued,
        expires=expires,
        conditions=conditions.strip(),
        proof=proof,
        by=actor,
    )
    return Created(made)


def _must_fit(proof: Proof, case: LandingCase, kind: ProofKind) -> None:
    """A document of the case, of that kind, on which no other authorisation rests."""
    if proof.case_id != case.pk or proof.proves != kind.id or proof.withdrawn is not None:
        raise UnknownValue("cases.document-does-not-prove", kind=_title(kind), at="proof")
    if Authorisation.objects.filter(proof=proof).exists():
        raise NotNow("cases.document-has-authorisation", at="proof")


def _title(kind: ProofKind) -> Message:
    return Message("common.text", text=kind.title)


@action(
    "check_authorisation",
    model=Authorisation,
    form=forms.Plain,
    permission="check",
    fits=lambda one: one.checked is None,
)
def check_authorisation(one: Authorisation, *, actor: User, at: datetime) -> Changed:
    """Somebody else has held it against its document. Raises `OwnWork` for whoever entered it or sent the document,
    `MissingKey` for one that is not whole, `NotNow` once it was checked or while the document cannot be read."""
    if one.checked is not None:
        raise NotNow("cases.authorisation-checked-already")
    record = as_record(one)
    if not record.may_be_checked_by(actor.pk):
        raise OwnWork("cases.nobody-checks-what-they-entered")
    if not may_without(actor, "check", one, record.brought_by, on=localdate(at)):
        raise OwnWork("cases.nobody-checks-what-they-entered")
    evidence.must_be_whole(record)
    if one.proof is not None and not counts(one.proof, localdate(at)):
        raise NotNow("cases.document-cannot-be-read")
    return Changed({"checked_by": actor, "checked": at})


@action(
    "authorisation",
    model=Authorisation,
    form=forms.AuthActForm,
    permission="work",
    entries=[act.value for act in AuthAct],
)
def act_on_authorisation(
    one: Authorisation, act: AuthAct, *, at: datetime, reason: str = "", expires: date | None = None
) -> Changed:
    """Suspend, reinstate, renew, or end it. A renewal has its new last day, later than the one before; the others have
    a reason. Raises `NotNow` for reinstating what has run out meanwhile, and for expiring what has not."""
    state = after(AuthState(one.state), act)
    ran_out = one.expires is not None and one.expires < localdate(at)
    if act is AuthAct.REINSTATE and ran_out:
        raise NotNow("cases.last-day-passed-expired")
    if act is AuthAct.EXPIRE and not ran_out:
        raise NotNow("cases.last-day-not-passed")
    if act is AuthAct.RENEW:
        if expires is None or expires <= max(localdate(at), one.expires or date.min):
            raise OutOfRange("cases.renewal-last-day-come-after", at="expires")
        values = {"state": state, "expires": expires, "reason": reason.strip()}
        return Changed(values, reason=reason, entry=act.value)
    if not reason.strip():
        raise MissingKey("cases.say-why", at="reason")
    return Changed({"state": state, "reason": reason.strip()}, reason=reason, entry=act.value)


@action("check", model=Check, form=forms.CheckForm, permission="add", parent=LandingCase, entries=["add"])
def add_check(
    case: LandingCase,
    kind: CheckKind,
    result: CheckResult,
    source: str,
    *,
    actor: User | None,
    at: datetime,
    note: str = "",
    valid_until: date | None = None,
) -> Created:
    """What was looked into and found. A later one of the same kind takes its place. Raises `MissingKey` without a
    source; and for one that passes against a failed one, without a reason, `OwnWork` for whoever found the failure."""
    if not source.strip():
        raise MissingKey("cases.say-where-found", at="source")
    if result == CheckResult.PASSED:
        _must_overrule(standing_failures(case, kind), actor, note, at)
    made = Check.objects.create(
        case=case,
        kind=kind,
        result=result,
        source=source.strip(),
        note=note.strip(),
        by=actor,
        at=at,
        valid_until=valid_until,
    )
    return Created(made)


def _must_overrule(failed: list[Check], actor: User | None, reason: str, at: datetime) -> None:
    """Somebody who found none of the failures, by a role of their own or of somebody who did not either."""
    if not failed:
        return
    authors = {one.by_id for one in failed if one.by_id is not None}
    if actor is not None:
        require(actor, "overrule", failed[-1], on=localdate(at))
    if (
        actor is None
        or actor.pk in authors
        or not may_without(actor, "overrule", failed[-1], authors, on=localdate(at))
    ):
        raise OwnWork("cases.nobody-overrules-own-check")
    if not reason.strip():
        raise MissingKey("cases.say-why-overruled", at="note")


@action("meet", model=Obligation, form=forms.MeetForm, permission="work")
def meet_duty(duty: Obligation, *, at: datetime, on: date | None = None) -> Changed:
    """It was met on a day; a yearly one is due a year later, once a year. Raises `OutOfRange` for a day to come, or
    before the last on which it was met."""
    day = on or localdate(at)
    _has_come(day, at, "on")
    if duty.done is not None and day < duty.done:
        raise OutOfRange("cases.met-later-day-already", at="on")
    return Changed({"done": day, "due": _due_after(duty, day)})


def _due_after(row: Obligation, day: date) -> date | None:
    """Meeting it once more in the same year does not move its day."""
    if row.due is None or row.every != "year":
        return row.due
    if row.done is not None and day <= add_months(row.due, -12):
        return row.due
    return year_after(row.step, row.due)


def _has_come(day: date | None, at: datetime, where: str) -> None:
    if day is not None and day > localdate(at):
        raise OutOfRange("cases.day-come-cannot-happened", at=where)


def _within_reach(at: datetime, **days: date | None) -> None:
    for name, day in days.items():
        evidence.must_lie(day, localdate(at), name)


def expire(at: datetime) -> int:
    """Authorisations past their last day are expired; how many. Their officers are told."""
    over = Authorisation.objects.filter(state__in=[AuthState.ISSUED, AuthState.REINSTATED, AuthState.SUSPENDED])
    numbers = list(over.filter(expires__lt=localdate(at)).order_by("pk").values_list("pk", flat=True))
    for one in Authorisation.objects.filter(pk__in=numbers).select_related("case", "case__officer", "case__unit"):
        with transaction.atomic():
            act_on_authorisation(one, AuthAct.EXPIRE, by=None, at=at, reason="到期 / its last day has passed")
            kind = dict(proof_kind(one.kind).title)
            notices.officer(one.case, "case_permit_expired", one, "expired", at=at, what=kind)
    return len(numbers)
