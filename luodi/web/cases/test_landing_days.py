"""The day of a landing: which day it can be, and that a correction of it is an act of two people."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luodi.casework.states import NotNow
from luodi.errors import OutOfRange
from luodi.web.accounts.models import Membership
from luodi.web.cases.actions import landing_days
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.conftest import NOW, TODAY, Bench, a_file, ready_to_claim
from luodi.web.cases.models import DayCorrection, LandingCase
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]
LATER = NOW + timedelta(days=20)
DAY = TODAY + timedelta(days=10)


@pytest.fixture
def operating(planned: LandingCase, bench: Bench) -> LandingCase:
    return ready_to_claim(bench, planned)


@pytest.fixture
def landed(operating: LandingCase, bench: Bench) -> LandingCase:
    case = actions_stages.claim_landing(operating, DAY, by=bench.anna, at=LATER)
    return actions_stages.verify_landing(case, by=bench.ben, at=LATER)


@pytest.mark.parametrize("day", [date(1900, 1, 1), TODAY - timedelta(days=1), date(2999, 1, 1)])
def test_invariant_32_a_landing_is_not_before_its_case_and_not_to_come(
    operating: LandingCase, bench: Bench, day: date
) -> None:
    with pytest.raises(OutOfRange) as found:
        actions_stages.claim_landing(operating, day, by=bench.anna, at=NOW)
    assert found.value.at == "day"
    assert not operating.claims.exists()


def test_invariant_32_a_landing_is_not_before_its_last_proof(operating: LandingCase, bench: Bench) -> None:
    lease = operating.proofs.get(proves="premises")
    actions_proofs.withdraw_proof(lease, "the lease is signed later", by=bench.mei, at=NOW)
    issued: dict[str, Any] = {"issued": DAY, "by": bench.mei, "at": LATER}
    actions_proofs.add_proof(operating, "premises", a_file(), **issued)
    with pytest.raises(OutOfRange, match=DAY.isoformat()):
        actions_stages.claim_landing(operating, DAY - timedelta(days=1), by=bench.anna, at=LATER)
    renewed: dict[str, Any] = {"issued": LATER.date(), "by": bench.mei, "at": LATER}
    actions_proofs.add_proof(operating, "premises", a_file(), **renewed)  # a renewal moves nothing
    assert actions_stages.claim_landing(operating, DAY, by=bench.anna, at=LATER).actual == DAY


def test_a_correction_is_proposed_by_one_and_confirmed_by_another_and_both_days_stay(
    landed: LandingCase, bench: Bench
) -> None:
    case = landing_days.correct_day(landed, TODAY, "the licence is older", by=bench.anna, at=LATER)
    assert case.actual == DAY  # nothing moves before it is confirmed
    row = case.day_corrections.get()
    assert {one.user for one in Notice.objects.filter(kind="case_correction")} == {bench.lee, bench.ben}
    with pytest.raises(NotNow):
        landing_days.correct_day(case, TODAY + timedelta(days=1), "again", by=bench.anna, at=LATER)
    with pytest.raises(OwnWork):
        landing_days.decide_correction(row, True, by=bench.anna, at=LATER)
    for who in (bench.clara, bench.mei):
        with pytest.raises(NotPermitted):
            landing_days.decide_correction(row, True, by=who, at=LATER)
    landing_days.decide_correction(row, True, by=bench.lee, at=LATER)
    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.actual, case.claims.get().day) == (TODAY, TODAY)
    assert (row.old, row.new, row.state, row.by, row.decided_by) == (DAY, TODAY, "confirmed", bench.anna, bench.lee)
    assert Entry.objects.filter(kind="cases.DayCorrection", act="confirm").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        DayCorrection.objects.filter(pk=row.pk).update(decided_by=row.by)


def test_a_declined_correction_leaves_the_day_as_it_was(landed: LandingCase, bench: Bench) -> None:
    case = landing_days.correct_day(landed, TODAY, "the licence is older", by=bench.anna, at=LATER)
    landing_days.decide_correction(case.day_corrections.get(), False, by=bench.ben, at=LATER)
    case.refresh_from_db()
    assert case.actual == DAY and case.day_corrections.get().state == "declined"


@pytest.mark.parametrize("day", [date(1900, 1, 1), DAY, date(2999, 1, 1)])
def test_a_correction_keeps_to_the_life_of_the_case(landed: LandingCase, bench: Bench, day: date) -> None:
    with pytest.raises(OutOfRange):
        landing_days.correct_day(landed, day, "x", by=bench.anna, at=LATER)


def test_only_a_verified_landing_has_a_day_to_correct(operating: LandingCase, bench: Bench) -> None:
    with pytest.raises(NotNow):
        landing_days.correct_day(operating, TODAY, "x", by=bench.anna, at=LATER)


def test_a_leader_who_is_also_the_officer_does_not_confirm_their_own_correction(
    landed: LandingCase, bench: Bench
) -> None:
    Membership.objects.create(user=bench.anna, role=Role.LEADER, unit=bench.city, starts=TODAY)
    case = landing_days.correct_day(landed, TODAY, "the licence is older", by=bench.anna, at=LATER)
    with pytest.raises(OwnWork):
        landing_days.decide_correction(case.day_corrections.get(), True, by=bench.anna, at=LATER)


@pytest.mark.parametrize(("lang", "words"), [("en", "waits for another person"), ("zh", "待另一人确认")])
def test_the_history_shows_both_days_and_offers_the_decision_to_another(
    landed: LandingCase, bench: Bench, lang: str, words: str
) -> None:
    place = f"/{lang}/desk/cases/{landed.reference}/history/"
    assert "/act/correct_day/" in bench.client("anna").get(place).text
    landing_days.correct_day(landed, TODAY, "the licence is older", by=bench.anna, at=LATER)
    own, other = bench.client("anna").get(place).text, bench.client("lee").get(place).text
    assert words in own and words in other
    assert "/act/decide_correction/" not in own and "/act/decide_correction/" in other
