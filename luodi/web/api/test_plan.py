"""The action plan over HTTP: the plan for anybody; claims, checks and editions for officers and leaders, once each."""

from typing import Any

import pytest

from luodi.web.accounts.models import User
from luodi.web.api.conftest import Program
from luodi.web.api.models import KeyScope
from luodi.web.api.test_personal import key
from luodi.web.cases.conftest import bench, proof_files
from luodi.web.scorecard.conftest import TODAY, Town, town
from luodi.web.scorecard.models import Contribution

__all__ = ["bench", "proof_files", "town"]
pytestmark = pytest.mark.django_db


def get(program: Program, address: str, who: User) -> Any:
    return program.get(f"/api/v1/{address}", **key(who))


def test_the_plan_is_public_and_has_no_completion(program: Program) -> None:
    found = program.get("/api/v1/plan").json()
    assert found["completion"] is None and "No public evaluation" in found["completion_note"]["en"]
    assert [goal["indicator"]["target"] for goal in found["goals"]] == [None, 1, 10]
    assert program.get("/api/v1/indicators").status_code == 401


def test_a_claim_is_made_checked_and_counted_and_each_request_once(program: Program, town: Town) -> None:
    town.indicator()
    anna, cora, lee, clara = town.bench.anna, town.cora, town.bench.lee, town.bench.clara
    wrong = program.ask("indicators/projects/claim", {"thing": "LD-2026-0009"}, **key(anna))
    assert wrong.status_code == 422 and town.case.reference in wrong.json()["detail"]
    named = {**key(anna), "HTTP_IDEMPOTENCY_KEY": "one"}
    made = program.ask("indicators/projects/claim", {"thing": town.case.reference}, **named)
    again = program.ask("indicators/projects/claim", {"thing": town.case.reference}, **named)
    assert (made.status_code, again.json()) == (201, made.json())
    reference = Contribution.objects.get().reference
    acts = f"contributions/{reference}/acts"
    own = program.ask(f"{acts}/check", {}, **key(anna))
    assert (own.status_code, own.json()["code"]) == (409, "own-work")
    assert program.ask(f"{acts}/check", {}, **key(clara)).status_code == 404
    assert program.ask(f"{acts}/check", {"version": 1}, **key(cora)).json()["state"] == "checking"
    stale = program.ask(f"{acts}/count", {"version": 1}, **key(cora))
    assert (stale.status_code, stale.json()["code"]) == (409, "moved-on")
    assert program.ask(f"{acts}/reject", {"version": 2}, **key(cora)).json()["code"] == "missing-key"
    assert program.ask(f"{acts}/count", {"version": 2}, **key(cora)).json()["state"] == "counted"
    row = get(program, "indicators/projects", lee).json()
    assert (row["counted"], row["gap"], row["whole"], row["definitions"][0]["target"]) == (1, 9, True, 10)
    part = get(program, "indicators", clara).json()["indicators"][0]
    assert (part["counted"], part["gap"], part["attainment"]) == (0, None, None)
    assert get(program, f"contributions/{reference}", clara).status_code == 404
    steps = get(program, f"contributions/{reference}", lee).json()["steps"]
    assert [step["state"] for step in steps] == ["claimed", "checking", "counted"]


def test_a_leader_freezes_an_edition_and_others_do_not(program: Program, town: Town) -> None:
    town.indicator()
    lee, body = town.bench.lee, {"unit": town.bench.city.pk, "day": TODAY.isoformat()}
    assert program.ask("plan/editions", body, **key(town.cora)).status_code == 403
    made = program.ask("plan/editions", body, **key(lee))
    assert made.status_code == 201
    found = get(program, f"plan/editions/{made.json()['id']}", lee).json()
    assert found["document"]["indicators"][0]["value"] == 0 and found["hash"] == made.json()["hash"]
    assert get(program, f"plan/editions/{made.json()['id']}", town.bench.clara).status_code == 404
    reader = program.get("/api/v1/plan/editions", **key(lee, KeyScope.READ))
    assert reader.status_code == 403
