"""Handing a question to other units, answering it, and chasing those who do not."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from luodi.casework.book import Chaser, chaser_on, chasers
from luodi.casework.referrals import WITH_WORDS, GroupState, ReferralAct, ReferralState, acts_on, after
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.queries import officers_of, representatives_of
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.calendars import late
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.agenda import names_of
from luodi.web.core.journal import write
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.core.snapshots import snapshot
from luodi.web.core.words import both
from luodi.web.dealings import forms
from luodi.web.dealings.models import HandOff, Referral
from luodi.web.notices.making import make_notice
from luodi.web.notices.queries import told_of

_YEAR: Final = timedelta(days=365)  # what is older is seen in lists


@action("hand_off", model=HandOff, form=forms.HandOff, permission="work", parent=LandingCase, parent_permits=True)
def hand_off(
    case: LandingCase, question: str, units: Sequence[Unit], due: date, *, actor: User, at: datetime
) -> Created:
    """Ask other units, each by a referral with a day; their officers are told.

    Raises `MissingKey` without a question or a unit, `UnknownValue` for the case's own unit or a closed one,
    `OutOfRange` for a day that is over, `NotNow` once the case has ended.
    """
    on = timezone.localdate(at)
    must_be_open(case)
    _can_be_asked(case, question, units, due, on)
    made = HandOff.objects.create(case=case, question=question.strip(), by=actor, at=at)
    for unit in units:
        _send(made, unit, due, on, actor, at)
    return Created(made)


def _can_be_asked(case: LandingCase, question: str, units: Sequence[Unit], due: date, on: date) -> None:
    if not question.strip():
        raise MissingKey("dealings.say-what-other-units-asked", at="question")
    if not units or len({unit.pk for unit in units}) != len(units):
        raise MissingKey("dealings.name-least-unit-each-once", at="units")
    if any(unit.pk == case.unit_id or (unit.closes and unit.closes <= on) for unit in units):
        raise UnknownValue("dealings.unit-closed-or-cases-own", at="units")
    if due < on:
        raise OutOfRange("dealings.day-they-answer-over", at="due")


def _send(made: HandOff, unit: Unit, due: date, on: date, by: User, at: datetime) -> None:
    one = Referral.objects.create(hand_off=made, unit=unit, due=due, sent=on, changed=at)
    write("send", one, by=by, after=snapshot(one), at=at)
    _notify_unit(one, "referral_sent", "sent", at)


_OF_PEOPLE: Final[list[ReferralAct]] = [act for act in ReferralAct if act is not ReferralAct.LAPSE]


@action_for_each(
    _OF_PEOPLE,
    model=Referral,
    form=lambda act: forms.Words if act in WITH_WORDS else forms.Plain,
    permission=lambda act: act.value,
    fits=lambda act, row: act in acts_on(ReferralState(row.state)),
)
def answer_referral(referral: Referral, words: str = "", *, act: ReferralAct, actor: User, at: datetime) -> Changed:
    """Accept it, decline it with a reason, or finish it with what came out; the officer of the case is notified."""
    state = after(ReferralState(referral.state), act)
    if act in WITH_WORDS and not words.strip():
        raise MissingKey("dealings.say-why-or-what-came", at="words")
    values = {"state": state, "words": words.strip(), "officer": actor}
    return Changed(values, notify=lambda row: _notify_answered(row, f"{row.state} {row.version}", at))


# ---- whoever does not answer


def chase_referrals(at: datetime, most: int = 500) -> int:
    """Remind units that have not answered, by the chasers of the book; after the last one a referral lapses, and
    where nobody took the question the company is told. How many reminders and lapses; repeating it does nothing more.
    """
    on, done = timezone.localdate(at), 0
    due = Q(pk__in=[])
    for chaser in chasers():
        due |= Q(sent__lte=on - timedelta(days=chaser.days), chased__lt=chaser.days)
    waiting = Referral.objects.filter(due, state=ReferralState.SENT).order_by("sent", "pk")
    for key in list(waiting.values_list("pk", flat=True)[:most]):
        done += _chase(key, on, at)
    return done


@transaction.atomic
def _chase(key: int, on: date, at: datetime) -> bool:
    one = Referral.objects.select_for_update().get(pk=key)
    chaser = chaser_on(one.sent, on)
    if one.state != ReferralState.SENT or chaser is None or chaser.days <= one.chased:
        return False
    (lapse if chaser.act == "expire" else remind)(one, chaser, by=None, at=at)
    return True


@action("remind", model=Referral, entries=["remind", "last_chance"])
def remind(referral: Referral, chaser: Chaser, *, at: datetime) -> Changed:
    return Changed(
        {"chased": chaser.days},
        entry=chaser.act,
        notify=lambda row: _notify_unit(row, "referral_chased", chaser.act, at),
    )


@action("lapse", model=Referral)
def lapse(referral: Referral, chaser: Chaser, *, at: datetime) -> Changed:
    """Nobody answered in time."""
    state = after(ReferralState(referral.state), ReferralAct.LAPSE)
    return Changed({"state": state, "chased": chaser.days}, notify=lambda row: _notify_answered(row, "lapsed", at))


def notify_late_referrals(at: datetime, most: int = 500) -> int:
    """What a unit took on and has not finished by its day: its officers and whoever asked are notified, once for a
    referral. It stays open, since only an action closes it. How many."""
    on, notified = timezone.localdate(at), {key for key, _ in told_of("referral_late", at - _YEAR)}
    rows = Referral.objects.filter(late(on, "due", "unit"), state=ReferralState.ACCEPTED, due__gte=on - _YEAR)
    whole = rows.select_related("unit", "hand_off__by", "hand_off__case__officer").order_by("due", "pk")
    fresh = [one for one in whole if str(one.pk) not in notified][:most]
    for one in fresh:
        _notify_late(one, on, at)
    return len(fresh)


@transaction.atomic
def _notify_late(one: Referral, on: date, at: datetime) -> None:
    people = sorted({*officers_of(one.unit, on=on), *_senders(one, on)}, key=lambda person: person.pk)
    _notify("referral_late", people, one, "late", at, due=one.due.isoformat(), unit=names_of(one.unit))


# ---- notices


def _notify(kind: str, people: Iterable[User], one: Referral, reason: str, at: datetime, **values: Any) -> None:
    for person in people:
        make_notice(kind, person, one, reason, at=at, reference=one.hand_off.case.reference, **values)


def _notify_unit(one: Referral, kind: str, reason: str, at: datetime) -> None:
    _notify(kind, officers_of(one.unit, on=timezone.localdate(at)), one, reason, at, due=one.due.isoformat())


def _notify_answered(one: Referral, reason: str, at: datetime) -> None:
    """Whoever asked; and the company, once nobody is left who might take the question and somebody did not even
    answer."""
    on, case, state = timezone.localdate(at), one.hand_off.case, both(f"dealings.state_{one.state}")
    _notify("referral_answered", _senders(one, on), one, reason, at, state=state, unit=names_of(one.unit))
    if one.hand_off.state is GroupState.UNANSWERED:
        for person in representatives_of(case.company, on=on):
            make_notice("nobody_answered", person, case, f"hand-off {one.hand_off_id}", at=at, reference=case.reference)


def _senders(one: Referral, on: date) -> list[User]:
    """Who handed it off and who is responsible for the case, as far as they are officers still."""
    people = {person for person in (one.hand_off.by, one.hand_off.case.officer) if person is not None}
    return sorted((p for p in people if has_role(p, {Role.OFFICER}, on=on)), key=lambda person: person.pk)
