"""What gates ask about a case, worked out from what is stored; and who prepared it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from luodi.casework.book import ProofKind, required_proofs
from luodi.casework.gates import Passage, missing
from luodi.casework.stages import End, Stage, ended
from luodi.casework.step_states import StepState
from luodi.casework.verdicts import Verdict
from luodi.web.cases.models import CaseStep, Check, LandingCase, Proof
from luodi.web.cases.models.proofs import CheckResult
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.steps import is_read, may_have
from luodi.web.cases.signals import case_facts
from luodi.web.files.queries import may_be_read
from luodi.web.journal.queries import entries_on


def facts_of(case: LandingCase, on: date) -> dict[str, object]:
    """The facts of every app on a case. Raises `ValueError` where two apps answer for one fact."""
    facts: dict[str, object] = {}
    for name, value in case_facts.ask(case=case, on=on):
        if name in facts:
            raise ValueError(f"two apps answer for the fact {name}")
        facts[name] = value
    return facts


def must_be_open(case: LandingCase) -> None:
    """Raises `NotNow` for a case that has ended."""
    if not case.is_open:
        ended(End(case.end), End.LOST)


def passage(case: LandingCase, on: date) -> Passage | None:
    """How the case stands before its next gate; None after the last stage, and once it has ended."""
    following = Stage(case.stage).next
    if following is None or not case.is_open:
        return None
    return missing(following, facts_of(case, on), on)


def rows_of(case: LandingCase, name: str, *with_them: str) -> list[Any]:
    """The rows of a relation of a case: as a page has read them for all its parts, else as they are now."""
    rows = getattr(case, name)
    there = name in getattr(case, "_prefetched_objects_cache", ())
    return list(rows.all() if there else rows.select_related(*with_them))


def own_facts(case: LandingCase, on: date) -> dict[str, object]:
    """Those of this app."""
    steps = rows_of(case, "steps")
    proofs, prepared = counted_proofs(case, on), preparers(case)
    kinds, accepted = ({one.proves for one in rows} for rows in (proofs, accepted_of(proofs, prepared)))
    return {
        "company_identified": bool(case.company.credit_code),
        "officer_named": case.officer_id is not None,
        "assurance_named": case.assurance_id is not None,
        "services_known": bool(case.plans),
        "place_known": bool(case.place),
        "money_known": case.money is not None,
        "estimated_known": case.estimated is not None,
        "landing_day_known": case.actual is not None,
        "claimed_by_another": case.assurance_id is not None and case.assurance_id not in prepared,
        **_of_plan(case),
        **_of_steps(steps),
        "proofs": sorted(kinds),
        "proofs_missing": sum(kind.id not in kinds for kind in required(steps)),
        "proofs_not_accepted": sum(kind.id not in accepted for kind in required(steps)),
        "requests_open": sum(one.state == RequestState.OPEN for one in rows_of(case, "requests")),
        "checks_failed": failed_checks(case),
        "obligations_entered": may_have(case, "obligations") if is_read(case) else case.obligations.exists(),
    }


def required(steps: list[CaseStep]) -> Sequence[ProofKind]:
    """The kinds of proof that a landing with these steps must have on file."""
    needed = {s.step for s in steps if s.state != StepState.NOT_NEEDED and not (s.optional and s.state == "open")}
    return required_proofs(frozenset(needed))


def counted_proofs(case: LandingCase, on: date) -> list[Proof]:
    """Those that prove something on a day: not taken back, not refused, not expired, and known to be clean."""
    return [row for row in rows_of(case, "proofs", "file") if counts(row, on)]


def accepted_of(proofs: Iterable[Proof], prepared: Collection[int]) -> list[Proof]:
    """Those that somebody accepted who prepared nothing of the case, also since."""
    return [one for one in proofs if one.verdict == Verdict.ACCEPTED and one.judged_by_id not in prepared]


def counts(proof: Proof, on: date) -> bool:
    in_time = proof.expires is None or on <= proof.expires
    return proof.withdrawn is None and not proof.is_refused and in_time and may_be_read(proof.file)


def latest_checks(case: LandingCase) -> dict[str, Check]:
    """The last check of each kind, which takes the place of those before. A failed one stands until it is overruled:
    one that is not finished takes no place."""
    found: dict[str, Check] = {}
    for one in _in_order(case):
        if one.result != CheckResult.PENDING or not _failed(found.get(one.kind)):
            found[one.kind] = one
    return found


def overrulings(case: LandingCase) -> dict[int, list[Check]]:
    """By the number of each check that passed against failed ones, these: what it overruled."""
    found, standing = dict[int, list[Check]](), dict[str, list[Check]]()
    for one in _in_order(case):
        if _failed(one):
            standing.setdefault(one.kind, []).append(one)
        elif one.result == CheckResult.PASSED and (against := standing.pop(one.kind, None)):
            found[one.pk] = against
    return found


def standing_failures(case: LandingCase, kind: str) -> list[Check]:
    """The failed checks of a kind since the last one that passed."""
    found: list[Check] = []
    for one in _in_order(case):
        if one.kind == kind and one.result != CheckResult.PENDING:
            found = [*found, one] if _failed(one) else []
    return found


def _in_order(case: LandingCase) -> list[Check]:
    return sorted(rows_of(case, "checks", "by"), key=lambda one: (one.at, one.pk))


def _failed(one: Check | None) -> bool:
    return one is not None and one.result == CheckResult.FAILED


def failed_checks(case: LandingCase) -> int:
    """Kinds whose latest check was failed."""
    return sum(map(_failed, latest_checks(case).values()))


def preparers(case: LandingCase) -> set[int]:
    """Who works on a case or did so before, moved it, claimed its landing or brought a proof: nobody of them verifies
    it. Who did what in the past is asked of the journal once the landing is claimed; before, nobody decides on it."""
    claims = (one.by_id for one in rows_of(case, "claims") if one.state == "open")
    proofs = (one.by_id for one in rows_of(case, "proofs", "file") if one.withdrawn is None)
    now = {one for one in (case.officer_id, *claims, *proofs) if one is not None}
    return now | _before(case) if case.stage == Stage.CLAIMED else now


def _before(case: LandingCase) -> set[int]:
    """However long ago: every entry on the case counts."""
    moved = entries_on(case, ("open", "take_plan", "advance", "override", "claim"))
    actors = moved.exclude(actor=None).order_by().values_list("actor", flat=True).distinct()
    officers = entries_on(case, ("assign",)).order_by().values_list("before__officer", flat=True)
    return {one for one in (*actors, *officers) if one is not None}


def _of_plan(case: LandingCase) -> dict[str, object]:
    plan = case.determination
    if plan is None:
        return {"verdict": "none", "answer_is_stale": False}
    return {"verdict": plan.verdict or "unknown", "answer_is_stale": plan.state != "standing"}


def _of_steps(steps: list[CaseStep]) -> dict[str, int]:
    needed = [s for s in steps if not s.optional and not s.recurs and s.state != StepState.NOT_NEEDED]
    ahead = [step for step in needed if step.state != StepState.GRANTED]
    return {
        "steps_planned": sum(step.state != StepState.NOT_NEEDED for step in steps),
        "steps_started": sum(step.submitted is not None or step.state == StepState.GRANTED for step in steps),
        "licence_steps_open": sum(step.track == "licence" for step in ahead),
        "security_steps_open": sum(step.track == "security" for step in ahead),
        "steps_refused": sum(step.state == StepState.REFUSED for step in needed),
    }
