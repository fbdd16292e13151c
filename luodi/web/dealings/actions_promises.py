"""Promises and propositions: one function an act."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.casework import promises, propositions
from luodi.casework.promises import PromiseAct, PromiseState, must_be_ready
from luodi.casework.propositions import OF_THE_COMPANY, OfferAct, OfferState
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.web.accounts.access import may
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import representatives_of
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions import must_be_open
from luodi.web.cases.models import LandingCase
from luodi.web.dealings.models import Promise, Proposition
from luodi.web.notices.tell import tell
from luodi.web.words import say

# ---- promises


def promise(
    case: LandingCase,
    what: str,
    *,
    by: User,
    at: datetime,
    owner: User | None = None,
    due: date | None = None,
    key: str = "",
) -> Promise:
    """Write a promise down. The company does not see it yet."""

    def make() -> Promise:
        must_be_open(case)
        _said(what, "what")
        _may_keep(case, owner)
        _not_over(due, at)
        return Promise.objects.create(case=case, what=what.strip(), owner=owner, due=due, by=by, at=at, changed=at)

    return add(Promise, make, "promise", by=by, at=at, key=key, permit="work", permit_on=case)


def put_right(
    row: Promise,
    *,
    owner: User | None,
    due: date | None,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> Promise:
    """Name who keeps an open promise, and by when. One that the company sees keeps both."""

    def change(found: Promise) -> dict[str, Any]:
        if found.state != PromiseState.OPEN:
            raise NotNow("dealings.promise-already", found=Message(f"state.{found.state}"))
        if found.shown:
            must_be_ready(owner, due)
        _may_keep(found.case, owner)
        _not_over(due, at)
        return {"owner": owner, "due": due}

    return perform(row, "put_right", change, by=by, at=at, key=key, version=version, permit="work")


def show_promise(row: Promise, *, by: User, at: datetime, key: str = "", version: int | None = None) -> Promise:
    """Let the company see it. Raises `MissingKey` while there is no owner or no day."""

    def change(found: Promise) -> dict[str, Any]:
        if found.state != PromiseState.OPEN or found.shown:
            raise NotNow("dealings.company-sees-already-or-settled")
        must_be_ready(found.owner, found.due)
        return {"shown": at}

    with transaction.atomic():
        done = perform(row, "show", change, by=by, at=at, key=key, version=version, permit="work")
        _tell_company("promise_shown", done, "shown", at, due=str(done.due))
    return done


def settle_promise(
    row: Promise,
    act: PromiseAct,
    reason: str = "",
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> Promise:
    """Kept, broken or released; why, unless it was kept. A company that saw the promise is told."""

    def change(found: Promise) -> dict[str, Any]:
        state = promises.after(PromiseState(found.state), act)
        if act in promises.WITH_REASON:
            _said(reason, "reason")
        return {"state": state, "reason": reason.strip(), "settled": at}

    with transaction.atomic():
        done = perform(row, act.value, change, by=by, at=at, key=key, version=version, permit="work", reason=reason)
        if done.shown:
            _tell_company("promise_settled", done, done.state, at, state=_both(f"dealings.state_{done.state}"))
    return done


# ---- propositions


def propose(
    case: LandingCase, title: str, text: str, *, by: User, at: datetime, last_day: date | None = None, key: str = ""
) -> Proposition:
    """Draft a package. The company sees it once it is offered."""

    def make() -> Proposition:
        must_be_open(case)
        _said(title, "title")
        _said(text, "text")
        _not_over(last_day, at)
        return Proposition.objects.create(
            case=case, title=title.strip(), text=text.strip(), last_day=last_day, by=by, at=at, changed=at
        )

    return add(Proposition, make, "propose", by=by, at=at, key=key, permit="work", permit_on=case)


def settle_proposition(
    row: Proposition,
    act: OfferAct,
    reason: str = "",
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> Proposition:
    """Offer it or withdraw it, as the unit; accept or decline it, as the company. The other side is told."""
    if act is OfferAct.LAPSE:
        raise UnknownValue("dealings.proposition-lapses-itself", at="act")

    def change(found: Proposition) -> dict[str, Any]:
        state = propositions.after(OfferState(found.state), act)
        if act in propositions.WITH_REASON:
            _said(reason, "reason")
        if act is not OfferAct.WITHDRAW and act is not OfferAct.DECLINE:
            _not_over(found.last_day, at)
        return {"state": state, "reason": reason.strip(), **({"offered": at} if act is OfferAct.OFFER else {})}

    permit = "answer" if act in OF_THE_COMPANY else "work"
    with transaction.atomic():
        done = perform(row, act.value, change, by=by, at=at, key=key, version=version, permit=permit, reason=reason)
        _tell_other_side(done, act, at)
    return done


def lapse_propositions(at: datetime, most: int = 500) -> int:
    """Those whose last day is over cannot be taken any more; how many."""
    over = Proposition.objects.filter(state=OfferState.OFFERED, last_day__lt=timezone.localdate(at))
    rows = list(over.order_by("last_day", "pk")[:most])
    for row in rows:
        perform(row, "lapse", _lapsed, by=None, at=at)
    return len(rows)


def _lapsed(found: Proposition) -> dict[str, Any]:
    return {"state": propositions.after(OfferState(found.state), OfferAct.LAPSE)}


# ---- shared


def _said(text: str, where: str) -> None:
    if not text.strip():
        raise MissingKey("dealings.say-words-since-company-reads", at=where)


def _may_keep(case: LandingCase, owner: User | None) -> None:
    if owner is not None and not may(owner, "work", case):
        raise UnknownValue("dealings.only-officer-who-works-case", at="owner")


def _not_over(day: date | None, at: datetime) -> None:
    if day is not None and day < timezone.localdate(at):
        raise OutOfRange("dealings.day-over", at="due")


def _tell_company(kind: str, row: Promise | Proposition, reason: str, at: datetime, **values: Any) -> None:
    for person in representatives_of(row.case.company, on=timezone.localdate(at)):
        tell(kind, person, row, reason, at=at, reference=row.case.reference, **values)


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}


def _tell_other_side(row: Proposition, act: OfferAct, at: datetime) -> None:
    if act not in OF_THE_COMPANY:
        _tell_company("offer_made", row, row.state, at, title=row.title)
    elif row.case.officer is not None:
        tell(
            "offer_answered",
            row.case.officer,
            row,
            row.state,
            at=at,
            reference=row.case.reference,
            title=row.title,
            state=_both(f"dealings.state_{row.state}"),
        )
