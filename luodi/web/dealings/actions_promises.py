"""Promises and propositions."""

from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.utils import timezone

from luodi.casework import promises, propositions
from luodi.casework.promises import PromiseAct, PromiseState, must_be_ready
from luodi.casework.propositions import OF_THE_COMPANY, OfferAct, OfferState
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import representatives_of
from luodi.web.cases.facts import must_be_open
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.permissions import may
from luodi.web.core.words import say
from luodi.web.dealings import forms
from luodi.web.dealings.models import Promise, Proposition
from luodi.web.notices.tell import tell

# ---- promises


@action("promise", model=Promise, form=forms.Promise, permission="work", parent=LandingCase, parent_permits=True)
def promise(
    case: LandingCase, what: str, *, actor: User, at: datetime, owner: User | None = None, due: date | None = None
) -> Created:
    """Write a promise down. The company does not see it yet."""
    must_be_open(case)
    _said(what, "what")
    _may_keep(case, owner)
    _not_over(due, at)
    return Created(
        Promise.objects.create(case=case, what=what.strip(), owner=owner, due=due, by=actor, at=at, changed=at)
    )


def _is_open(row: Promise) -> bool:
    return bool(row.state == PromiseState.OPEN)


@action(
    "show",
    model=Promise,
    form=forms.Plain,
    permission="work",
    fits=lambda row: _is_open(row) and row.shown is None,
)
def show_promise(promise: Promise, *, at: datetime) -> Changed:
    """Let the company see it. Raises `MissingKey` while there is no owner or no day."""
    if not _is_open(promise) or promise.shown:
        raise NotNow("dealings.company-sees-already-or-settled")
    must_be_ready(promise.owner, promise.due)
    return Changed({"shown": at}, notify=lambda row: _tell_company("promise_shown", row, "shown", at, due=str(row.due)))


@action("put_right", model=Promise, form=forms.PutRight, permission="work", fits=_is_open)
def put_right(promise: Promise, *, owner: User | None, due: date | None, at: datetime) -> Changed:
    """Name who keeps an open promise, and by when. One that the company sees keeps both."""
    if not _is_open(promise):
        raise NotNow("dealings.promise-already", found=Message(f"state.{promise.state}"))
    if promise.shown:
        must_be_ready(owner, due)
    _may_keep(promise.case, owner)
    _not_over(due, at)
    return Changed({"owner": owner, "due": due})


def _settle(act: PromiseAct, promise: Promise, reason: str = "", *, at: datetime) -> Changed:
    state = promises.after(PromiseState(promise.state), act)
    if act in promises.WITH_REASON:
        _said(reason, "reason")
    values = {"state": state, "reason": reason.strip(), "settled": at}
    return Changed(values, reason=reason, notify=lambda row: _tell_settled(row, at))


_SETTLING: Final = {
    act: action(
        act.value,
        model=Promise,
        form=forms.Plain if act is PromiseAct.KEEP else forms.Reason,
        permission="work",
        fits=_is_open,
    )(partial(_settle, act))
    for act in PromiseAct
}


def settle_promise(row: Promise, act: PromiseAct, reason: str = "", **more: Any) -> Promise:
    """Kept, broken or released; why, unless it was kept. A company that saw the promise is told."""
    done: Promise = _SETTLING[act](row, reason, **more)
    return done


# ---- propositions


@action(
    "proposition",
    model=Proposition,
    form=forms.Proposition,
    permission="work",
    parent=LandingCase,
    parent_permits=True,
    entries=["propose"],
)
def propose(
    case: LandingCase, title: str, text: str, *, actor: User, at: datetime, last_day: date | None = None
) -> Created:
    """Draft a package. The company sees it once it is offered."""
    must_be_open(case)
    _said(title, "title")
    _said(text, "text")
    _not_over(last_day, at)
    made = Proposition.objects.create(
        case=case, title=title.strip(), text=text.strip(), last_day=last_day, by=actor, at=at, changed=at
    )
    return Created(made)


def _decide(act: OfferAct, proposition: Proposition, reason: str = "", *, at: datetime) -> Changed:
    state = propositions.after(OfferState(proposition.state), act)
    if act in propositions.WITH_REASON:
        _said(reason, "reason")
    if act not in (OfferAct.WITHDRAW, OfferAct.DECLINE):
        _not_over(proposition.last_day, at)
    offered = {"offered": at} if act is OfferAct.OFFER else {}
    values = {"state": state, "reason": reason.strip(), **offered}
    return Changed(values, reason=reason, notify=lambda row: _tell_other_side(row, act, at))


_DECIDING: Final = {
    act: action(
        act.value,
        model=Proposition,
        form=forms.Reason if act in propositions.WITH_REASON else forms.Plain,
        permission="answer" if act in OF_THE_COMPANY else "work",
        fits=partial(
            lambda state, row: bool(row.state == state),
            OfferState.DRAFT if act is OfferAct.OFFER else OfferState.OFFERED,
        ),
    )(partial(_decide, act))
    for act in OfferAct
    if act is not OfferAct.LAPSE
}


def settle_proposition(row: Proposition, act: OfferAct, reason: str = "", **more: Any) -> Proposition:
    """Offer it or withdraw it, as the unit; accept or decline it, as the company. The other side is told."""
    if act is OfferAct.LAPSE:
        raise UnknownValue("dealings.proposition-lapses-itself", at="act")
    done: Proposition = _DECIDING[act](row, reason, **more)
    return done


@action("lapse", model=Proposition)
def lapse(proposition: Proposition) -> Changed:
    """Its last day is over."""
    return Changed({"state": propositions.after(OfferState(proposition.state), OfferAct.LAPSE)})


def lapse_propositions(at: datetime, most: int = 500) -> int:
    """Those whose last day is over cannot be taken any more; how many."""
    over = Proposition.objects.filter(state=OfferState.OFFERED, last_day__lt=timezone.localdate(at))
    rows = list(over.order_by("last_day", "pk")[:most])
    for row in rows:
        lapse(row, by=None, at=at)
    return len(rows)


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


def _tell_settled(row: Promise, at: datetime) -> None:
    if row.shown:
        _tell_company("promise_settled", row, row.state, at, state=_both(f"dealings.state_{row.state}"))


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
