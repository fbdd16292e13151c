"""Observed times over HTTP: beside the steps of a plan, in a list of their own, and with the cases behind them."""

from typing import Any

import pytest

from luodi.web.advisor.models import ObservedTime
from luodi.web.api import graphs
from luodi.web.api.conftest import Program
from luodi.web.api.test_personal import key
from luodi.web.cases.actions.observed import count_times
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.cases.test_observed import OFFICE, decided
from luodi.web.mcp import tools

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
STEP = "vats-pilot-approval"
PROFILE = {"investor": {"country": "DE"}, "plans": [{"service": "B11", "place": "BJ", "share": 100}]}


def observed_in(plan: Any) -> Any:
    rows = (*plan["steps"], *plan["open_steps"])
    return next(row["time"]["observed"] for row in rows if row["id"] == STEP)


def office_of(plan: Any) -> dict[str, str]:
    return next(row["authority"] for row in plan["steps"] if row["id"] == STEP)


@pytest.mark.parametrize("n", [9, 10])
def test_api_and_tools_show_the_same_beside_the_steps_of_a_plan(n: int, program: Program, bench: Bench) -> None:
    question = {"profile": PROFILE, "on": TODAY.isoformat()}
    bare = program.ask("advise", question).json()
    assert observed_in(bare) is None
    decided(bench.here, bench.company, n, step=STEP, authority=office_of(bare))
    count_times(NOW)
    answers = [program.ask("advise", question).json(), tools.answer("advise", question, today=TODAY)]
    for found in (observed_in(one) for one in answers):
        assert found == (None if n < 10 else {**found, "n": 10, "last": "2026-03-10", "first": "2025-03-11"})
    before = program.ask("advise", {**question, "on": "2026-03-09"}).json()
    assert observed_in(before) is None


def test_an_assistant_without_a_site_has_the_books_alone(monkeypatch: Any) -> None:
    monkeypatch.setattr(graphs.apps, "ready", False)
    assert graphs._observed(TODAY).rows == ()


def test_a_list_for_officers_and_the_cases_that_each_may_see(program: Program, bench: Bench) -> None:
    decided(bench.here, bench.company, 8), decided(bench.aside, bench.other, 3)
    decided(bench.here, bench.company, 9, step="icp-filing")
    count_times(NOW)
    found = program.get("/api/v1/observed-times", **key(bench.anna)).json()["observed_times"]
    assert [(one["step"], one["observed"]["n"], one["office"]) for one in found] == [
        ("establishment-registration", 11, OFFICE)
    ]
    assert found[0]["usual"]["unit"] == "working_days"
    path = f"/api/v1/observed-times/{found[0]['number']}/cases"
    for who, n in ((bench.anna, 8), (bench.clara, 3), (bench.lee, 11)):
        cases = program.get(path, **key(who)).json()["cases"]
        assert len(cases) == n and {one["state"] for one in cases} == {"granted"}
        assert all(one["waited_working_days"] == 0 and one["working_days"] >= 10 for one in cases)


def test_neither_few_nor_strangers_are_answered(program: Program, bench: Bench) -> None:
    decided(bench.here, bench.company, 9)
    count_times(NOW)
    row = ObservedTime.objects.get()
    assert program.get(f"/api/v1/observed-times/{row.pk}/cases", **key(bench.anna)).status_code == 404
    assert program.get("/api/v1/observed-times", **key(bench.mei)).json()["observed_times"] == []
