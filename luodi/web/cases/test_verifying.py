"""Who may verify a landing, on which gate, and what is told when it rests on something that no longer holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from luodi.casework.gates import GateMissing
from luodi.casework.stages import Stage
from luodi.web.accounts.models import Cover, User
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.conftest import NOW, TODAY, Bench, a_file, accept_all, ready_to_claim
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.facts import facts_of, preparers
from luodi.web.conftest import person
from luodi.web.core.errors import OwnWork
from luodi.web.core.roles import Role
from luodi.web.files.models import Scan, StoredFile
from luodi.web.journal.actions import write_all
from luodi.web.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]


@pytest.fixture
def operating(planned: LandingCase, bench: Bench) -> LandingCase:
    return ready_to_claim(bench, planned)


def claimed(case: LandingCase, by: User) -> LandingCase:
    return actions_stages.claim_landing(case, TODAY, by=by, at=NOW)


def away(officer: User, stand_in: User) -> None:
    """Who may do something is asked as of today, whatever the day of the case."""
    soon = timezone.localdate() + timedelta(days=30)
    Cover.objects.create(away=officer, stand_in=stand_in, starts=TODAY - timedelta(days=1), ends=soon)


# ---- invariant 3: whoever prepared it


def test_invariant_03_an_officer_who_gave_the_case_away_does_not_verify_it(
    operating: LandingCase, bench: Bench
) -> None:
    """Anna opened it and moved it; that Cora holds it now and claims it makes Anna no second person."""
    cora = person("cora", Role.OFFICER, bench.here)
    case = actions.assign(operating, cora, by=bench.anna, at=NOW)
    case = actions.name_assurance(case, bench.anna, by=cora, at=NOW)
    case = claimed(case, cora)
    assert facts_of(case, TODAY)["claimed_by_another"] is False  # the page says the same
    for act in (actions_stages.verify_landing, lambda *a, **m: actions_stages.reject_claim(*a, "x", **m)):
        with pytest.raises(OwnWork):
            act(case, by=bench.anna, at=NOW)
    done = actions_stages.verify_landing(case, by=bench.ben, at=NOW, instead="Anna prepared it")
    assert done.stage == Stage.VERIFIED


def test_invariant_03_an_officer_who_once_held_the_case_does_not_verify_it(
    operating: LandingCase, bench: Bench
) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    case = actions.assign(operating, cora, by=bench.anna, at=NOW)
    case = claimed(actions.assign(case, bench.anna, by=cora, at=NOW), bench.anna)
    with pytest.raises(OwnWork):
        actions_stages.verify_landing(case, by=cora, at=NOW)


def test_invariant_03_who_held_the_case_is_found_behind_a_thousand_later_entries(
    operating: LandingCase, bench: Bench
) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    case = actions.assign(operating, cora, by=bench.anna, at=NOW)
    case = actions.assign(case, bench.anna, by=cora, at=NOW)
    write_all("assign", [case] * 1001, by=bench.anna)
    case = claimed(case, bench.anna)
    assert {bench.anna.pk, cora.pk} <= preparers(case) and bench.ben.pk not in preparers(case)
    with pytest.raises(OwnWork):
        actions_stages.verify_landing(case, by=cora, at=NOW)
    assert actions_stages.verify_landing(case, by=bench.ben, at=NOW).stage == Stage.VERIFIED


def test_invariant_03_nobody_verifies_in_the_place_of_whoever_claimed(operating: LandingCase, bench: Bench) -> None:
    """Clara reaches the case only while she stands in for Anna, who claimed it; Ben reaches it himself."""
    case = claimed(operating, bench.anna)
    away(bench.anna, bench.clara)
    with pytest.raises(OwnWork):
        actions_stages.verify_landing(case, by=bench.clara, at=NOW)
    away(bench.lee, bench.ben)
    assert actions_stages.verify_landing(case, by=bench.ben, at=NOW).stage == Stage.VERIFIED


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_another_than_the_officer_who_is_named_says_why_they_verify(
    operating: LandingCase, bench: Bench, lang: str
) -> None:
    from luodi.web.cases.test_pages import fields_of

    cora = person("cora", Role.OFFICER, bench.here)
    case, client = claimed(operating, bench.anna), bench.client("ben")
    client.force_login(cora)
    given = fields_of(client.get(f"/{lang}/desk/cases/{case.reference}/").text, "verify")
    place = f"/{lang}/cases/{case.reference}/act/verify/"
    wrong = client.post(place, given)
    assert wrong.status_code == 422 and 'href="#verify_instead"' in wrong.text and "Ben" in wrong.text
    accept_all(case, bench.ben)
    given = {**fields_of(wrong.text, "verify"), "instead": "Ben fell ill"}
    assert client.post(place, given).status_code == 302
    assert Entry.objects.get(act="verify").reason == "Ben fell ill"


@pytest.mark.parametrize(("lang", "words"), [("zh", "未查毒"), ("en", "not scanned")])
def test_where_there_is_no_scanner_a_document_says_that_it_was_not_scanned(
    planned: LandingCase, bench: Bench, lang: str, words: str
) -> None:
    proof = actions_proofs.add_proof(planned, "premises", a_file(), by=bench.mei, at=NOW)
    pages = (("anna", f"desk/cases/{planned.reference}/papers/"), ("mei", f"cases/{planned.reference}/"))
    for who, place in pages:
        assert words in bench.client(who).get(f"/{lang}/{place}").text, who
    StoredFile.objects.filter(pk=proof.file_id).update(scan=Scan.CLEAN)
    for who, place in pages:
        assert words not in bench.client(who).get(f"/{lang}/{place}").text, who


def test_a_stand_in_of_the_verifier_verifies(operating: LandingCase, bench: Bench) -> None:
    case = claimed(operating, bench.anna)
    away(bench.ben, bench.clara)
    assert actions_stages.verify_landing(case, by=bench.clara, at=NOW).stage == Stage.VERIFIED


def test_a_stand_in_who_claimed_is_the_one_who_claimed(operating: LandingCase, bench: Bench) -> None:
    away(bench.ben, bench.clara)
    case = claimed(operating, bench.clara)
    with pytest.raises(OwnWork):
        actions_stages.verify_landing(case, by=bench.clara, at=NOW)


# ---- invariants 1 and 4: the gate


def test_invariant_01_the_journal_names_the_version_of_the_gate_and_what_was_missing(
    planned: LandingCase, bench: Bench
) -> None:
    case = actions_stages.advance(planned, by=bench.anna, at=NOW)
    actions_stages.override(case, "the minister asked", by=bench.lee, at=NOW)
    told = {
        one.act: (one.after["gate"], one.after["missing"])
        for one in Entry.objects.filter(kind="cases.LandingCase", act__in=("advance", "override"))
    }
    assert told == {"advance": ("gate-scoped-1", []), "override": ("gate-planned-1", ["day"])}


def test_invariant_04_a_proof_that_ends_on_the_day_of_verification_still_proves(
    operating: LandingCase, bench: Bench
) -> None:
    proof = operating.proofs.get(proves="premises")
    actions_proofs.withdraw_proof(proof, "the lease was renewed", by=bench.mei, at=NOW)
    actions_proofs.add_proof(operating, "premises", a_file(), by=bench.mei, at=NOW, expires=TODAY)
    case = claimed(operating, bench.anna)
    with pytest.raises(GateMissing):
        actions_stages.verify_landing(case, by=bench.ben, at=NOW + timedelta(days=1))
    assert actions_stages.verify_landing(case, by=bench.ben, at=NOW).stage == Stage.VERIFIED


@pytest.mark.parametrize(("lang", "words"), [("en", "A proof did not pass the scan"), ("zh", "有证明未通过查毒")])
def test_a_proof_that_fails_its_scan_after_the_landing_was_verified_is_flagged(
    operating: LandingCase, bench: Bench, lang: str, words: str
) -> None:
    case = actions_stages.verify_landing(claimed(operating, bench.anna), by=bench.ben, at=NOW)
    place = f"/{lang}/desk/cases/{case.reference}/"
    assert words not in bench.client("anna").get(place).text
    StoredFile.objects.filter(pk=case.proofs.all()[0].file_id).update(scan=Scan.INFECTED)
    assert words in bench.client("anna").get(place).text
    told = {"en": "did not pass the scan, so it proves nothing", "zh": "未通过查毒，不能作为证明"}[lang]
    assert told in bench.client("anna").get(f"{place}papers/").text


def test_a_document_is_not_issued_on_a_day_to_come(planned: LandingCase, bench: Bench) -> None:
    from luodi.errors import OutOfRange

    more: dict[str, Any] = {"issued": TODAY + timedelta(days=1), "at": NOW}
    with pytest.raises(OutOfRange):
        actions_proofs.add_proof(planned, "identity", a_file(), by=bench.mei, **more)
    with pytest.raises(OutOfRange):
        actions_proofs.add_authorisation(planned, "pilot-approval", by=bench.anna, **more)
    assert not planned.proofs.exists() and not planned.authorisations.exists()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Scoped", "through its gate", "gate-scoped-1", "a leader", "missing then: There is an expected day"]),
        ("zh", ["定范围", "通过关口", "gate-scoped-1", "领导批准越过关口", "当时尚缺：有预计落地日"]),
    ],
)
def test_the_history_of_a_case_says_who_moved_it_and_what_a_leader_passed_over(
    planned: LandingCase, bench: Bench, lang: str, words: list[str]
) -> None:
    case = actions_stages.advance(planned, by=bench.anna, at=NOW)
    actions_stages.override(case, "the minister asked", by=bench.lee, at=NOW)
    page = bench.client("lee").get(f"/{lang}/desk/cases/{case.reference}/history/").text
    assert [word for word in (*words, "Anna", "Lee", "the minister asked") if word not in page] == []
    assert bench.client("mei").get(f"/{lang}/desk/cases/{case.reference}/history/").status_code in (403, 404)


def test_one_file_that_is_said_to_prove_two_things_is_marked_for_whoever_verifies(
    planned: LandingCase, bench: Bench
) -> None:
    for kind in ("business-licence", "premises"):
        last = actions_proofs.add_proof(planned, kind, a_file(), by=bench.mei, at=NOW)
    page = bench.client("ben").get(f"/en/desk/cases/{planned.reference}/papers/").text
    assert "the same file as: Proof of premises" in page and "the same file as: Business licence" in page
    actions_proofs.withdraw_proof(last, "the lease comes next week", by=bench.mei, at=NOW)
    assert "the same file" not in bench.client("ben").get(f"/en/desk/cases/{planned.reference}/papers/").text


def flagged(bench: Bench, case: LandingCase) -> set[str]:
    from luodi.web.cases.queries.facts import counts
    from luodi.web.cases.queries.steps import work_of
    from luodi.web.cases.views import case_page

    proofs = [(proof, counts(proof, TODAY)) for proof in case.proofs.all()]
    return set(case_page.flags(case, TODAY, work_of(case, TODAY), None, proofs, None))


def test_a_proof_that_expired_is_no_flag_once_another_takes_its_place(planned: LandingCase, bench: Bench) -> None:
    over = TODAY - timedelta(days=1)
    actions_proofs.add_proof(planned, "premises", a_file(), by=bench.mei, at=NOW, expires=over)
    assert "expired" in flagged(bench, planned)
    actions_proofs.add_proof(planned, "identity", a_file(), by=bench.mei, at=NOW)
    assert "expired" in flagged(bench, planned)
    actions_proofs.add_proof(planned, "premises", a_file(), by=bench.mei, at=NOW, expires=TODAY)
    assert "expired" not in flagged(bench, planned)


def test_a_check_that_no_longer_holds_is_a_flag_until_there_is_a_later_one(planned: LandingCase, bench: Bench) -> None:
    from luodi.web.cases.models.proofs import CheckKind, CheckResult

    for last, wanted in ((TODAY - timedelta(days=1), True), (TODAY, False)):
        actions_proofs.add_check(
            planned, CheckKind.SECURITY, CheckResult.PASSED, "register", by=bench.anna, at=NOW, valid_until=last
        )
        assert ("check_over" in flagged(bench, planned)) is wanted


def test_a_leader_is_offered_an_override_only_where_one_can_be(operating: LandingCase, bench: Bench) -> None:
    """A claim and a verification are never overridden; a move of the expected day is decided at every stage."""
    place, client = f"/en/desk/cases/{operating.reference}/", bench.client("lee")
    for day in (TODAY + timedelta(days=3), date(2027, 1, 5)):
        actions_stages.move_date(operating, day, "x", by=bench.anna, at=NOW)
    assert operating.date_changes.filter(state="proposed").exists()
    page = client.get(place).text
    assert "/act/override/" not in page and "/act/decide_date/" in page
    back = actions_stages.go_back(operating, "a lease is missing", by=bench.anna, at=NOW)
    assert "/act/override/" in client.get(f"/en/desk/cases/{back.reference}/").text


def test_whoever_is_officer_and_leader_has_the_acts_of_both(planned: LandingCase, bench: Bench) -> None:
    from luodi.web.accounts.models import Membership

    Membership.objects.create(user=bench.anna, role=Role.LEADER, unit=bench.here, starts=TODAY)
    page = bench.client("anna").get(f"/en/desk/cases/{planned.reference}/").text
    assert "/act/override/" in page and "/act/advance/" in page
