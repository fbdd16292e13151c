"""What a company and its officer are told before it is late, and once it is."""

from datetime import date, timedelta
from typing import Any

import pytest

from luodi.casework.authorisations import AuthAct
from luodi.casework.stages import End
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions.reminders import remind
from luodi.web.cases.conftest import NOW, Bench, enter_permit
from luodi.web.cases.models import Authorisation, LandingCase, Obligation
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
#: Sixty working days from 10 March 2026: Tomb-Sweeping Day and Labour Day lie between, a Saturday is worked.
LAST = date(2026, 6, 5)


def later(days: int) -> Any:
    return NOW + timedelta(days=days)


def told() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in Notice.objects.exclude(kind__in=("case_stage", "case_proof")).order_by("pk"):
        found.setdefault(one.kind, []).append(one.user.name if one.user else one.email)
    return found


@pytest.fixture
def permit(planned: LandingCase, bench: Bench, proof_files: None) -> Authorisation:
    return enter_permit(planned, "telecom-licence", bench, expires=LAST)


def test_an_authorisation_that_ends_soon_is_told_once_to_both(permit: Authorisation, bench: Bench) -> None:
    assert remind(NOW - timedelta(days=1)) == 0  # sixty-one working days before
    for days in (0, 0, 1, 30):
        remind(later(days))
    assert told() == {"case_permit_ends": ["Anna"], "case_permit_renew": ["Mei"]}


def test_one_that_was_renewed_is_told_of_again_before_its_new_last_day(permit: Authorisation, bench: Bench) -> None:
    remind(NOW)
    actions_proofs.act_on_authorisation(
        permit, AuthAct.RENEW, by=bench.anna, at=later(5), expires=LAST + timedelta(days=365)
    )
    assert remind(later(60)) == 0
    remind(later(370))
    assert told()["case_permit_renew"] == ["Mei", "Mei"]


@pytest.mark.parametrize("how", ["suspended", "ended"])
def test_what_is_suspended_or_of_an_ended_case_is_not_told(permit: Authorisation, bench: Bench, how: str) -> None:
    if how == "suspended":
        actions_proofs.act_on_authorisation(permit, AuthAct.SUSPEND, by=bench.anna, at=NOW, reason="x")
    else:
        actions.end_case(LandingCase.objects.get(), End.LOST, "price", by=bench.anna, at=NOW)
    assert remind(later(1)) == 0


def test_a_duty_is_told_to_the_company_before_its_day_and_to_both_once_it_is_late(
    planned: LandingCase, bench: Bench
) -> None:
    Obligation.objects.filter(case=planned).exclude(step="annual-report").delete()
    due = Obligation.objects.get(case=planned, step="annual-report").due
    assert due == date(2027, 6, 30)
    start = NOW.replace(year=2027, month=6, day=1)
    assert remind(start - timedelta(days=1)) == 0
    for days in (0, 1, 20, 29):  # 30 June is the last day, and not late
        remind(start + timedelta(days=days))
    assert told() == {"case_duty_due": ["Mei"]}
    for days in (30, 31, 60):
        remind(start + timedelta(days=days))
    assert told() == {"case_duty_due": ["Mei", "Mei"], "case_duty_late": ["Anna"]}


def test_each_duty_with_a_day_is_told_for_its_own_and_one_without_a_day_never(
    planned: LandingCase, bench: Bench
) -> None:
    found = {one.step: one.due for one in Obligation.objects.filter(case=planned)}
    assert (found["vats-annual-report"], found["psb-network-filing"]) == (date(2027, 3, 31), None)
    told_of = [
        (day, n) for day in (date(2027, 3, 2), date(2027, 3, 3), date(2027, 6, 1)) if (n := remind(_morning(day)))
    ]
    assert told_of == [(date(2027, 3, 3), 1), (date(2027, 6, 1), 2)]  # the first is late by then


def _morning(day: date) -> Any:
    return NOW.replace(year=day.year, month=day.month, day=day.day)


def test_a_duty_that_was_met_is_not_told_again_in_the_same_year(planned: LandingCase, bench: Bench) -> None:
    duty = Obligation.objects.get(case=planned, step="annual-report")
    start = NOW.replace(year=2027, month=6, day=3)
    remind(start)
    actions_proofs.meet_duty(duty, by=bench.anna, at=start)
    assert remind(start + timedelta(days=40)) == 0


@pytest.mark.parametrize(("lang", "words"), [("en", "ends soon"), ("zh", "即将到期")])
def test_both_sides_see_on_their_page_what_ends_soon(bench: Bench, proof_files: None, lang: str, words: str) -> None:
    from django.utils import timezone

    case, now = bench.open(), timezone.now()
    enter_permit(
        case, "telecom-licence", bench, now, number="B2-7", expires=timezone.localdate(now) + timedelta(days=30)
    )
    for who, place in (("anna", f"desk/cases/{case.reference}/permits/"), ("mei", f"cases/{case.reference}/")):
        page = bench.client(who).get(f"/{lang}/{place}").text
        assert "B2-7" in page and words in page, who
