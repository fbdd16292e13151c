"""The plan of a case: taken from a determination, its steps and duties with it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localdate

from luodi.casework.book import track_of
from luodi.casework.step_states import StepState
from luodi.dates import parse_day
from luodi.errors import DuplicateKey, MissingKey, UnknownValue
from luodi.rules.library import load_book
from luodi.web.accounts.models import User
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.determinations import answers_of, determine, document_of
from luodi.web.advisor.models import Determination
from luodi.web.cases import telling
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions import must_be_open
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import CaseStep, LandingCase, Obligation
from luodi.web.journal.actions import write

Doc = Mapping[str, Any]


def take_plan(
    case: LandingCase, determination: Determination, *, by: User | None, at: datetime, key: str = "",
    version: int | None = None,
) -> LandingCase:  # fmt: skip
    """Rest the case on a plan: its steps are made, those that are under way stay as they are, and those that the plan
    no longer names are not needed any more. Of the latter, those that were handed in keep their state: the company is
    told, and the officer decides. Raises `MissingKey` for a plan without steps."""

    return _take(case, lambda _: determination, by, at, key, version)


def _take(
    case: LandingCase, plan_for: Callable[[LandingCase], Determination], by: User | None, at: datetime, key: str,
    version: int | None,
) -> LandingCase:  # fmt: skip
    """The plan is asked for once the act is permitted and new: a refusal or a second click stores no determination."""

    def change(row: LandingCase) -> dict[str, Any]:
        must_be_open(row)
        determination = plan_for(row)
        plan = document_of(determination)
        if not plan["steps"]:
            raise MissingKey("this plan has no steps, so there is nothing to work on", at="plan")
        _steps(row, plan, by, at)
        _tell_left_out(row, plan, determination, by, at)
        _duties(row, plan)
        return {"determination": determination, **_planned(determination)}

    return perform(case, "take_plan", change, by=by, at=at, key=key, version=version, permit="work")


def ask_plan(
    case: LandingCase, query: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Ask the books with the answers of an address, and rest the case on what they say today."""
    return _take(case, lambda row: _asked(row, query, at), by, at, key, version)


def _asked(case: LandingCase, query: str, at: datetime) -> Determination:
    return determine(Answers.of(query), localdate(at), at=at, replaces=case.determination)


def renew_plan(
    case: LandingCase, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """The same answers, asked again today. Raises `MissingKey` for a case without a plan."""

    def plan_for(row: LandingCase) -> Determination:
        if row.determination is None:
            raise MissingKey("this case rests on no plan yet", at="plan")
        return _asked(row, answers_of(row.determination).query(), at)

    return _take(case, plan_for, by, at, key, version)


def undecided(case: LandingCase) -> list[Doc]:
    """Steps of the plan that depend on facts nobody has given, and that the case has not taken in: each as the plan
    has it, with `missing`."""
    if case.determination is None:
        return []
    there = {row.step for row in case.steps.all()}
    return [row for row in document_of(case.determination)["open_steps"] if row["id"] not in there]


def add_step(case: LandingCase, name: str, *, by: User | None, at: datetime, key: str = "") -> CaseStep:
    """Take in a step that the plan leaves open. Raises `UnknownValue` for one that it does not name, `DuplicateKey` for
    one that is there."""

    def make() -> CaseStep:
        must_be_open(case)
        if case.steps.filter(step=name).exists():
            raise DuplicateKey("the case has this step already", at="step")
        row = next((row for row in undecided(case) if row["id"] == name), None)
        if row is None:
            raise UnknownValue(f"the plan of this case leaves no step `{name}` open", at="step")
        fields = _by_hand(case, row, at)
        return CaseStep.objects.create(case=case, step=name, **fields, **_first(fields))

    return add(CaseStep, make, "add", by=by, at=at, key=key, permit="work")


def _by_hand(case: LandingCase, row: Doc, at: datetime) -> dict[str, Any]:
    start, finish = row["earliest_start"], row["earliest_finish"]
    gives = load_book("landing-steps").rule(row["id"]).gives
    calendar, day = calendar_of(case.unit), localdate(at)
    timed = finish > start
    planned = [calendar.add_working_days(day, offset) for offset in (start, finish)]
    return {
        "place": case.steps.count(), "track": track_of(row["id"], row["domain"]), "title": row["title"],
        "authority": row["authority"], "documents": [dict(one) for one in gives.get("documents") or ()],
        "basis": row["basis"], "needs": list(gives.get("depends_on") or ()), "days": finish - start if timed else None,
        "basis_of_days": {}, "optional": row["obligation"] == "optional", "changed": at,
        "planned_start": planned[0], "planned_finish": planned[1],
    }  # fmt: skip


def _planned(determination: Determination) -> dict[str, Any]:
    """What the answers say of services, place and share, as the case keeps it."""
    given = answers_of(determination)
    place, share = (_sure(given.given.get(name, "")) for name in ("place", "share"))
    plans = [{"service": service, "place": place or None, "share": share or None} for service in given.services]
    return {name: value for name, value in (("plans", plans), ("place", place)) if value}


def _sure(text: str) -> str:
    return "" if text == "~" else text


def _steps(case: LandingCase, plan: Doc, by: User | None, at: datetime) -> None:
    there = {step.step: step for step in case.steps.select_for_update()}
    duties = {row["id"] for row in plan["obligations"]}
    for place, row in enumerate(plan["steps"]):
        fields = _fields(row, duties, place, at)
        step = there.pop(row["id"], None)
        if step is None:
            CaseStep.objects.create(case=case, step=row["id"], **fields, **_first(fields))
            continue
        if step.state == StepState.NOT_NEEDED and step.reason == _DROPPED:
            fields |= {"state": StepState.OPEN, "reason": ""}
        _set(step, fields)
    for step in there.values():
        if step.state == StepState.OPEN:
            _set(step, {"state": StepState.NOT_NEEDED, "reason": _DROPPED, "changed": at})
            write("drop", step, by=by, after={"state": step.state}, reason=_DROPPED, at=at)


def left_out(rows: Iterable[CaseStep], plan: Doc) -> list[CaseStep]:
    """The steps under way that a plan does not name: their state stays, and the officer decides on them."""
    return not_named(rows, {row["id"] for row in (*plan["steps"], *plan["open_steps"])})


def not_named(rows: Iterable[CaseStep], named: Collection[str]) -> list[CaseStep]:
    return [row for row in rows if row.state in UNDER_WAY and row.step not in named]


def _tell_left_out(case: LandingCase, plan: Doc, determination: Determination, by: User | None, at: datetime) -> None:
    for step in left_out(case.steps.all(), plan):
        telling.company(case, "case_left_out", step, f"plan {determination.pk}", at=at, what=dict(step.title))
        write("leave_out", step, by=by, after={"state": step.state, "plan": determination.pk}, at=at)


#: Handed in, and not decided yet.
UNDER_WAY: Final = (StepState.SUBMITTED, StepState.QUESTION)
_DROPPED = "方案不再要求此步骤 / the plan no longer asks for it"


def _first(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the days that a step was planned for when the case took it in."""
    return {"first_start": fields["planned_start"], "first_finish": fields["planned_finish"]}


def _set(step: CaseStep, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(step, name, value)
    step.version += 1
    step.save(update_fields=[*fields, "version"])


def _fields(row: Doc, duties: set[str], place: int, at: datetime) -> dict[str, Any]:
    return {
        "place": place, "track": track_of(row["id"], row["domain"]), "title": row["title"],
        "authority": row["authority"], "documents": row["documents"], "basis": row["basis"], "needs": row["needs"],
        "runs_with": row["runs_with"] or "", "days": row["working_days"], "basis_of_days": row["basis_of_days"],
        "optional": row["obligation"] == "optional", "recurs": row["id"] in duties and not row["runs_with"],
        "planned_start": parse_day(row["starts_on"]), "planned_finish": parse_day(row["finishes_on"]), "changed": at,
    }  # fmt: skip


def _duties(case: LandingCase, plan: Doc) -> None:
    for row in plan["obligations"]:
        when = row["deadline"][0]["text"] if row["deadline"] else row["every"]["text"]
        fields = {"title": row["title"], "every": row["every"]["id"], "when": when, "basis": row["basis"]}
        due = parse_day(row["next_due"]) if row["next_due"] else None
        made, new = Obligation.objects.get_or_create(case=case, step=row["id"], defaults={**fields, "due": due})
        if not new:
            Obligation.objects.filter(pk=made.pk).update(**fields)
