"""What differs between two plans: each kind of change, and nothing where nothing changed."""

import json
from copy import deepcopy
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luodi.advice.lines import ask
from luodi.advice.plan_difference import between
from luodi.text import read_yaml

DAY = date(2026, 3, 10)
EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def _plan(name: str, day: date) -> str:
    return json.dumps(ask("advise", {"profile": read_yaml(EXAMPLES / f"{name}.yaml")}, today=day), default=str)


def plan(name: str = "lantern-isle-cloud", day: date = DAY) -> Any:
    return json.loads(_plan(name, day))


def changed(edit: Any) -> list[tuple[str, Any, Any]]:
    before, after = plan(), plan()
    edit(after)
    return [(one.kind, one.was, one.now) for one in between(before, after).changes]


def test_a_plan_that_was_stored_is_the_same_as_one_that_is_made_anew() -> None:
    for path in sorted(EXAMPLES.glob("*.yaml")):
        made = ask("advise", {"profile": read_yaml(path)}, today=DAY)
        assert between(plan(path.stem), made).same


def test_a_day_that_passes_changes_no_time() -> None:
    """Calendar days come to another number of working days on another day, and the law is the same."""
    assert between(plan(), plan(day=DAY + timedelta(days=1))).same


def test_a_time_changes_by_law_or_by_usage() -> None:
    def edit(after: Any) -> None:
        row = next(row for row in after["steps"] if row["id"] == "establishment-registration")
        row["time"]["law"]["days"] = 5

    ((kind, was, now),) = changed(edit)
    assert kind == "time" and (was["law"]["days"], now["law"]["days"]) == (3, 5)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("documents", [{"zh": "章程", "en": "Articles"}], "document"),
        ("fee", {"amount": 70, "currency": "CNY"}, "fee"),
        ("licence", "another", "licence"),
        ("needs", ["another"], "step"),
    ],
)
def test_each_thing_that_a_plan_says_of_a_step(field: str, value: Any, kind: str) -> None:
    def edit(after: Any) -> None:
        after["steps"][0][field] = value

    assert [found[0] for found in changed(edit)] == [kind]


def test_a_step_that_may_be_needed_is_told_when_it_comes_goes_or_is_settled() -> None:
    def edit(after: Any) -> None:
        after["open_steps"].pop(0)

    ((kind, was, now),) = changed(edit)
    assert (kind, was["stands"], now) == ("step", "open", None)


def test_policies_duties_and_the_verdict() -> None:
    def edit(after: Any) -> None:
        after["access"][0]["cap"] = 49
        after["obligations"].pop()
        next(row for row in after["policies"] if row["answer"] == "match")["amount"] = {"max": 5}

    assert [found[0] for found in changed(edit)] == ["verdict", "policy", "duty"]


def test_what_an_older_document_does_not_hold_is_not_compared() -> None:
    before, after = plan(), plan()
    old = deepcopy(before)
    for row in old["steps"]:
        del row["fee"], row["licence"]
    for row in old["obligations"]:
        del row["window"]
    del old["open_steps"]
    assert between(old, after).same
    assert between(before, after).same


def test_the_kinds_are_stored_by_id_beside_what_came_and_went() -> None:
    before, after = plan(), plan()
    gone = after["steps"].pop()
    found = between(before, after)
    assert found.ids["steps_gone"] == [gone["id"]] and gone["id"] in found.ids["kinds"]["step"]
    assert gone["id"] not in [one.id for one in found.other_changes]
