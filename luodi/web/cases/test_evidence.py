"""Steps end by evidence: which record a grant rests on, who checked it, and which days it may have."""

from datetime import date, timedelta
from typing import Any

import pytest

from luodi.casework.evidence import NoDocument
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct
from luodi.casework.steps import StepBlocked
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.uploads.checking import checked
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import NOW, TODAY, Bench, a_file, enter_permit, grant, step_of
from luodi.web.cases.models import Authorisation, CaseStep, LandingCase, Proof
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork, StaleVersion
from luodi.web.core.roles import Role
from luodi.web.files.conftest import upload
from luodi.web.files.models import Scan, StoredFile
from luodi.web.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]
STEP, KIND = "vats-pilot-approval", "pilot-approval"


@pytest.fixture
def submitted(planned: LandingCase, bench: Bench) -> CaseStep:
    return act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)


# ---- invariant 30: no state without its evidence


def test_invariant_30_a_licence_is_granted_by_its_record_that_somebody_else_checked(
    submitted: CaseStep, bench: Bench
) -> None:
    with pytest.raises(NotNow, match="enter the authorisation"):
        act_on_step(submitted, StepAct.GRANT, by=bench.anna, at=NOW)
    made = enter_permit(submitted.case, KIND, bench)
    with pytest.raises(NotNow, match="nobody has checked"):
        act_on_step(submitted, StepAct.GRANT, by=bench.anna, at=NOW)
    actions_proofs.check_authorisation(made, by=bench.ben, at=NOW)
    done = act_on_step(submitted, StepAct.GRANT, by=bench.anna, at=NOW + timedelta(days=9))
    assert (done.state, done.decided) == ("granted", TODAY)  # the day of the authorisation, not that of the entry
    entry = Entry.objects.get(act="check_authorisation")
    assert entry.actor == bench.ben.pk


@pytest.mark.parametrize("lacks", ["number", "issuer", "proof"])
def test_an_authorisation_has_number_issuer_and_document_and_says_which_is_missing(
    planned: LandingCase, bench: Bench, lacks: str
) -> None:
    with pytest.raises(MissingKey) as refused:
        enter_permit(planned, KIND, bench, **{lacks: None if lacks == "proof" else " "})
    assert refused.value.at == lacks and refused.value.said("zh") != refused.value.said("en")
    assert not Authorisation.objects.exists()


def test_neither_who_entered_it_nor_who_sent_its_document_checks_an_authorisation(
    planned: LandingCase, bench: Bench
) -> None:
    paper = actions_proofs.add_proof(planned, KIND, a_file(), by=bench.ben, at=NOW)
    made = enter_permit(planned, KIND, bench, proof=paper)
    for who in (bench.anna, bench.ben):
        with pytest.raises(OwnWork):
            actions_proofs.check_authorisation(made, by=who, at=NOW)
    for who in (bench.mei, bench.lee, bench.clara):
        with pytest.raises(NotPermitted):
            actions_proofs.check_authorisation(made, by=who, at=NOW)
    cora = person("cora", Role.OFFICER, bench.city)
    assert actions_proofs.check_authorisation(made, by=cora, at=NOW).checked_by == cora


def test_two_who_check_at_once_check_it_once(planned: LandingCase, bench: Bench) -> None:
    made, cora = enter_permit(planned, KIND, bench), person("cora", Role.OFFICER, bench.city)
    actions_proofs.check_authorisation(made, by=bench.ben, at=NOW, version=made.version)
    with pytest.raises(StaleVersion):
        actions_proofs.check_authorisation(made, by=cora, at=NOW, version=made.version)
    with pytest.raises(NotNow):
        actions_proofs.check_authorisation(made, by=cora, at=NOW)
    made.refresh_from_db()
    assert made.checked_by == bench.ben


def test_what_did_not_pass_the_scan_is_not_checked(planned: LandingCase, bench: Bench) -> None:
    made = enter_permit(planned, KIND, bench)
    assert made.proof is not None
    StoredFile.objects.filter(pk=made.proof.file_id).update(scan=Scan.INFECTED)
    with pytest.raises(NotNow):
        actions_proofs.check_authorisation(made, by=bench.ben, at=NOW)


def test_a_document_shows_one_authorisation_of_its_own_case_and_kind(planned: LandingCase, bench: Bench) -> None:
    made = enter_permit(planned, KIND, bench)
    with pytest.raises(NotNow):
        enter_permit(planned, KIND, bench, proof=made.proof)
    with pytest.raises(UnknownValue):
        enter_permit(planned, "telecom-licence", bench, proof=made.proof)
    with pytest.raises(UnknownValue):
        enter_permit(bench.open(), KIND, bench, proof=made.proof)


def test_the_document_of_a_checked_authorisation_is_not_taken_back(planned: LandingCase, bench: Bench) -> None:
    made = enter_permit(planned, KIND, bench)
    actions_proofs.check_authorisation(made, by=bench.ben, at=NOW)
    with pytest.raises(NotNow):
        actions_proofs.withdraw_proof(made.proof, "the wrong one", by=bench.mei, at=NOW)


def test_nothing_goes_from_blocked_to_granted(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "icp-filing")
    made = enter_permit(planned, "icp-filing-number", bench)
    actions_proofs.check_authorisation(made, by=bench.ben, at=NOW)
    with pytest.raises(StepBlocked):
        act_on_step(step, StepAct.GRANT, by=bench.anna, at=NOW)
    for name in ("domain-name-registration", "establishment-registration"):
        grant(step_of(planned, name), bench)
    assert act_on_step(step, StepAct.GRANT, by=bench.anna, at=NOW).state == "granted"


def test_a_step_that_ends_with_no_document_is_granted_as_before(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "domain-name-registration")
    assert act_on_step(step, StepAct.GRANT, by=bench.anna, at=NOW).state == "granted"


@pytest.mark.parametrize(("lang", "words"), [("en", "no record of the authorisation"), ("zh", "没有许可记录")])
def test_a_step_of_an_earlier_release_stays_granted_and_says_that_there_is_no_record(
    planned: LandingCase, bench: Bench, lang: str, words: str
) -> None:
    for name in (STEP, "domain-name-registration"):
        CaseStep.objects.filter(case=planned, step=name).update(state="granted", decided=TODAY)
    pages = (("anna", f"desk/cases/{planned.reference}/steps/"), ("mei", f"cases/{planned.reference}/"))
    for who, place in pages:
        assert bench.client(who).get(f"/{lang}/{place}").text.count(words) == 1, who
    actions_proofs.check_authorisation(enter_permit(planned, KIND, bench, number="107-9"), by=bench.ben, at=NOW)
    for who, place in pages:
        page = bench.client(who).get(f"/{lang}/{place}").text
        assert words not in page and "107-9" in page, who


def test_a_program_sees_the_record_of_each_step(planned: LandingCase, bench: Bench) -> None:
    from luodi.web.cases.api.shown import whole

    CaseStep.objects.filter(case=planned, step=STEP).update(state="granted", decided=TODAY)
    grant(step_of(planned, "establishment-registration"), bench)
    shown: Any = whole(LandingCase.objects.get(), bench.anna, TODAY)
    found = {one["step"]: (one["record"], one["no_record"]) for one in shown["steps"]}
    licence = Authorisation.objects.get()
    assert found["establishment-registration"] == (licence.pk, False) and found[STEP] == (None, True)
    assert found["domain-name-registration"] == (None, False)
    (row,) = shown["authorisations"]
    assert row["issuer"] and row["proof"] == licence.proof_id and row["checked"]


# ---- invariant 32: every day lies in the life of what it is about


def test_invariant_32_nothing_is_handed_in_before_the_case_or_before_what_it_waits_for(
    planned: LandingCase, bench: Bench
) -> None:
    later, step = NOW + timedelta(days=9), step_of(planned, "domain-name-registration")
    for day in (TODAY - timedelta(days=1), date(1900, 1, 1)):
        with pytest.raises(OutOfRange) as refused:
            act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=later, on=day)
        assert refused.value.at == "on" and TODAY.isoformat() in str(refused.value)
    with pytest.raises(OutOfRange):
        act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=later, on=date(2999, 1, 1))
    for name in ("domain-name-registration", "establishment-registration"):
        grant(step_of(planned, name), bench, later)
    with pytest.raises(OutOfRange):
        act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=later, on=TODAY)
    assert act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=later).state == "submitted"


def test_invariant_32_a_licence_is_not_granted_before_it_was_issued(submitted: CaseStep, bench: Bench) -> None:
    later = NOW + timedelta(days=5)
    made = enter_permit(submitted.case, KIND, bench, later)
    actions_proofs.check_authorisation(made, by=bench.ben, at=later)
    with pytest.raises(OutOfRange):
        act_on_step(submitted, StepAct.GRANT, by=bench.anna, at=later, on=TODAY + timedelta(days=4))


@pytest.mark.parametrize(("name", "day"), [("issued", date(1900, 1, 1)), ("expires", date(2999, 1, 1))])
def test_invariant_32_a_day_in_no_lifetime_is_told_at_its_field(
    planned: LandingCase, bench: Bench, name: str, day: date
) -> None:
    with pytest.raises(OutOfRange) as refused:
        actions_proofs.add_proof(planned, "premises", a_file(), by=bench.mei, at=NOW, **{name: day})
    assert refused.value.at == name
    with pytest.raises(OutOfRange) as refused:
        enter_permit(planned, KIND, bench, **{name: day})
    assert refused.value.at == name


# ---- files


def test_a_certificate_of_twelve_bytes_or_of_plain_text_is_no_document(planned: LandingCase, bench: Bench) -> None:
    small = checked(upload("note.txt", b"certificate!").file, "certificate.txt", limit=1_000)
    text = checked(upload("note.txt", b"Licence no. 1. " * 20).file, "licence.txt", limit=1_000)
    for kind, file, reason in (("operation", small, "file-too-small"), (KIND, text, "file-no-paper")):
        with pytest.raises(NoDocument) as refused:
            actions_proofs.add_proof(planned, kind, file, by=bench.mei, at=NOW)
        assert refused.value.reason == f"casework.{reason}" and refused.value.at == "files"
    assert actions_proofs.add_proof(planned, "operation", text, by=bench.mei, at=NOW).proves == "operation"
    assert Proof.objects.count() == 1


# ---- on the pages


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_authorisation_is_entered_and_checked_by_forms(planned: LandingCase, bench: Bench, lang: str) -> None:
    from luodi.web.cases.test_pages import fields_of

    paper = actions_proofs.add_proof(planned, KIND, a_file(), by=bench.mei, at=NOW)
    anna, ben = bench.client("anna"), bench.client("ben")
    place, acts = f"/{lang}/desk/cases/{planned.reference}/permits/", f"/{lang}/cases/{planned.reference}/act/"
    given = {"kind": KIND, "number": "107-1", "issuer": "MIIT", "issued": "1900-01-01", "proof": str(paper.pk)}
    page = anna.get(place).text
    wrong = anna.post(f"{acts}authorise/", {**fields_of(page, "authorise"), **given})
    assert wrong.status_code == 422 and 'href="#authorise_issued"' in wrong.text and 'value="107-1"' in wrong.text
    given["issued"] = TODAY.isoformat()
    assert anna.post(f"{acts}authorise/", {**fields_of(page, "authorise"), **given}).status_code == 302
    own = anna.post(f"{acts}check_authorisation/", fields_of(anna.get(place).text, "check_authorisation"))
    assert own.status_code == 422 and "MIIT" in own.text
    done = ben.post(f"{acts}check_authorisation/", fields_of(ben.get(place).text, "check_authorisation"))
    assert done.status_code == 302
    assert "Ben" in anna.get(place).text and "check_authorisation" not in anna.get(place).text
