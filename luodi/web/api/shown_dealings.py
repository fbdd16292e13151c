"""Hand-offs, promises, offers, talks and tasks as the API shows them."""

from datetime import date, datetime
from typing import Any, Final

from luodi.web.accounts.models import User
from luodi.web.api.shown import moment
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import open_to
from luodi.web.dealings import queries
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task


def row(one: Any) -> dict[str, Any]:
    """One of any kind; a talk has neither a state nor a version, since nothing happens to it."""
    return _SHOWN[type(one)](one)


def whole(user: User, one: Any) -> dict[str, Any]:
    return {**row(one), "acts": open_to(user, one)}


def hand_off(one: HandOff) -> dict[str, Any]:
    return {
        "kind": "hand_off",
        "number": one.pk,
        "case": one.case.reference,
        "question": one.question,
        "state": one.state.value,
        "at": moment(one.at),
        "referrals": [_referral(each, question=False) for each in one.referrals.select_related("unit")],
    }


def around(user: User, case: LandingCase) -> dict[str, Any]:
    """By kind, as far as somebody may see them."""
    found = {
        "promises": queries.of_case(user, Promise, case),
        "propositions": queries.of_case(user, Proposition, case),
        "talks": queries.of_case(user, Interaction, case),
        "tasks": queries.of_case(user, Task, case),
    }
    return {
        "case": case.reference,
        "hand_offs": [hand_off(one) for one in queries.hand_offs(user, case)],
        **{name: [row(one) for one in rows] for name, rows in found.items()},
    }


def _referral(one: Referral, question: bool = True) -> dict[str, Any]:
    asked = {"question": one.hand_off.question, "from": unit(one.hand_off.case.unit)} if question else {}
    return {
        "kind": "referral",
        "number": one.pk,
        "version": one.version,
        "state": one.state,
        "case": one.hand_off.case.reference,
        "unit": unit(one.unit),
        "due": one.due.isoformat(),
        "sent": one.sent.isoformat(),
        "words": one.words or None,
        **asked,
    }


def _promise(one: Promise) -> dict[str, Any]:
    return {
        **_of_case(one, "promise"),
        "what": one.what,
        "owner": _name(one.owner),
        "due": _day(one.due),
        "shown": _moment(one.shown),
        "reason": one.reason or None,
    }


def _proposition(one: Proposition) -> dict[str, Any]:
    return {
        **_of_case(one, "proposition"),
        "title": one.title,
        "text": one.text,
        "last_day": _day(one.last_day),
        "offered": _moment(one.offered),
        "reason": one.reason or None,
    }


def _task(one: Task) -> dict[str, Any]:
    return {
        **_of_case(one, "task"),
        "what": one.what,
        "owner": _name(one.owner),
        "due": _day(one.due),
        "reason": one.reason or None,
    }


def _talk(one: Interaction) -> dict[str, Any]:
    return {
        "kind": "talk",
        "number": one.pk,
        "case": one.case.reference if one.case else None,
        "how": one.kind,
        "day": one.day.isoformat(),
        "people": one.people,
        "note": one.note,
    }


def _of_case(one: Any, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": one.pk,
        "version": one.version,
        "state": one.state,
        "case": one.case.reference,
        "at": moment(one.at),
    }


_SHOWN: Final[dict[type, Any]] = {
    Referral: _referral,
    Promise: _promise,
    Proposition: _proposition,
    Task: _task,
    Interaction: _talk,
}


def unit(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "name": {"zh": one.name_zh, "en": one.name_en}}


def _name(person: User | None) -> str | None:
    return str(person) if person else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None
