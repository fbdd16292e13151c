"""Documents of the demo, and steps that are granted by them as by those of an office."""

from datetime import datetime
from io import BytesIO
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from luodi.casework.book import ProofKind
from luodi.casework.evidence import kind_of_step
from luodi.casework.step_states import StepAct, StepState
from luodi.casework.verdicts import Verdict
from luodi.documents.report import Report, Section
from luodi.documents.report_pdf import report_pdf
from luodi.errors import BadInput
from luodi.uploads.checking import Checked, checked
from luodi.web.accounts.models import User
from luodi.web.cases.actions import proofs
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.actions.verdicts import judge_proof
from luodi.web.cases.models import CaseStep, LandingCase, Proof
from luodi.web.cases.queries.judging import wanted_of
from luodi.web.cases.queries.unsettled import waits_on_unsettled
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.queries import may_be_read

_MOST: Final = 5_000_000  # bytes; those that are made here are far smaller


def grant(step: CaseStep, *, by: User, checker: User, at: datetime) -> None:
    """On the document that was sent for it, else on a specimen. While a scanner has not looked at that, the step is
    handed in: a first start does not wait for one."""
    kind, day = kind_of_step(step.step), localdate(at)
    if kind is not None:
        paper = _paper(step, kind, by, at)
        if not may_be_read(paper.file):
            act_on_step(step, StepAct.SUBMIT, by=by, at=at, early=True)
            return
        made = proofs.add_authorisation(
            step.case,
            kind.id,
            number=f"DEMO-{paper.pk:04}",
            issuer=step.authority["zh"],
            issued=paper.issued or localdate(at),
            proof=paper,
            by=by,
            at=at,
        )
        proofs.check_authorisation(made, by=checker, at=at)
        day = made.issued
    if step.state == StepState.OPEN and waits_on_unsettled(step):
        act_on_step(step, StepAct.SUBMIT, by=by, at=at, on=day, early=True)
    act_on_step(step, StepAct.GRANT, by=by, at=at)


def accept_all(case: LandingCase, *, by: User, at: datetime) -> None:
    """Each document of a claimed landing that nobody has judged, as one in which all was seen that the case says."""
    for proof in case.proofs.filter(withdrawn=None, verdict=Verdict.PROPOSED).select_related("file"):
        if not may_be_read(proof.file):
            continue  # it waits for a scanner
        wanted = wanted_of(proof)
        judge_proof(
            proof,
            Verdict.ACCEPTED,
            is_of_kind=True,
            seen_name=wanted.names[0],
            seen_number=wanted.number,
            seen_issued=wanted.issued,
            by=by,
            at=at,
        )


def _paper(step: CaseStep, kind: ProofKind, by: User, at: datetime) -> Proof:
    """One that no other authorisation rests on."""
    there = step.case.proofs.filter(proves=kind.id, withdrawn=None, authorisation=None).select_related("file").first()
    if there is not None:
        return there
    paper = sample_document(f"{kind.title['zh']} {kind.title['en']}", at)
    made: Proof = proofs.add_proof(step.case, kind.id, paper, issued=localdate(at), by=by, at=at)
    return made


def sample_document(name: str, at: datetime) -> Checked:
    """A page that says what it stands for and that it is none, looked over as every file that comes in."""
    text = "虚构样张，不是证件。A specimen of a fictional company; it proves nothing."
    report = Report(name, "zh", at, (("日期", localdate(at).isoformat()),), (Section("样张 Specimen", (text,)),))
    return checked(BytesIO(report_pdf(report)), f"{name}.pdf", limit=_MOST)


def scan_at_once(file: StoredFile) -> None:
    """For what continues with it. Raises `BadInput` where the scanner is away or finds something."""
    if not settings.SCANNER:
        return
    from luodi.web.files.tasks import scan_file

    said = scan_file.func(file.pk)
    if said != Scan.CLEAN:
        raise BadInput("demo.scanner-luodi-scanner-did-not", file=file.name, said=said)
