"""Handing a question to other units, answering it, and chasing those who do not."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from luodi.casework.book import Chaser, chaser_on, chasers
from luodi.casework.referrals import WITH_WORDS, GroupState, ReferralAct, ReferralState, acts_on, after
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.queries import officers_of, representatives_of
from luodi.web.cases.calendars import late
from luodi.web.cases.facts import must_be_open
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.dealings import forms
from luodi.web.dealings.models import HandOff, Referral
from luodi.web.journal.actions import snapshot, write
from luodi.web.notices.queries import told_of
from luodi.web.notices.tell import tell

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
    _tell_unit(one, "referral_sent", "sent", at)


def _answer(act: ReferralAct, referral: Referral, words: str = "", *, actor: User, at: datetime) -> Changed:
    state = after(ReferralState(referral.state), act)
    if act in WITH_WORDS and not words.strip():
        raise MissingKey("dealings.say-why-or-what-came", at="words")
    values = {"state": state, "words": words.strip(), "officer": actor}
    return Changed(values, notify=lambda row: _tell_answered(row, f"{row.state} {row.version}", at))


_ANSWERING: Final = {
    act: action(
        act.value,
        model=Referral,
        form=forms.Words if act in WITH_WORDS else forms.Plain,
        permission=act.value,
        fits=partial(lambda act, row: act in acts_on(ReferralState(row.state)), act),
    )(partial(_answer, act))
    for act in ReferralAct
    if act is not ReferralAct.LAPSE
}


def answer_referral(referral: Referral, act: ReferralAct, words: str = "", **more: Any) -> Referral:
    """Accept it, decline it with a reason, or finish it with what came out; the officer of the case is told."""
    if act is ReferralAct.LAPSE:
        raise UnknownValue("dealings.referral-lapses-itself", at="act")
    done: Referral = _ANSWERING[act](referral, words, **more)
    return done


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
        notify=lambda row: _tell_unit(row, "referral_chased", chaser.act, at),
    )


@action("lapse", model=Referral)
def lapse(referral: Referral, chaser: Chaser, *, at: datetime) -> Changed:
    """Nobody answered in time."""
    state = after(ReferralState(referral.state), ReferralAct.LAPSE)
    return Changed({"state": state, "chased": chaser.days}, notify=lambda row: _tell_answered(row, "lapsed", at))


def tell_late_referrals(at: datetime, most: int = 500) -> int:
    """What a unit took on and has not finished by its day: its officers and whoever asked are told, once for a
    referral. It stays open, since only an act closes it. How many."""
    on, told = timezone.localdate(at), {key for key, _ in told_of("referral_late", at - _YEAR)}
    rows = Referral.objects.filter(late(on, "due", "unit"), state=ReferralState.ACCEPTED, due__gte=on - _YEAR)
    whole = rows.select_related("unit", "hand_off__by", "hand_off__case__officer").order_by("due", "pk")
    fresh = [one for one in whole if str(one.pk) not in told][:most]
    for one in fresh:
        _tell_late(one, on, at)
    return len(fresh)


@transaction.atomic
def _tell_late(one: Referral, on: date, at: datetime) -> None:
    unit = {"zh": one.unit.name_zh, "en": one.unit.name_en}
    for person in sorted({*officers_of(one.unit, on=on), *_senders(one, on)}, key=lambda p: p.pk):
        tell(
            "referral_late",
            person,
            one,
            "late",
            at=at,
            reference=one.hand_off.case.reference,
            due=one.due.isoformat(),
            unit=unit,
        )


def _tell_answered(row: Referral, reason: str, at: datetime) -> None:
    _tell_sender(row, reason, at)
    _tell_company(row.hand_off, at)


def _tell_company(hand_off: HandOff, at: datetime) -> None:
    """Once nobody is left who might take the question, and somebody did not even answer."""
    if hand_off.state is not GroupState.UNANSWERED:
        return
    case = hand_off.case
    for person in representatives_of(case.company, on=timezone.localdate(at)):
        tell("nobody_answered", person, case, f"hand-off {hand_off.pk}", at=at, reference=case.reference)


# ---- telling


def _tell_unit(one: Referral, kind: str, reason: str, at: datetime) -> None:
    case, on = one.hand_off.case, timezone.localdate(at)
    for officer in officers_of(one.unit, on=on):
        tell(kind, officer, one, reason, at=at, reference=case.reference, due=one.due.isoformat())


def _tell_sender(one: Referral, reason: str, at: datetime) -> None:
    case = one.hand_off.case
    for person in _senders(one, timezone.localdate(at)):
        tell(
            "referral_answered",
            person,
            one,
            reason,
            at=at,
            reference=case.reference,
            state=_both(f"dealings.state_{one.state}"),
            unit={"zh": one.unit.name_zh, "en": one.unit.name_en},
        )


def _senders(one: Referral, on: date) -> list[User]:
    """Who handed it off and who holds the case, as far as they are officers still."""
    readers = {one.hand_off.by, one.hand_off.case.officer} - {None}
    return sorted((p for p in readers if p and has_role(p, {Role.OFFICER}, on=on)), key=lambda p: p.pk)


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}
