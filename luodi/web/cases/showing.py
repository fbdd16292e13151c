"""What the page of a case shows, for officers and for the company: the same reading, less for the company."""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from typing import Any, Final

from django.utils.timezone import localdate
from markupsafe import Markup

from luodi.casework.book import limits, proof_kinds, stage_words, tracks
from luodi.casework.gates import Passage
from luodi.casework.stages import ORDER, End, Stage
from luodi.casework.step_states import StepState
from luodi.documents.gantt import schedule_svg
from luodi.web.accounts.access import may, visible
from luodi.web.advisor.determinations import answers_of, document_of
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.result import Since, between, plan_of
from luodi.web.cases.actions_plan import left_out, undecided
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.course import course_of
from luodi.web.cases.facts import counts, held, passage, required
from luodi.web.cases.models import Clock, LandingCase, Proof
from luodi.web.cases.queries_steps import Work, has, read_for_page, work_of

Doc = Mapping[str, Any]
#: Acts on the case itself, by what the reader may do and the stage that the case is in.
_BY_STAGE: Final = {Stage.OPERATING: ("claim",), Stage.CLAIMED: ("verify", "reject")}


_HELD: Final = ("issued", "reinstated")  # states of a permit that holds


def whole(user: Any, case: LandingCase, on: date, lang: str) -> dict[str, Any]:
    """Everything of a case for an officer or leader."""
    read_for_page(case)
    found = passage(case, on)
    work = work_of(case, on)
    proofs = _proofs(user, case, on)
    found_since = since_plan(case, on)
    return {
        **shared(user, case, on, lang, work, proofs, found_since), "passage": found,
        "flags": list(flags(case, on, work, found, proofs, found_since)),
        "changes": case.date_changes.select_related("by", "decided_by") if has(case, "date_changes") else (),
        "claims": case.claims.all(),
        "checks": visible(user, case.checks.all()) if has(case, "checks") else (), "undecided": undecided(case),
        "since": list(in_words(found_since, lang)) if found_since else [],
        "acts": _acts(user, case), "verdict": case.determination.verdict if case.determination else "",
    }  # fmt: skip


def shared(
    user: Any,
    case: LandingCase,
    on: date,
    lang: str,
    work: Work | None = None,
    proofs: list[Any] | None = None,
    since: Since | None = None,
) -> dict[str, Any]:
    """What the company sees of its case too."""
    if work is None:
        read_for_page(case)
        work = work_of(case, on)
    proofs = _proofs(user, case, on) if proofs is None else proofs
    place = ORDER.index(Stage(case.stage))
    return {
        "case": case, "stages": ORDER, "place": place, "on": on, "says": stage_words()[Stage(case.stage)][1],
        "course": work, "tracks": tracks(), "clocks": _clocks(case, on), "picture": picture(case, work, on, lang),
        "left_out": _left_out(case, work, since), "against": course_of(case, work, on, lang),
        "requests": case.requests.all(),
        "proofs": proofs, "kinds": proof_kinds(), "wanted": _wanted(case, proofs),
        "authorisations": case.authorisations.all(), "duties": case.obligations.all(),
        "may_work": case.is_open and may(user, "work", case),
    }  # fmt: skip


def _acts(user: Any, case: LandingCase) -> tuple[str, ...]:
    """Acts on the case as a whole that fit its stage and the reader."""
    if not may(user, "work", case):
        return ("override",) if case.is_open and may(user, "override", case) else ()
    if not case.is_open:
        return ("reopen",)
    stage = Stage(case.stage)
    moves = _BY_STAGE.get(stage, ("advance",) if stage.next else ())
    back = ("go_back",) if stage in (Stage.SCOPED, Stage.PLANNED, Stage.ESTABLISHING, Stage.OPERATING) else ()
    return (*moves, *back, "health", "move_date", "assign", "assurance", "describe", "plan", "end")


def flags(
    case: LandingCase,
    on: date,
    work: Work,
    found: Passage | None,
    proofs: list[tuple[Proof, bool]],
    since: Since | None,
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
    if any(proof.withdrawn is None and proof.expires and proof.expires < on for proof, _ in proofs):
        yield "expired"
    soon = calendar.add_working_days(on, limits()["expiring"])
    if any(one.state in _HELD and one.expires and one.expires <= soon for one in held(case, "authorisations")):
        yield "expiring"


def _clocks(case: LandingCase, on: date) -> list[tuple[Clock, Any]]:
    calendar = calendar_of(case.unit)
    return [(clock, clock.reading(on, calendar)) for clock in case.running]


def _proofs(user: Any, case: LandingCase, on: date) -> list[tuple[Proof, bool]]:
    if not has(case, "proofs"):
        return []
    mine = set(visible(user, Proof.objects.filter(case=case)).values_list("pk", flat=True))
    return [(row, counts(row, on)) for row in case.proofs.all() if row.pk in mine]


def _wanted(case: LandingCase, proofs: list[tuple[Proof, bool]]) -> list[Any]:
    """Kinds of proof that a landing still lacks."""
    there = {proof.proves for proof, holds in proofs if holds}
    return [kind for kind in required(held(case, "steps")) if kind.id not in there]


def since_plan(case: LandingCase, on: date) -> Since | None:
    """What the books say otherwise today than the plan that the case rests on; None while it holds."""
    plan = case.determination
    if plan is None or plan.state == "standing":
        return None
    return between(document_of(plan), plan_of(answers_of(plan), plan.on if plan.has_day else on))


def _left_out(case: LandingCase, work: Work, since: Since | None) -> list[Any]:
    """The steps under way that the plan no longer asks for: today's, where the one of the case does not hold."""
    if case.determination is None:
        return []
    plan = since.after if since is not None else document_of(case.determination)
    gone = {row.pk for row in left_out((one.row for one in work.rows), plan)}
    return [one for one in work.rows if one.row.pk in gone]


# ---- the picture of what is left


def picture(case: LandingCase, work: Work, on: date, lang: str) -> Markup:
    """The schedule of what is left from today on, drawn as the plan's own; nothing where nothing is left."""
    plan = left_plan(case, work, on)
    return Markup(schedule_svg(plan, lang, part="needed", prefix="left") if plan else "")


def left_plan(case: LandingCase, work: Work, on: date) -> Doc | None:
    """What is left, as a plan that begins on a day; None where nothing is left but duties that recur."""
    ahead = [shown.row for shown in work.rows if shown.row.step in work.left.slots and not shown.row.recurs]
    if case.determination is None or not ahead:
        return None
    plan = dict(document_of(case.determination))
    rows = {row["id"]: row for row in plan["steps"]}
    return plan | {
        "on": on.isoformat(), "open_steps": [], "critical_path": list(work.left.path),
        "steps": [_drawn(row, rows.get(row.step), work) for row in ahead],
        "totals": {**plan["totals"], "working_days_critical": work.left.days},
    }  # fmt: skip


def _drawn(row: Any, planned: Doc | None, work: Work) -> dict[str, Any]:
    slot = work.left.slots[row.step]
    step = copy(dict(planned)) if planned else {"id": row.step, "title": row.title, "limits": [], "runs_with": None}
    runs = row.state in (StepState.SUBMITTED, StepState.QUESTION)
    return step | {
        "obligation": "optional" if row.optional else "mandatory",
        "working_days": slot.finish - slot.start if runs or row.days is not None else None,
        "earliest_start": slot.start, "earliest_finish": slot.finish, "slack_days": slot.slack or 0,
        "critical": slot.critical,
    }  # fmt: skip
