"""Cases as the API shows them."""

from datetime import date

from luodi.calendar import WorkingCalendar
from luodi.casework.steps import Remaining
from luodi.documents.marks import marked
from luodi.web.accounts.models import User
from luodi.web.api.endpoints import Document
from luodi.web.api.values import moment
from luodi.web.cases.models import Authorisation, DateChange, InfoRequest, LandingCase, Obligation, Proof
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.evidence import shown_by
from luodi.web.cases.queries.facts import counts, passage
from luodi.web.cases.queries.steps import StepShown, Work, work_of
from luodi.web.cases.views import case_page
from luodi.web.core.permissions import visible


def row(case: LandingCase) -> Document:
    money = case.money
    return {
        "reference": case.reference,
        "version": case.version,
        "company": {"id": case.company_id, "name": {"zh": case.company.name_zh, "en": case.company.name_en}},
        "unit": {"id": case.unit_id, "name": {"zh": case.unit.name_zh, "en": case.unit.name_en}},
        "stage": case.stage,
        "health": case.health,
        "end": case.end,
        "place": case.place or None,
        "plans": case.plans,
        "opened": moment(case.opened),
        "estimated": _day(case.estimated),
        "actual": _day(case.actual),
        "money": money
        and {
            "amount": money.amount,
            "currency": money.currency,
            "kind": money.kind,
            "as_of": _day(money.as_of),
            "actual": money.is_actual,
        },
    }


def whole(case: LandingCase, user: User, on: date) -> Document:
    """With its steps, clocks, questions and proofs; as far as the user may see them."""
    work = work_of(case, on)
    stood = case.determination.on if case.determination else None  # the day of the texts that its steps come from
    records = shown_by(case)
    proofs = [(proof, counts(proof, on)) for proof in visible(user, case.proofs.select_related("file", "by"))]
    flags = case_page.flags(case, on, work, passage(case, on), proofs, case_page.since_plan(case, on))
    return marked(
        {
            **row(case),
            "tracks": {name: state.value for name, state in work.tracks.items()},
            "flags": list(flags),
            "path": _path(work),
            "steps": [{**_step(one, work, calendar_of(case.unit), on), **_record(one, records)} for one in work.rows],
            "questions": [_question(one) for one in visible(user, case.requests.all())],
            "proofs": [_proof(proof, holds) for proof, holds in proofs],
            "duties": [_duty(one) for one in visible(user, case.obligations.all())],
            "authorisations": [_authorisation(one) for one in visible(user, case.authorisations.all())],
            "days_moved": [_moved(one) for one in visible(user, case.date_changes.all())],
            "claims": [
                {"day": _day(one.day), "state": one.state, "reason": one.reason or None}
                for one in visible(user, case.claims.all())
            ],
        },
        stood,
    )


def _question(one: InfoRequest) -> Document:
    return {
        "id": one.pk,
        "version": one.version,
        "state": one.state,
        "question": one.question,
        "answer": one.answer or None,
        "due": _day(one.due),
    }


def _proof(one: Proof, holds: bool) -> Document:
    return {
        "id": one.pk,
        "version": one.version,
        "proves": one.proves,
        "holds": holds,
        "expires": _day(one.expires),
        "sha256": one.file.sha256,
    }


def _duty(one: Obligation) -> Document:
    return {
        "id": one.pk,
        "version": one.version,
        "step": one.step,
        "title": one.title,
        "due": _day(one.due),
        "done": _day(one.done),
    }


def _authorisation(one: Authorisation) -> Document:
    return {
        "id": one.pk,
        "version": one.version,
        "kind": one.kind,
        "number": one.number or None,
        "issuer": one.issuer or None,
        "proof": one.proof_id,
        "checked": moment(one.checked) if one.checked else None,
        "state": one.state,
        "issued": _day(one.issued),
        "expires": _day(one.expires),
    }


def _moved(one: DateChange) -> Document:
    return {
        "id": one.pk,
        "version": one.version,
        "state": one.state,
        "old": _day(one.old),
        "new": _day(one.new),
        "reason": one.reason,
    }


def _path(work: Work) -> Document:
    """What is left as the plan has its duration: the most and the last day are null where a step is open in time."""
    left = work.left
    is_open = bool(left.untimed)
    return {
        "steps": list(left.path),
        "min_working_days": left.least,
        "max_working_days": None if is_open else left.days,
        "open": list(left.untimed),
        "known": {"min": left.least, "max": left.days},
        "finish": {"earliest": work.soonest.isoformat(), "latest": None if is_open else work.finish.isoformat()},
    }


def _step(one: StepShown, work: Work, calendar: WorkingCalendar, on: date) -> Document:
    row, planned = one.row, one.row.step not in work.unplanned
    return {
        "id": row.pk,
        "version": row.version,
        "step": row.step,
        "track": row.track,
        "title": row.title,
        "state": one.state,
        "waits_for": list(one.waits_for),
        "clock": one.reading.as_json() if one.reading else None,
        "acts": [act.value for act in one.acts],
        "finish": _finish(row.step, work.left, calendar, on),
        "planned_finish": _day(row.planned_finish) if planned else None,
        "first_finish": _day(row.first_finish) if planned else None,
        "decided": _day(row.decided),
    }


def _record(one: StepShown, records: dict[str, Authorisation | None]) -> Document:
    """`record` is the authorisation by which it was granted; `no_record` that there should be one."""
    record = records.get(one.row.step)
    return {"record": record.pk if record else None, "no_record": one.row.step in records and record is None}


def _finish(step: str, left: Remaining, calendar: WorkingCalendar, on: date) -> dict[str, str | None] | None:
    """When it can be done, reckoned from today; None for a step that is over."""
    if step not in left.slots:
        return None
    latest = None if step in left.open_ends else left.slots[step].finish
    return {
        "earliest": calendar.add_working_days(on, left.soonest[step].finish).isoformat(),
        "latest": None if latest is None else calendar.add_working_days(on, latest).isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
