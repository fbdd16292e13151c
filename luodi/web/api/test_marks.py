"""Answers that hold words of the law say that these are translated, as of which day, and that they bind nobody."""

import json
from typing import Any

import pytest

from luodi.advice.answers import Answers
from luodi.documents import wording
from luodi.documents.marks import translation
from luodi.web.accounts.models import Company
from luodi.web.advisor.actions.saved import save_answers
from luodi.web.api.conftest import CLOUD, Program
from luodi.web.api.operations import OPERATIONS, ref
from luodi.web.api.test_cases import CLOUD as PLAN
from luodi.web.api.test_cases import NOW
from luodi.web.api.test_personal import key
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role

pytestmark = pytest.mark.django_db
LAW = (
    "books",
    "books/market-access",
    "books/market-access/rules",
    "books/market-access/rules/p24-b11",
    "requirements",
    "services",
    "places",
    "instruments",
    "instruments/miit-2024-107",
    "search?q=cloud",
    "changes",
    "plan",
)


@pytest.mark.parametrize("path", LAW)
def test_invariant_24_an_answer_about_the_law_says_that_it_is_translated(program: Program, path: str) -> None:
    mark = program.get(f"/api/v1/{path}").json()["translation"]
    assert mark == translation(mark["as_of"]) and mark["binding"] is False
    assert mark["says"] == {lang: wording.translated(mark["as_of"], lang) for lang in ("zh", "en")}
    assert "not binding" in mark["says"]["en"] and "不具约束力" in mark["says"]["zh"]


def test_invariant_24_a_question_is_answered_with_the_day_of_the_texts(program: Program) -> None:
    assert program.ask("access", CLOUD).json()["translation"]["as_of"] == CLOUD["on"]
    line = program.ask("batch/access", '{"service": "B11", "on": "2024-10-22"}', "application/x-ndjson")
    assert json.loads(line.content)["translation"]["as_of"] == "2024-10-22"
    rule = program.get("/api/v1/books/market-access/rules/p24-b11?on=2024-10-23").json()
    assert rule["translation"]["as_of"] == "2024-10-23"


def test_invariant_24_a_kept_plan_and_a_case_say_the_day_of_their_plan(program: Program) -> None:
    anna = person("anna", Role.OFFICER, unit("Here"))
    mine = key(anna)
    saved = save_answers(Answers.of(PLAN), "Cloud", today=NOW.date(), by=anna, at=NOW)
    kept = program.get(f"/api/v1/profiles/{saved.pk}", **mine).json()
    assert kept["translation"]["as_of"] == saved.determination.on.isoformat()
    opened = actions.open_case(Company.objects.create(name_en="Mill"), anna.memberships.get().unit, by=anna, at=NOW)
    case = actions_plan.ask_plan(opened, f"{PLAN}&on=2026-03-10", by=anna, at=NOW)
    assert case.determination is not None
    shown = program.get(f"/api/v1/cases/{case.reference}", **mine).json()
    assert shown["steps"] and shown["translation"] == translation("2026-03-10")


def test_the_document_says_where_the_mark_is() -> None:
    def has(answer: Any) -> bool:
        return any("translation" in part.get("properties", {}) for part in (answer or {}).get("allOf", []))

    named = {name for name, row in OPERATIONS.items() if has(row.answer)}
    assert {"access", "advise", "rule", "search", "changes", "case", "profile", "enquiry"} <= named
    assert OPERATIONS["access"].answer == {"allOf": [ref("AccessAnswer"), OPERATIONS["rule"].answer["allOf"][1]]}
