"""By which record a step of a case was granted."""

from luodi.casework.authorisations import AuthState
from luodi.casework.evidence import Record, kind_of_step, must_show_grant
from luodi.casework.step_states import StepState
from luodi.web.cases.models import Authorisation, CaseStep, LandingCase
from luodi.web.cases.queries.facts import rows_of


def must_be_shown(step: CaseStep) -> Authorisation | None:
    """The checked authorisation by which a step is granted; None for a step that ends with no document. Raises
    `NotNow` where it is missing."""
    kind, found = kind_of_step(step.step), records_of(step)
    must_show_grant(kind, [as_record(one) for one in found])
    return next((one for one in found if one.checked is not None), None)


def as_record(row: Authorisation) -> Record:
    """It was checked although the account of who did so may be gone."""
    sent_by = row.proof.by_id if row.proof is not None else None
    brought = frozenset(one for one in (row.by_id, sent_by) if one is not None)
    checked_by = None if row.checked is None else row.checked_by_id or 0
    return Record(row.number, row.issuer, row.proof_id is not None, brought, checked_by)


def records_of(step: CaseStep) -> list[Authorisation]:
    """What was entered for a step and holds, the checked ones first."""
    kind = kind_of_step(step.step)
    if kind is None:
        return []
    rows: list[Authorisation] = rows_of(step.case, "authorisations", "proof")
    found = [one for one in rows if one.kind == kind.id and AuthState(one.state).holds]
    return sorted(found, key=lambda one: (one.checked is None, one.issued, one.pk))


def shown_by(case: LandingCase) -> dict[str, Authorisation | None]:
    """By step, of each that was granted and ends with a document, the checked authorisation, also one that has ended
    since; None where it was granted on somebody's word, as releases before 2026.12 let it."""
    found: dict[str, Authorisation] = {}
    for one in rows_of(case, "authorisations", "checked_by"):
        if one.checked is not None:
            found.setdefault(one.kind, one)
    granted = (step.step for step in rows_of(case, "steps") if step.state == StepState.GRANTED)
    return {step: found.get(kind.id) for step in granted if (kind := kind_of_step(step)) is not None}
