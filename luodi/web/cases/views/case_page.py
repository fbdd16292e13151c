"""What the parts of the page of a case show to officers and leaders, and what its one page shows to the company."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django.utils.timezone import localdate
from markupsafe import Markup

from luodi.advice.plan_difference import PlanDifference, between
from luodi.casework.book import ProofKind, limits, proof_kinds, stage_words, tracks
from luodi.casework.clocks import Reading
from luodi.casework.gates import Passage
from luodi.casework.stages import ORDER, OWN_ACT, End, Stage
from luodi.web.advisor.determinations import answers_of, document_of, named_steps
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.result import plan_of
from luodi.web.cases.actions.landing_days import has_day_to_correct
from luodi.web.cases.agenda import dues_of_case
from luodi.web.cases.models import Clock, DateChange, LandingCase, Proof
from luodi.web.cases.models.stages import Correcting
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.calendars import calendar_of, late_before_at
from luodi.web.cases.queries.facts import counts, latest_checks, overrulings, passage, required, rows_of
from luodi.web.cases.queries.law_rows import open_letters
from luodi.web.cases.queries.moves import moves_of
from luodi.web.cases.queries.ratings import ratings_of, to_be_rated
from luodi.web.cases.queries.steps import (
    FOR_GATES,
    StepShown,
    Work,
    left_out,
    may_have,
    not_named,
    read_for_page,
    undecided,
    work_of,
)
from luodi.web.cases.queries.tracks import folds, shown_tracks
from luodi.web.cases.signals import case_panels
from luodi.web.cases.views import schedule
from luodi.web.cases.views.course import course_of
from luodi.web.core.agenda import Due
from luodi.web.core.permissions import may, visible
from luodi.web.core.types import AnyUser
from luodi.web.files.models import Scan

#: Acts on the case itself, by what the reader may do and the stage that the case is in.
_BY_STAGE: Final = {Stage.OPERATING: ("claim",), Stage.CLAIMED: ("verify", "reject")}


_SOON: Final = timedelta(days=7)  # as in somebody's day
_HELD: Final = ("issued", "reinstated")  # states of a permit that holds


def frame(user: AnyUser, case: LandingCase, on: date, part: str) -> dict[str, object]:
    """What stands around every part."""
    return {
        "case": case,
        "stages": ORDER,
        "place": ORDER.index(Stage(case.stage)),
        "on": on,
        "shown_part": part,
        "case_parts": (*PARTS, "timeline"),
        "may_work": case.is_open and may(user, "work", case),
        "kinds": proof_kinds(),
    }


def overview(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    """What is next, what is late, what is missing; the rest is behind the links to the other parts."""
    read_for_page(case, FOR_GATES)
    found, work, proofs = passage(case, on), work_of(case, on), _proofs(user, case, on)
    since, acts, dues = since_plan(case, on), _acts(user, case), _dues(user, case, on)
    marks = [*flags(case, on, work, found, proofs, since), *(["overdue"] if any(late for _, late in dues) else ())]
    return {
        **frame(user, case, on, "overview"),
        "passage": found,
        "course": work,
        "tracks": tracks(),
        "acts": acts,
        "says": stage_words()[Stage(case.stage)][1],
        "clocks": _clocks(case, on),
        "left_out": _left_out(case, work, since),
        "flags": marks,
        "dues": dues,
        "since": list(in_words(since, lang)) if since else [],
        "to_do": _to_do(work),
        "asked": [one for one in case.requests.all() if one.state == RequestState.OPEN],
        "wanted": _wanted(case, proofs),
        "proposed": [one for one in _changes(case) if one.state == "proposed"],
        "verdict": case.determination.verdict if case.determination else "",
        "ratings": ratings_of(case),
        "may_reply": may(user, "override", case) and user is not None and user.pk != case.officer_id,
        "letters": open_letters(user, case.pk) if case.is_open and may_have(case, "law_changes") else [],
    }


def steps_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    read_for_page(case, ("steps", "clocks", "authorisations"))
    work = work_of(case, on)
    return {
        **frame(user, case, on, "steps"),
        "course": work,
        "tracks": tracks(),
        **_by_track(work),
        "picture": Markup(schedule.picture(case, work, on, lang)),
        "against": course_of(case, work, on, lang),
        "left_out": _left_out(case, work, since_plan(case, on)),
        "undecided": undecided(case),
    }


def questions_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    read_for_page(case, ("steps", "requests"))
    return {**frame(user, case, on, "questions"), "requests": case.requests.all()}


def papers_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    read_for_page(case, ("steps", "proofs"))
    proofs = _proofs(user, case, on)
    checks = visible(user, case.checks.select_related("by")) if may_have(case, "checks") else ()
    return {
        **frame(user, case, on, "papers"),
        "proofs": proofs,
        "wanted": _wanted(case, proofs),
        "checks": checks,
        "overruled": overrulings(case) if checks else {},
        "twins": _twins(proofs),
    }


def permits_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    read_for_page(case, ("authorisations", "obligations"))
    return {
        **frame(user, case, on, "permits"),
        "authorisations": case.authorisations.all(),
        "soon": _ends_soon(case, on),
        "duties": case.obligations.all(),
    }


def dealings_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    """What the apps above have to show of the case."""
    read_for_page(case, ())
    return {**frame(user, case, on, "dealings"), "panels": list(case_panels.ask(user=user, case=case, on=on))}


def history_part(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    read_for_page(case, ("claims",))
    return {
        **frame(user, case, on, "history"),
        "moves": moves_of(case),
        "changes": _changes(case),
        **_corrections(user, case),
        "claims": case.claims.all(),
        "acts": _acts(user, case),
    }


def _corrections(user: AnyUser, case: LandingCase) -> dict[str, object]:
    """Those of the day of its landing, and what the reader may do: propose one, or decide on another one's."""
    rows = list(case.day_corrections.select_related("by", "decided_by"))
    waiting = next((one for one in rows if one.state == Correcting.PROPOSED), None)
    decides = waiting is not None and user is not None and waiting.by_id != user.pk and may(user, "confirm", waiting)
    corrects = waiting is None and has_day_to_correct(case) and may(user, "work", case)
    return {"corrections": rows, "to_decide": waiting if decides else None, "may_correct": corrects}


#: The parts of the page of a case, in the order of their links, each with what it shows.
PARTS: Final[Mapping[str, Callable[[AnyUser, LandingCase, date, str], dict[str, object]]]] = {
    "overview": overview,
    "steps": steps_part,
    "questions": questions_part,
    "papers": papers_part,
    "permits": permits_part,
    "dealings": dealings_part,
    "history": history_part,
}
#: Where the form of an act stands; those that are not named stand on the overview.
PART_OF: Final = {
    "step": "steps",
    "add_step": "steps",
    "ask": "questions",
    "answer": "questions",
    "withdraw_question": "questions",
    "proof": "papers",
    "withdraw_proof": "papers",
    "check": "papers",
    "authorise": "permits",
    "authorisation": "permits",
    "check_authorisation": "permits",
    "meet": "permits",
    "correct_day": "history",
    "decide_correction": "history",
}


def _by_track(work: Work) -> dict[str, object]:
    return {"side_by_side": shown_tracks(work), "folds": folds(work)}


def _changes(case: LandingCase) -> Iterable[DateChange]:
    return case.date_changes.select_related("by", "decided_by") if may_have(case, "date_changes") else ()


def _to_do(work: Work) -> list[StepShown]:
    """Steps under way, and those that nothing holds up: what runs out first, then along the critical path."""
    found = [one for one in work.rows if one.acts and one.state != "blocked" and not one.row.recurs]
    found = [one for one in found if not (one.row.optional and one.state == "ready")]
    last = date.max
    found.sort(
        key=lambda one: (
            one.reading.due or last if one.reading else last,
            one.row.step not in work.left.path,
            one.row.place,
        )
    )
    return found


def shared(user: AnyUser, case: LandingCase, on: date, lang: str) -> dict[str, object]:
    """What the company sees of its case, on one page."""
    read_for_page(case)
    work, proofs = work_of(case, on), _proofs(user, case, on)
    return {
        **frame(user, case, on, ""),
        "says": stage_words()[Stage(case.stage)][1],
        "course": work,
        "tracks": tracks(),
        **_by_track(work),
        "picture": Markup(schedule.picture(case, work, on, lang)),
        "left_out": _left_out(case, work, None),
        "against": course_of(case, work, on, lang),
        "requests": case.requests.all(),
        "proofs": proofs,
        "wanted": _wanted(case, proofs),
        "duties": case.obligations.all(),
        "authorisations": case.authorisations.all(),
        "soon": _ends_soon(case, on),
        "ratings": ratings_of(case),
        "may_rate": to_be_rated(case) and may(user, "rate", case),
    }


def _acts(user: AnyUser, case: LandingCase) -> tuple[str, ...]:
    """Acts on the case as a whole that fit its stage and the reader."""
    works, stage = may(user, "work", case), Stage(case.stage)
    if not case.is_open:
        return ("reopen",) if works else ()
    of_leaders = _of_leaders(stage) if may(user, "override", case) else ()
    if not works:
        return of_leaders
    moves = _BY_STAGE.get(stage, ("advance",) if stage.next else ())
    back = ("go_back",) if stage in (Stage.SCOPED, Stage.PLANNED, Stage.ESTABLISHING, Stage.OPERATING) else ()
    return (*moves, *of_leaders, *back, "health", "move_date", "assign", "assurance", "describe", "plan", "end")


def _of_leaders(stage: Stage) -> tuple[str, ...]:
    """A move of the expected day is always theirs to decide; a stage that has an act of its own is never overridden."""
    can_pass = stage.next is not None and stage.next not in OWN_ACT
    return ("override", "decide_date") if can_pass else ("decide_date",)


def flags(
    case: LandingCase,
    on: date,
    work: Work,
    found: Passage | None,
    proofs: list[tuple[Proof, bool]],
    since: PlanDifference | None,
) -> Iterator[str]:
    """Computed, never typed: what somebody should look at."""
    if case.end != End.NONE:
        return
    if found is not None and found.missing:
        yield "missing"
    if case.determination is not None and case.determination.state != "standing":
        yield "stale"
    if _left_out(case, work, since):
        yield "left_out"
    if any(row.reading is not None and row.reading.is_over for row in work.rows):
        yield "breached"
    calendar = calendar_of(case.unit)
    last = case.contacted or localdate(case.opened)
    if calendar.working_days_between(last, on) > limits()["contact"]:
        yield "silent"
    there = {proof.proves for proof, holds in proofs if holds}  # where a later one holds, nothing is to be done
    over = (proof for proof, _ in proofs if proof.withdrawn is None and proof.expires and proof.expires < on)
    if any(proof.proves not in there for proof in over):
        yield "expired"
    if any(one.valid_until and one.valid_until < on for one in latest_checks(case).values()):
        yield "check_over"
    if any(proof.withdrawn is None and proof.file.scan == Scan.INFECTED for proof, _ in proofs):
        yield "infected"
    soon = _ends_soon(case, on)
    if any(one.state in _HELD and one.expires and one.expires <= soon for one in rows_of(case, "authorisations")):
        yield "expiring"


def _dues(user: AnyUser, case: LandingCase, on: date) -> list[tuple[Due, bool]]:
    """What was arranged around the case and is late, or due within a week: each with whether it is late."""
    if not case.is_open:
        return []
    return [(one, one.due < late_before_at(one.path, on)) for one in dues_of_case(user, case, on + _SOON)]


def _ends_soon(case: LandingCase, on: date) -> date:
    """What ends by this day ends soon."""
    return calendar_of(case.unit).add_working_days(on, limits()["expiring"])


def _clocks(case: LandingCase, on: date) -> list[tuple[Clock, Reading]]:
    """Those that run, with the nearest last day first."""
    calendar = calendar_of(case.unit)
    running = [(clock, clock.reading(on, calendar)) for clock in case.clocks.all()]
    return sorted(running, key=lambda pair: pair[1].due or date.max)


def _proofs(user: AnyUser, case: LandingCase, on: date) -> list[tuple[Proof, bool]]:
    if not may_have(case, "proofs"):
        return []
    mine = set(visible(user, Proof.objects.filter(case=case)).values_list("pk", flat=True))
    return [(row, counts(row, on)) for row in case.proofs.all() if row.pk in mine]


def _twins(proofs: list[tuple[Proof, bool]]) -> dict[int, list[str]]:
    """By proof, the other kinds that the very same file is said to prove: whoever verifies should look at it."""
    there = [proof for proof, _ in proofs if proof.withdrawn is None]
    kinds: dict[str, set[str]] = {}
    for one in there:
        kinds.setdefault(one.file.sha256, set()).add(one.proves)
    return {one.pk: sorted(kinds[one.file.sha256] - {one.proves}) for one in there}


def _wanted(case: LandingCase, proofs: list[tuple[Proof, bool]]) -> list[ProofKind]:
    """Kinds of proof that a landing still lacks."""
    there = {proof.proves for proof, holds in proofs if holds}
    return [kind for kind in required(rows_of(case, "steps")) if kind.id not in there]


def since_plan(case: LandingCase, on: date) -> PlanDifference | None:
    """What the books say otherwise today than the plan that the case rests on; None while it holds."""
    plan = case.determination
    if plan is None or plan.state == "standing":
        return None
    return between(document_of(plan), plan_of(answers_of(plan), plan.on if plan.has_day else on))


def _left_out(case: LandingCase, work: Work, since: PlanDifference | None) -> list[StepShown]:
    """The steps under way that the plan no longer asks for: today's, where the one of the case does not hold."""
    if case.determination is None:
        return []
    rows = [one.row for one in work.rows]
    gone = left_out(rows, since.after) if since else not_named(rows, named_steps(case.determination))
    keys = {row.pk for row in gone}
    return [one for one in work.rows if one.row.pk in keys]
