"""Each proof of a claimed landing is accepted or refused by somebody who prepared nothing, by what was seen in it."""

from datetime import timedelta
from typing import Any

import pytest

from luodi.casework.gates import GateMissing
from luodi.casework.stages import Stage
from luodi.casework.states import NotNow
from luodi.casework.verdicts import Ground, Verdict
from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.verdicts import judge_proof
from luodi.web.cases.conftest import NOW, Bench, a_file, accept, accept_all, ready_to_claim
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.queries.facts import facts_of
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork, StaleVersion
from luodi.web.core.roles import Role
from luodi.web.files.models import Scan, StoredFile
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]
#: A day on which the gate asks for accepted proofs, and the last one on which it did not.
LATER = NOW.replace(month=12, day=2)
BEFORE = LATER - timedelta(days=1)


@pytest.fixture
def claimed(planned: LandingCase, bench: Bench) -> LandingCase:
    case = ready_to_claim(bench, planned)
    return actions_stages.claim_landing(case, NOW.date(), by=bench.anna, at=NOW)


@pytest.fixture
def proof(claimed: LandingCase) -> Proof:
    return claimed.proofs.get(proves="premises")


def test_invariant_30_a_landing_is_verified_on_proofs_that_somebody_accepted(
    claimed: LandingCase, bench: Bench
) -> None:
    with pytest.raises(GateMissing) as refused:
        actions_stages.verify_landing(claimed, by=bench.ben, at=LATER)
    assert {one.id for one in refused.value.missing} == {"accepted"}
    accept_all(claimed, bench.ben, at=LATER)
    assert actions_stages.verify_landing(claimed, by=bench.ben, at=LATER).stage == Stage.VERIFIED
    claim = claimed.claims.get()
    assert claim.gate == "gate-verified-2" and len(claim.proofs) == claimed.proofs.count()
    assert {(one.judged_by, one.verdict) for one in claimed.proofs.all()} == {(bench.ben, Verdict.ACCEPTED)}


def test_one_proof_that_nobody_accepted_is_enough_to_miss_the_gate(
    claimed: LandingCase, bench: Bench, proof: Proof
) -> None:
    accept_all(claimed, bench.ben, at=LATER)
    judge_proof(proof, Verdict.PROPOSED, by=bench.ben, at=LATER)
    assert facts_of(claimed, LATER.date())["proofs_not_accepted"] == 1
    with pytest.raises(GateMissing):
        actions_stages.verify_landing(claimed, by=bench.ben, at=LATER)


def test_the_day_before_the_new_version_of_the_gate_a_landing_is_verified_as_before(
    claimed: LandingCase, bench: Bench
) -> None:
    case = actions_stages.verify_landing(claimed, by=bench.ben, at=BEFORE)
    assert case.claims.get().gate == "gate-verified-1" and len(case.claims.get().proofs) == case.proofs.count()


def test_a_landing_of_the_first_version_rests_on_every_proof_on_file(
    claimed: LandingCase, bench: Bench, proof: Proof
) -> None:
    accept(proof, bench.ben)
    case = actions_stages.verify_landing(claimed, by=bench.ben, at=BEFORE)
    assert len(case.claims.get().proofs) == case.proofs.count()


def test_invariant_03_nobody_judges_a_proof_that_they_sent_or_a_case_that_they_prepared(
    claimed: LandingCase, bench: Bench, proof: Proof
) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    actions.assign(claimed, cora, by=bench.anna, at=NOW)
    for who in (bench.anna, cora):  # who claimed it, and who has it now
        with pytest.raises(OwnWork):
            accept(proof, who)
    for who in (bench.clara, bench.mei, bench.lee):
        with pytest.raises(NotPermitted):
            accept(proof, who)
    sent = actions_proofs.add_proof(claimed, "other", a_file(), by=bench.ben, at=NOW)
    with pytest.raises(OwnWork):
        accept(sent, bench.ben)


def test_who_accepted_and_then_took_the_case_over_has_accepted_nothing(claimed: LandingCase, bench: Bench) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    accept_all(claimed, cora, at=LATER, instead="Ben is ill")
    assert facts_of(claimed, LATER.date())["proofs_not_accepted"] == 0
    case = actions.assign(claimed, cora, by=bench.anna, at=LATER)
    assert facts_of(case, LATER.date())["proofs_not_accepted"] > 0


def test_another_than_the_officer_who_is_named_says_why_they_judge(bench: Bench, proof: Proof) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    with pytest.raises(MissingKey) as refused:
        accept(proof, cora)
    assert refused.value.at == "instead" and "Ben" in refused.value.said("en")
    assert accept(proof, cora, instead="Ben is ill").judged_by == cora
    assert "Ben is ill" in Entry.objects.get(act="accept_proof").reason


@pytest.mark.parametrize(
    ("seen", "at"),
    [
        ({"is_of_kind": False}, "is_of_kind"),
        ({"seen_name": ""}, "seen_name"),
        ({"seen_name": "灯屿(云)"}, "note"),  # nearly the same
        ({"seen_name": "Mill"}, "note"),
        ({"seen_issued": NOW.date() + timedelta(days=1)}, "seen_issued"),
        ({"seen_issued": NOW.date().replace(year=1900)}, "seen_issued"),
    ],
)
def test_what_was_not_seen_or_differs_is_said_at_its_field(
    bench: Bench, proof: Proof, seen: dict[str, Any], at: str
) -> None:
    with pytest.raises((MissingKey, OutOfRange)) as refused:
        accept(proof, bench.ben, **seen)
    assert isinstance(refused.value, LuodiError) and refused.value.at == at
    proof.refresh_from_db()
    assert proof.verdict == Verdict.PROPOSED and not Entry.objects.filter(act="accept_proof").exists()


def test_a_document_that_differs_is_accepted_with_a_reason(bench: Bench, proof: Proof) -> None:
    done = accept(proof, bench.ben, seen_name="灯屿（云）", note="The bracket is the printer's")
    assert done.verdict == Verdict.ACCEPTED
    entry = Entry.objects.get(act="accept_proof")
    assert entry.after["compared"]["name"] == "near" and entry.after["scan"] == "none"
    assert entry.reason == "The bracket is the printer's"


def test_a_name_in_traditional_characters_or_in_english_is_the_name(bench: Bench, proof: Proof) -> None:
    accept(proof, bench.ben, seen_name="Lantern Isle Cloud")
    judge_proof(proof, Verdict.PROPOSED, by=bench.ben, at=NOW)
    assert accept(proof, bench.ben, seen_name="燈嶼雲", note="traditional").verdict == Verdict.ACCEPTED


@pytest.mark.parametrize("how", ["expired", Scan.WAITING, Scan.INFECTED])
def test_a_proof_that_counts_for_nothing_is_not_accepted(
    claimed: LandingCase, bench: Bench, proof: Proof, how: str
) -> None:
    if how == "expired":
        proof = actions_proofs.add_proof(claimed, "premises", a_file(), by=bench.mei, at=NOW, expires=NOW.date())
        accept(proof, bench.ben)  # the last day
        judge_proof(proof, Verdict.PROPOSED, by=bench.ben, at=NOW)
    else:
        StoredFile.objects.filter(pk=proof.file_id).update(scan=how)
    with pytest.raises(NotNow) as refused:
        accept(proof, bench.ben, at=NOW + timedelta(days=1))
    assert refused.value.reason == "cases.proof-does-not-count"
    done = judge_proof(proof, Verdict.REFUSED, ground=Ground.UNREADABLE, by=bench.ben, at=NOW)
    assert done.verdict == Verdict.REFUSED


def test_proofs_are_judged_between_the_claim_and_the_verification(planned: LandingCase, bench: Bench) -> None:
    case = ready_to_claim(bench, planned)
    proof = case.proofs.get(proves="premises")
    with pytest.raises(NotNow):
        accept(proof, bench.ben)
    claimed = actions_stages.claim_landing(case, NOW.date(), by=bench.anna, at=NOW)
    accept_all(claimed, bench.ben, at=LATER)
    actions_stages.verify_landing(claimed, by=bench.ben, at=LATER)
    with pytest.raises(NotNow):
        judge_proof(proof, Verdict.PROPOSED, by=bench.ben, at=LATER)


def test_a_claim_that_is_made_again_keeps_what_was_accepted(claimed: LandingCase, bench: Bench, proof: Proof) -> None:
    accept(proof, bench.ben)
    case = actions_stages.reject_claim(claimed, "the invoice is missing", by=bench.ben, at=NOW)
    case = actions_stages.claim_landing(case, NOW.date(), by=bench.anna, at=NOW)
    assert case.proofs.get(pk=proof.pk).verdict == Verdict.ACCEPTED


# ---- two at once, and replay


def test_of_two_verifiers_the_second_hears_of_the_first(bench: Bench, proof: Proof) -> None:
    version = proof.version
    accept(proof, bench.ben, version=version)
    cora = person("cora", Role.OFFICER, bench.here)
    refuse: dict[str, Any] = {"ground": Ground.NAME, "instead": "Ben is ill", "by": cora, "at": NOW}
    with pytest.raises(StaleVersion):
        judge_proof(proof, Verdict.REFUSED, version=version, **refuse)
    with pytest.raises(NotNow) as refused:
        judge_proof(proof, Verdict.REFUSED, **refuse)
    assert refused.value.reason == "cases.proof-judged-already"
    proof.refresh_from_db()
    assert proof.judged_by == bench.ben and not Notice.objects.filter(kind="case_proof_refused").exists()


def test_the_same_verdict_sent_twice_has_one_effect(bench: Bench, proof: Proof) -> None:
    for _ in range(2):
        judge_proof(proof, Verdict.REFUSED, ground=Ground.SEAL, by=bench.ben, at=NOW, key="k" * 20)
    assert Entry.objects.filter(act="refuse_proof").count() == 1
    assert Notice.objects.filter(kind="case_proof_refused").count() == 1


# ---- back to the company, and again


def test_a_refused_proof_goes_back_with_its_reason_and_a_new_one_takes_its_place(
    claimed: LandingCase, bench: Bench, proof: Proof
) -> None:
    for more, at in (({}, "ground"), ({"ground": Ground.OTHER}, "note")):
        with pytest.raises(MissingKey) as refused:
            judge_proof(proof, Verdict.REFUSED, by=bench.ben, at=NOW, **more)
        assert refused.value.at == at
    judge_proof(proof, Verdict.REFUSED, ground=Ground.SEAL, note="page 4", by=bench.ben, at=NOW)
    back = {(one.user, one.kind) for one in Notice.objects.filter(kind__startswith="case_proof_")}
    assert back == {(bench.mei, "case_proof_refused"), (bench.anna, "case_proof_back")}
    why = Notice.objects.get(kind="case_proof_refused").values["why"]
    assert why == {"zh": "缺少签字或盖章。page 4", "en": "A signature or seal is missing. page 4"}
    assert facts_of(claimed, NOW.date())["proofs_missing"] == 1
    again = actions_proofs.add_proof(claimed, "premises", a_file(), by=bench.mei, at=NOW)
    assert again.replaces == proof and facts_of(claimed, NOW.date())["proofs_missing"] == 0
    assert Notice.objects.get(kind="case_proof_again").user == bench.ben
    proof.refresh_from_db()
    assert (proof.verdict, proof.withdrawn, proof.replaced_by) == (Verdict.REFUSED, None, again)
    other = actions_proofs.add_proof(claimed, "premises", a_file(), by=bench.mei, at=NOW)
    assert other.replaces is None


def test_the_number_that_the_case_knows_is_the_one_that_is_asked(claimed: LandingCase, bench: Bench) -> None:
    """Of a business licence the credit code of the company, of a licence the number of the authorisation."""
    licence = claimed.proofs.get(proves="business-licence")
    for number, at in (("", "seen_number"), ("91110108MA01ABCD3X", "note")):
        with pytest.raises(MissingKey) as refused:
            accept(licence, bench.ben, seen_number=number)
        assert refused.value.at == at
    assert accept(licence, bench.ben).seen_number
