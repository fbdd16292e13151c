"""Cases over HTTP: what officers may see of them, what is missing, and acts that happen once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from luodi.casework.step_states import StepState
from luodi.text import read_yaml
from luodi.web import demo
from luodi.web.accounts.models import Company, User
from luodi.web.api.conftest import Program
from luodi.web.api.models import KeyScope
from luodi.web.api.test_personal import key
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.conftest import WHOLE
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.queries.facts import passage
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
CLOUD = "investor=SG&service=B11&place=BJ&share=100&entity_type=not_established_yet&operates_website=true"


@pytest.fixture
def anna() -> User:
    return person("anna", Role.OFFICER, unit("Here"))


@pytest.fixture
def case(anna: User) -> LandingCase:
    company = Company.objects.create(name_zh="灯屿云", name_en="Lantern Isle Cloud")
    return actions.open_case(company, anna.memberships.get().unit, by=anna, at=NOW)


def get(program: Program, address: str, who: User) -> Any:
    return program.get(f"/api/v1/{address}", **key(who))


def act(program: Program, case: LandingCase, name: str, who: User, body: Any, **more: Any) -> Any:
    return program.ask(f"cases/{case.reference}/acts/{name}", body, **key(who), **more)


def test_an_officer_lists_the_cases_of_the_unit_and_nobody_else_does(
    program: Program, case: LandingCase, anna: User
) -> None:
    clara = person("clara", Role.OFFICER, unit("Aside"))
    assert [row["reference"] for row in get(program, "cases", anna).json()["cases"]] == [case.reference]
    assert get(program, "cases", clara).json()["cases"] == []
    assert get(program, "cases?state=scoped", anna).json()["cases"] == []
    for address in ("", "/missing"):
        assert get(program, f"cases/{case.reference}{address}", clara).status_code == 404
    assert act(program, case, "health", clara, {"given": {"health": "delayed"}}).status_code == 404


def test_a_key_without_the_scope_of_an_officer_reads_no_case(program: Program, case: LandingCase, anna: User) -> None:
    refused = program.get("/api/v1/cases", **key(anna, KeyScope.READ, KeyScope.ENQUIRE))
    assert refused.status_code == 403


def test_invariant_02_what_is_missing_is_the_same_for_programs_and_pages(
    program: Program, case: LandingCase, anna: User
) -> None:
    from django.utils import timezone

    found = passage(case, timezone.localdate())
    assert found is not None
    assert get(program, f"cases/{case.reference}/missing", anna).json() == found.as_json()
    refused = act(program, case, "advance", anna, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "gate-missing")


def test_one_case_has_its_steps_path_and_flags(program: Program, case: LandingCase, anna: User) -> None:
    actions_plan.ask_plan(case, CLOUD, by=anna, at=NOW)
    found = get(program, f"cases/{case.reference}", anna).json()
    steps = {step["step"]: step for step in found["steps"]}
    assert steps["domain-name-registration"]["state"] == "ready"
    assert set(found["path"]["steps"]) <= set(steps)
    assert "submit" in steps["domain-name-registration"]["acts"]


def test_what_is_left_is_a_range_and_no_day_stands_behind_a_step_that_is_open_in_time(
    program: Program, case: LandingCase, anna: User
) -> None:
    actions_plan.ask_plan(case, CLOUD, by=anna, at=NOW)
    found = get(program, f"cases/{case.reference}", anna).json()
    path, steps = found["path"], {step["step"]: step for step in found["steps"]}
    assert "vats-pilot-approval" in path["open"] and path["max_working_days"] is None
    assert path["finish"]["earliest"] and path["finish"]["latest"] is None
    assert path["known"]["min"] == path["min_working_days"] < path["known"]["max"]
    assert steps["vats-pilot-approval"]["planned_finish"] is None
    assert steps["vats-pilot-approval"]["finish"]["latest"] is None
    assert (
        steps["establishment-registration"]["planned_finish"]
        and steps["establishment-registration"]["finish"]["latest"]
    )


def cases_of_the_demo() -> list[str]:
    """The answers that the cases of the demo rest on."""
    world = read_yaml(Path(demo.__file__).with_name("world.yaml"))
    return sorted({row["answers"] for row in world["cases"]})


@pytest.mark.parametrize("answers", cases_of_the_demo())
def test_no_case_of_the_demo_names_a_day_behind_a_step_that_is_open_in_time(
    program: Program, case: LandingCase, anna: User, answers: str
) -> None:
    actions_plan.ask_plan(case, answers, by=anna, at=NOW)
    found = get(program, f"cases/{case.reference}", anna).json()
    rows = {row.step: row for row in case.steps.all()}
    open_ones = {name for name, row in rows.items() if row.days is None and not row.runs_with and not row.goes_own_pace}
    assert set(found["path"]["open"]) == {n for n in open_ones if not (rows[n].optional or rows[n].recurs)}
    assert (found["path"]["max_working_days"] is None) == bool(found["path"]["open"])
    without = {one["step"] for one in found["steps"] if one["planned_finish"] is None}
    assert without == {one["step"] for one in found["steps"] if one["finish"]["latest"] is None} >= open_ones
    for name, row in rows.items():
        assert name in without or not {*row.needs, row.runs_with} & without


def test_the_path_closes_with_the_last_step_that_is_open_in_time(
    program: Program, case: LandingCase, anna: User
) -> None:
    actions_plan.ask_plan(case, WHOLE, by=anna, at=NOW)
    CaseStep.objects.filter(case=case, days=None).update(state=StepState.GRANTED)
    found = get(program, f"cases/{case.reference}", anna).json()
    path, steps = found["path"], {step["step"]: step for step in found["steps"]}
    assert path["open"] == [] and path["max_working_days"] == path["known"]["max"] and path["finish"]["latest"]
    assert steps["vats-pilot-approval"]["finish"] is None and steps["vats-pilot-approval"]["planned_finish"] is None


def test_an_act_takes_the_version_and_is_refused_on_what_has_moved(
    program: Program, case: LandingCase, anna: User
) -> None:
    body = {"version": 1, "given": {"health": "delayed", "reason": "customs"}}
    assert act(program, case, "health", anna, body).json()["version"] == 2
    refused = act(program, case, "health", anna, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "moved-on")


def test_invariant_20_the_same_request_has_one_effect(program: Program, case: LandingCase, anna: User) -> None:
    body = {"given": {"health": "delayed", "reason": "customs"}}
    held = key(anna)
    answers = [
        program.ask(
            f"cases/{case.reference}/acts/health", body, **held, HTTP_IDEMPOTENCY_KEY="4be1b5d1-0a3f-4a29-8a52-1"
        )
        for _ in range(2)
    ]
    assert [answer.json()["version"] for answer in answers] == [2, 2]
    case.refresh_from_db()
    assert case.version == 2


def test_an_act_on_a_step_names_its_row(program: Program, case: LandingCase, anna: User) -> None:
    actions_plan.ask_plan(case, CLOUD, by=anna, at=NOW)
    step = case.steps.get(step="domain-name-registration")
    assert act(program, case, "step", anna, {"given": {"act": "submit"}}).json()["code"] == "missing-key"
    assert act(program, case, "step", anna, {"row": step.pk, "given": {"act": "submit"}}).status_code == 200
    step.refresh_from_db()
    assert step.state == "submitted"


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("dance", {}, 404, "no-such-address"),
        ("proof", {}, 404, "no-such-address"),
        ("health", {"given": {"healthy": True}}, 422, "unknown-key"),
        ("health", {"given": {"health": "splendid"}}, 422, "unknown-value"),
        ("health", {"given": {"health": "delayed"}}, 422, "missing-key"),
        ("health", {"given": {"health": ["delayed"]}}, 422, "unknown-value"),
        ("health", {"version": "new", "given": {}}, 422, "out-of-range"),
        ("step", {"row": 10**30, "given": {}}, 422, "unknown-value"),
        ("verify", {}, 409, "not-now"),
    ],
)
def test_what_cannot_be_done_is_a_problem_with_a_code(
    program: Program, case: LandingCase, anna: User, name: str, body: Any, status: int, code: str
) -> None:
    refused = act(program, case, name, anna, body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
