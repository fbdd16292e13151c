"""What a case can show: proofs, authorisations, checks, and duties that are met."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from luodi.advice.obligations import year_after
from luodi.casework.authorisations import AuthAct, AuthState, after
from luodi.casework.book import proof_kind
from luodi.casework.states import NotNow
from luodi.dates import add_months
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.models import User
from luodi.web.cases import telling
from luodi.web.cases.acting import add, perform
from luodi.web.cases.models import Authorisation, Check, LandingCase, Obligation, Proof
from luodi.web.cases.models_proofs import CheckKind, CheckResult
from luodi.web.files.actions import store
from luodi.web.files.checking import Checked


def add_proof(
    case: LandingCase,
    proves: str,
    file: Checked,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    issued: date | None = None,
    expires: date | None = None,
) -> Proof:
    """A document by what it proves. It counts once it is scanned where a scanner is set up. Raises `UnknownValue` for
    an unknown kind, `OutOfRange` for days in the wrong order, or issued on a day to come."""

    def make() -> Proof:
        kind = proof_kind(proves)
        _has_come(issued, at, "issued")
        if issued and expires and expires < issued:
            raise OutOfRange("cases.document-expires-after-issued", at="expires")
        made = Proof.objects.create(
            case=case, proves=kind.id, file=store(file, by=by, at=at), issued=issued, expires=expires, by=by, at=at
        )
        if by is None or by.pk != case.officer_id:
            telling.officer(case, "case_proof", made, "added", at=at, what=dict(kind.title))
        return made

    return add(Proof, make, "add", by=by, at=at, key=key)


def withdraw_proof(
    proof: Proof, reason: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> Proof:
    """It proves nothing any more and stays on file. Raises `NotNow` once a landing was verified on it."""

    def change(row: Proof) -> dict[str, Any]:
        if row.withdrawn is not None:
            raise NotNow("cases.document-taken-back-already")
        if any(row.pk in claim.proofs for claim in row.case.claims.filter(state="verified")):
            raise NotNow("cases.landing-verified-document")
        if not reason.strip():
            raise MissingKey("cases.say-why", at="reason")
        return {"withdrawn": at, "reason": reason.strip()}

    return perform(proof, "withdraw", change, by=by, at=at, key=key, version=version, reason=reason)


def add_authorisation(
    case: LandingCase,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    issued: date,
    key: str = "",
    number: str = "",
    expires: date | None = None,
    conditions: str = "",
    proof: Proof | None = None,
) -> Authorisation:
    def make() -> Authorisation:
        _has_come(issued, at, "issued")
        if expires and expires < issued:
            raise OutOfRange("cases.expires-after-issued", at="expires")
        return Authorisation.objects.create(
            case=case,
            kind=proof_kind(kind).id,
            number=number.strip(),
            issued=issued,
            expires=expires,
            conditions=conditions.strip(),
            proof=proof,
        )

    return add(Authorisation, make, "authorise", by=by, at=at, key=key, permit="work")


def act_on_authorisation(
    one: Authorisation,
    act: AuthAct,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
    reason: str = "",
    expires: date | None = None,
) -> Authorisation:
    """Suspend, reinstate, renew, or end it. A renewal has its new last day, later than the one before; the others have
    a reason. Raises `NotNow` for reinstating what has run out meanwhile, and for expiring what has not."""

    def change(row: Authorisation) -> dict[str, Any]:
        state = after(AuthState(row.state), act)
        ran_out = row.expires is not None and row.expires < localdate(at)
        if act is AuthAct.REINSTATE and ran_out:
            raise NotNow("cases.last-day-passed-expired")
        if act is AuthAct.EXPIRE and not ran_out:
            raise NotNow("cases.last-day-not-passed")
        if act is AuthAct.RENEW:
            if expires is None or expires <= max(localdate(at), row.expires or date.min):
                raise OutOfRange("cases.renewal-last-day-come-after", at="expires")
            return {"state": state, "expires": expires, "reason": reason.strip()}
        if not reason.strip():
            raise MissingKey("cases.say-why", at="reason")
        return {"state": state, "reason": reason.strip()}

    return perform(one, act.value, change, by=by, at=at, key=key, version=version, permit="work", reason=reason)


def add_check(
    case: LandingCase,
    kind: CheckKind,
    result: CheckResult,
    source: str,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    note: str = "",
    valid_until: date | None = None,
) -> Check:
    """What was looked into and found. A later one of the same kind takes its place. Raises `MissingKey` without a
    source."""

    def make() -> Check:
        if not source.strip():
            raise MissingKey("cases.say-where-found", at="source")
        return Check.objects.create(
            case=case,
            kind=kind,
            result=result,
            source=source.strip(),
            note=note.strip(),
            by=by,
            at=at,
            valid_until=valid_until,
        )

    return add(Check, make, "add", by=by, at=at, key=key)


def meet_duty(
    duty: Obligation,
    *,
    by: User | None,
    at: datetime,
    on: date | None = None,
    key: str = "",
    version: int | None = None,
) -> Obligation:
    """It was met on a day; a yearly one is due a year later, once a year. Raises `OutOfRange` for a day to come, or
    before the last on which it was met."""
    day = on or localdate(at)

    def change(row: Obligation) -> dict[str, Any]:
        _has_come(day, at, "on")
        if row.done is not None and day < row.done:
            raise OutOfRange("cases.met-later-day-already", at="on")
        return {"done": day, "due": _due_after(row, day)}

    return perform(duty, "meet", change, by=by, at=at, key=key, version=version, permit="work")


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


def expire(at: datetime) -> int:
    """Authorisations past their last day are expired; how many. Their officers are told."""
    over = Authorisation.objects.filter(state__in=[AuthState.ISSUED, AuthState.REINSTATED, AuthState.SUSPENDED])
    numbers = list(over.filter(expires__lt=localdate(at)).order_by("pk").values_list("pk", flat=True))
    for one in Authorisation.objects.filter(pk__in=numbers).select_related("case", "case__officer", "case__unit"):
        with transaction.atomic():
            act_on_authorisation(one, AuthAct.EXPIRE, by=None, at=at, reason="到期 / its last day has passed")
            kind = dict(proof_kind(one.kind).title)
            telling.officer(one.case, "case_permit_expired", one, "expired", at=at, what=kind)
    return len(numbers)
