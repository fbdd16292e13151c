"""Cases as the API shows them."""

from datetime import date

from luodi.documents.marks import marked
from luodi.web.accounts.models import User
from luodi.web.api.endpoints import Document
from luodi.web.api.values import day_or_none, fields, moment, named
from luodi.web.cases.models import Authorisation, HandlingRating, LandingCase
from luodi.web.cases.queries.evidence import shown_by
from luodi.web.cases.queries.facts import counts, passage
from luodi.web.cases.queries.promises import promise_of
from luodi.web.cases.queries.ratings import ratings_of
from luodi.web.cases.queries.steps import Ends, StepShown, Work, work_of
from luodi.web.cases.views import case_page
from luodi.web.core.permissions import visible


def row(case: LandingCase) -> Document:
    money = case.money
    return {
        "reference": case.reference,
        "version": case.version,
        "company": named(case.company),
        "unit": named(case.unit),
        "stage": case.stage,
        "health": case.health,
        "end": case.end,
        "place": case.place or None,
        "plans": case.plans,
        "opened": moment(case.opened),
        "estimated": day_or_none(case.estimated),
        "actual": day_or_none(case.actual),
        "money": money and {**fields(money, "amount currency kind as_of"), "actual": money.is_actual},
    }


def whole(case: LandingCase, user: User, on: date) -> Document:
    """With its steps, clocks, questions and proofs; as far as the user may see them."""
    work = work_of(case, on)
    stood = case.determination.on if case.determination else None  # the day of the texts that its steps come from
    records = shown_by(case)
    proofs = [
        (proof, counts(proof, on)) for proof in visible(user, case.proofs.select_related("file", "by", "judged_by"))
    ]
    flags = case_page.flags(case, on, work, passage(case, on), proofs, case_page.since_plan(case, on))
    return marked(
        {
            **row(case),
            "tracks": {name: state.value for name, state in work.tracks.items()},
            "flags": list(flags),
            "path": _path(work),
            "promised": _promised(case, work),
            "steps": [{**_step(one, work), **_record(one, records)} for one in work.rows],
            "questions": [
                {**fields(one, "id version state question due"), "fact": one.fact or None, "answer": one.answer or None}
                for one in visible(user, case.requests.all())
            ],
            "proofs": [
                {
                    **fields(one, "id version proves expires verdict"),
                    "holds": holds,
                    "sha256": one.file.sha256,
                    "ground": one.ground or None,
                    "judged": one.judged and moment(one.judged),
                    "judged_by": str(one.judged_by) if one.judged_by else None,
                    "replaces": one.replaces_id,
                }
                for one, holds in proofs
            ],
            "duties": [fields(one, "id version step title due done") for one in visible(user, case.obligations.all())],
            "authorisations": [
                {
                    **fields(one, "id version kind state checked issued expires"),
                    "number": one.number or None,
                    "issuer": one.issuer or None,
                    "proof": one.proof_id,
                }
                for one in visible(user, case.authorisations.all())
            ],
            "ratings": [_rating(one) for one in ratings_of(case)],
            "days_moved": [
                fields(one, "id version state old new reason") for one in visible(user, case.date_changes.all())
            ],
            "landing_days_corrected": [
                fields(one, "id version state old new reason") for one in visible(user, case.day_corrections.all())
            ],
            "claims": [
                {**fields(one, "day state"), "reason": one.reason or None} for one in visible(user, case.claims.all())
            ],
        },
        stood,
    )


def _rating(one: HandlingRating) -> Document:
    return {
        **fields(one, "id version occasion rating due"),
        "words": one.rating_words or None,
        "at": moment(one.at),
        "reply": one.reply or None,
    }


def _path(work: Work) -> Document:
    """What is left as the plan has its duration: the most and the last day are null where a step is open in time."""
    left = work.left
    return {
        "steps": list(left.path),
        "min_working_days": left.least,
        "max_working_days": None if left.is_open else left.days,
        "open": list(left.untimed),
        "known": {"min": left.least, "max": left.days},
        "unsettled": [
            {"id": row.id, "title": {"zh": row.title.zh, "en": row.title.en}, "missing": list(row.missing)}
            for row in work.unsettled.steps
        ],
        "finish": _ends(work.ends),
    }


def _promised(case: LandingCase, work: Work) -> Document | None:
    """The day that was promised, and how what is left stands to it; None where none was."""
    found = promise_of(case, work)
    if found is None:
        return None
    return {"day": found.day.isoformat(), "stands": found.stands.value, "working_days": found.days}


def _step(one: StepShown, work: Work) -> Document:
    row, planned, ends = one.row, one.row.step not in work.unplanned, work.ends_of(one.row.step)
    return {
        **fields(row, "id version step track title"),
        "state": one.state,
        "waits_for": list(one.waits_for),
        "clock": one.reading.as_json() if one.reading else None,
        "acts": [act.value for act in one.acts],
        "finish": ends and _ends(ends),
        "planned_finish": day_or_none(row.planned_finish) if planned else None,
        "first_finish": day_or_none(row.first_finish) if planned else None,
        "decided": day_or_none(row.decided),
    }


def _record(one: StepShown, records: dict[str, Authorisation | None]) -> Document:
    """`record` is the authorisation by which it was granted; `no_record` that there should be one."""
    record = records.get(one.row.step)
    return {"record": record.pk if record else None, "no_record": one.row.step in records and record is None}


def _ends(ends: Ends) -> dict[str, str | None]:
    return {"earliest": ends.earliest.isoformat(), "latest": day_or_none(ends.latest)}
