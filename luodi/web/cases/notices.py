"""Whom a case tells what. Each call belongs in the transaction of the act that it tells of."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.queries import stand_ins_of
from luodi.web.cases.models import InfoRequest, LandingCase, Proof
from luodi.web.core.pages import place
from luodi.web.core.roles import Role
from luodi.web.core.types import Json
from luodi.web.notices.making import make_notice


def company(case: LandingCase, kind: str, row: Model, reason: str, *, at: datetime, **values: object) -> None:
    """Everybody who acts for the company."""
    _notify(representatives(case, localdate(at)), case, kind, row, reason, at, values)


def officer(case: LandingCase, kind: str, row: Model, reason: str, *, at: datetime, **values: object) -> None:
    """The officer in charge and whoever stands in for them; where there is none, the officers of the unit."""
    people = [case.officer] if case.officer is not None else officers_of(case, localdate(at))
    _notify({*people, *stand_ins_of(people, on=localdate(at))}, case, kind, row, reason, at, values)


def officers_by_case(cases: Iterable[LandingCase], on: date) -> dict[int, list[User]]:
    """Whom `officer` would tell, of many cases; a question or two for each officer or unit, and none for each case."""
    found: dict[tuple[int | None, int], list[User]] = {}
    by_case = {}
    for case in cases:
        key = (case.officer_id, 0 if case.officer_id else case.unit_id)
        if key not in found:
            people = [case.officer] if case.officer is not None else officers_of(case, on)
            found[key] = sorted({*people, *stand_ins_of(people, on=on)}, key=lambda one: one.pk)
        by_case[case.pk] = found[key]
    return by_case


def person(case: LandingCase, to: User, kind: str, row: Model, reason: str, *, at: datetime, **values: object) -> None:
    _notify([to], case, kind, row, reason, at, values)


def given(case: LandingCase, before: User | None, by: User | None, *, at: datetime) -> None:
    """Who has the case now, and who had it; but for whoever gave it. Of many that go over at one moment there is one
    notice a person, on the person."""
    for to, words in ((case.officer, "cases.letter_given"), (before, "cases.letter_taken")):
        if to is not None and to != by:
            values = {"officer": str(case.officer), "by": str(by or "")}
            make_notice("cases_given", to, to, f"given {at.isoformat()}", at=at, words=words, **values)


def leaders(case: LandingCase, kind: str, row: Model, reason: str, *, at: datetime, **values: object) -> None:
    """The leaders of the nearest unit, from the case's own upwards, that has any."""
    _notify(_nearest(case, Role.LEADER, localdate(at)), case, kind, row, reason, at, values)


def leaders_beside_officer(
    case: LandingCase, kind: str, row: Model, reason: str, *, at: datetime, **values: object
) -> None:
    """The leaders of the nearest unit that has some beside the officer of the case."""
    _notify(_nearest(case, Role.LEADER, localdate(at), but=case.officer), case, kind, row, reason, at, values)


def verifiers(
    case: LandingCase, kind: str, row: Model, reason: str, *, at: datetime, but: User, **values: object
) -> None:
    """Whoever verifies the case, and its leaders, but for one."""
    people = {*_nearest(case, Role.LEADER, localdate(at)), *([case.assurance] if case.assurance else ())} - {but}
    _notify(people, case, kind, row, reason, at, values)


def representatives(case: LandingCase, on: date) -> list[User]:
    held = Membership.objects.in_force(on).filter(company=case.company, role=Role.REPRESENTATIVE, user__is_active=True)
    return sorted({one.user for one in held.select_related("user")}, key=lambda one: one.pk)


def officers_of(case: LandingCase, on: date) -> list[User]:
    return _nearest(case, Role.OFFICER, on)


def _nearest(case: LandingCase, role: Role, on: date, *, but: User | None = None) -> list[User]:
    for unit in reversed([int(part) for part in case.unit.path.strip("/").split("/")]):
        held = Membership.objects.in_force(on).filter(unit_id=unit, role=role, user__is_active=True)
        if people := {one.user for one in held.select_related("user")} - {but}:
            return sorted(people, key=lambda one: one.pk)
    return []


def _notify(
    people: Iterable[User],
    case: LandingCase,
    kind: str,
    row: Model,
    reason: str,
    at: datetime,
    values: Json,
) -> None:
    for one in sorted(people, key=lambda one: one.pk):
        make_notice(kind, one, row, reason, at=at, reference=case.reference, **values)


# ---- where the letters lead


def to_desk(row: object, lang: str) -> dict[str, str]:
    return {"place": place("cases:case", lang, _case(row).reference)}


def to_proof(row: Proof, lang: str) -> dict[str, str]:
    return {"place": place("cases:proof_page", lang, row.case.reference, row.pk)}


def to_list(row: object, lang: str) -> dict[str, str]:
    return {"place": place("cases:list", lang, query="state=mine")}


def to_own(row: object, lang: str) -> dict[str, str]:
    return {"place": place("cases:own_case", lang, _case(row).reference)}


def is_open(row: InfoRequest) -> bool:
    """Whether a question still waits."""
    return row.state == "open"


def _case(row: Any) -> LandingCase:
    return row if isinstance(row, LandingCase) else row.case
