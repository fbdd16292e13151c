"""Promises and propositions."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from luodi.casework import promises, propositions
from luodi.casework.agreement import PartySide, Says, Standing
from luodi.casework.promises import PromiseAct, PromiseState, must_be_ready
from luodi.casework.propositions import OF_THE_COMPANY, OfferAct, OfferState
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import representatives_of
from luodi.web.cases.actions import agreements
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import standing_of
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.permissions import may
from luodi.web.core.words import both
from luodi.web.dealings import forms
from luodi.web.dealings.models import Promise, Proposition
from luodi.web.dealings.queries import PROMISE, awaits_company
from luodi.web.notices.making import make_notice

# ---- promises


@action("promise", model=Promise, form=forms.Promise, permission="work", parent=LandingCase, parent_permits=True)
def promise(
    case: LandingCase, what: str, *, actor: User, at: datetime, owner: User | None = None, due: date | None = None
) -> Created:
    """Write a promise down. The company does not see it yet."""
    must_be_open(case)
    _require_words(what, "what")
    _require_officer(case, owner)
    _require_ahead(due, at)
    return Created(
        Promise.objects.create(case=case, what=what.strip(), owner=owner, due=due, by=actor, at=at, changed=at)
    )


def _is_open(row: Promise) -> bool:
    return row.state == PromiseState.OPEN


@action(
    "show",
    model=Promise,
    form=forms.Plain,
    permission="work",
    fits=lambda row: row.state != PromiseState.BROKEN and row.shown is None,
)
def show_promise(promise: Promise, *, actor: User | None, at: datetime) -> Changed:
    """Let the company see it, and ask whether it agrees where it was kept meanwhile. Raises `MissingKey` while there is
    no owner or no day."""
    if promise.state == PromiseState.BROKEN or promise.shown:
        raise NotNow("dealings.company-sees-already-or-settled")
    must_be_ready(promise.owner, promise.due)
    if not _is_open(promise):
        _state(promise, PartySide.AGENCY, Says.PROPOSE, promise.reason, actor, at)
    return Changed(
        {"shown": at}, notify=lambda row: _notify_company("promise_shown", row, "shown", at, due=str(row.due))
    )


@action("put_right", model=Promise, form=forms.CorrectPromise, permission="work", fits=_is_open)
def correct_promise(promise: Promise, *, owner: User | None, due: date | None, at: datetime) -> Changed:
    """Name who keeps an open promise, and by when. One that the company sees keeps both."""
    if not _is_open(promise):
        raise NotNow("dealings.promise-already", found=Message(f"state.{promise.state}"))
    if promise.shown:
        must_be_ready(owner, due)
    _require_officer(promise.case, owner)
    _require_ahead(due, at)
    return Changed({"owner": owner, "due": due})


@action_for_each(
    PromiseAct,
    model=Promise,
    form=lambda act: forms.Plain if act is PromiseAct.KEEP else forms.Reason,
    permission=lambda _: "work",
    fits=lambda _, row: _is_open(row),
)
def settle_promise(promise: Promise, reason: str = "", *, act: PromiseAct, actor: User | None, at: datetime) -> Changed:
    """Kept, broken or released; why, unless it was kept. A company that saw the promise is notified: that it was kept,
    or is not asked for any more, stands once the company agrees; it is asked when the promise is shown to it."""
    state = promises.after(PromiseState(promise.state), act)
    if act in promises.WITH_REASON:
        _require_words(reason, "reason")
    if promise.shown:
        _state_settled(promise, act, reason, actor, at)
    values = {"state": state, "reason": reason.strip(), "settled": at}
    return Changed(values, reason=reason, notify=lambda row: _notify_settled(row, at))


def _state_settled(row: Promise, act: PromiseAct, reason: str, actor: User | None, at: datetime) -> None:
    """That it was broken needs nobody's consent; after a disagreement it gives in."""
    if act is not PromiseAct.BREAK:
        _state(row, PartySide.AGENCY, Says.PROPOSE, reason, actor, at)
    elif standing_of(PROMISE, row.pk) is Standing.DISPUTED:
        _state(row, PartySide.AGENCY, Says.CONCEDE, reason, actor, at)


def _state(row: Promise, side: PartySide, says: Says, words: str, actor: User | None, at: datetime) -> None:
    case = row.case
    agreements.state(PROMISE, row, side, says, unit=case.unit, company=case.company, by=actor, at=at, words=words)


@action("agree", model=Promise, form=forms.Plain, permission="answer", fits=awaits_company)
def agree_promise(promise: Promise, *, actor: User, at: datetime) -> Changed:
    """As the company: it was kept, or is not asked for any more. Only then does that stand."""
    _require_awaited(promise)
    _state(promise, PartySide.COMPANY, Says.AGREE, "", actor, at)
    return Changed({}, notify=lambda row: _notify_answered(row, "agreed", at))


@action("dispute", model=Promise, form=forms.Reason, permission="answer", fits=awaits_company)
def dispute_promise(promise: Promise, reason: str, *, actor: User, at: datetime) -> Changed:
    """As the company: it was not. The promise is open again, and the leaders of the unit are notified."""
    _require_awaited(promise)
    _require_words(reason, "reason")
    _state(promise, PartySide.COMPANY, Says.DISPUTE, reason, actor, at)
    values = {"state": PromiseState.OPEN, "settled": None}
    return Changed(values, notify=lambda row: _notify_answered(row, "disputed", at))


def _require_awaited(row: Promise) -> None:
    if not awaits_company(row):
        raise NotNow("dealings.nothing-to-agree")


def _notify_answered(row: Promise, standing: str, at: datetime) -> None:
    """Whoever keeps it, and the officer of the case."""
    people = {one.pk: one for one in (row.owner, row.case.officer) if one is not None}
    words, reference = both(f"cases.standing_{standing}"), row.case.reference
    for person in people.values():
        make_notice("promise_judged", person, row, f"{standing} {row.version}", at=at, state=words, reference=reference)


def _notify_settled(row: Promise, at: datetime) -> None:
    if row.shown:
        _notify_company(
            "promise_settled", row, f"{row.state} {row.version}", at, state=both(f"dealings.state_{row.state}")
        )


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
    _require_words(title, "title")
    _require_words(text, "text")
    _require_ahead(last_day, at)
    made = Proposition.objects.create(
        case=case, title=title.strip(), text=text.strip(), last_day=last_day, by=actor, at=at, changed=at
    )
    return Created(made)


_OF_PEOPLE: Final[list[OfferAct]] = [act for act in OfferAct if act is not OfferAct.LAPSE]


@action_for_each(
    _OF_PEOPLE,
    model=Proposition,
    form=lambda act: forms.Reason if act in propositions.WITH_REASON else forms.Plain,
    permission=lambda act: "answer" if act in OF_THE_COMPANY else "work",
    fits=lambda act, row: row.state == (OfferState.DRAFT if act is OfferAct.OFFER else OfferState.OFFERED),
)
def settle_proposition(proposition: Proposition, reason: str = "", *, act: OfferAct, at: datetime) -> Changed:
    """Offer it or withdraw it, as the unit; accept or decline it, as the company. The other side is notified."""
    state = propositions.after(OfferState(proposition.state), act)
    if act in propositions.WITH_REASON:
        _require_words(reason, "reason")
    if act not in (OfferAct.WITHDRAW, OfferAct.DECLINE):
        _require_ahead(proposition.last_day, at)
    offered = {"offered": at} if act is OfferAct.OFFER else {}
    values = {"state": state, "reason": reason.strip(), **offered}
    return Changed(values, reason=reason, notify=lambda row: _notify_other_side(row, act, at))


def _notify_other_side(row: Proposition, act: OfferAct, at: datetime) -> None:
    officer, values = row.case.officer, {"reference": row.case.reference, "title": row.title}
    if act not in OF_THE_COMPANY:
        _notify_company("offer_made", row, row.state, at, title=row.title)
    elif officer is not None:
        state = both(f"dealings.state_{row.state}")
        make_notice("offer_answered", officer, row, row.state, at=at, state=state, **values)


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


def _require_words(text: str, where: str) -> None:
    if not text.strip():
        raise MissingKey("dealings.say-words-since-company-reads", at=where)


def _require_officer(case: LandingCase, owner: User | None) -> None:
    if owner is not None and not may(owner, "work", case):
        raise UnknownValue("dealings.only-officer-who-works-case", at="owner")


def _require_ahead(day: date | None, at: datetime) -> None:
    if day is not None and day < timezone.localdate(at):
        raise OutOfRange("dealings.day-over", at="due")


def _notify_company(kind: str, row: Promise | Proposition, reason: str, at: datetime, **values: Any) -> None:
    for person in representatives_of(row.case.company, on=timezone.localdate(at)):
        make_notice(kind, person, row, reason, at=at, reference=row.case.reference, **values)
