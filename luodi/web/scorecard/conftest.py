"""What tests of the plan share: a landing that was verified, and an indicator of landings that was approved."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from luodi.casework.stages import Stage
from luodi.web.accounts.models import User
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.conftest import NOW, TODAY, Bench, a_file, bench, planned, proof_files, ready_to_claim
from luodi.web.cases.models import Claim, LandingCase
from luodi.web.conftest import person
from luodi.web.core.roles import Role
from luodi.web.scorecard.actions import indicators as actions
from luodi.web.scorecard.models import Indicator

__all__ = ["bench", "planned", "proof_files"]
LATER = NOW + timedelta(days=1)
FIELDS = {
    "code": "projects",
    "of": "g-projects",
    "thing": "landing",
    "title_zh": "落地项目数",
    "title_en": "Projects landed",
    "measured_zh": "个",
    "measured_en": "projects",
}


def line(**more: Any) -> dict[str, Any]:
    start, due = date(2026, 1, 1), date(2026, 12, 31)
    return {
        "holds": start,
        "takes": {},
        "proofs": [],
        "baseline": 0,
        "target": 10,
        "starts": start,
        "due": due,
        "path": [],
        "source": "article",
        "reason": "the plan says ten",
        **more,
    }


@dataclass
class Town:
    """Anna holds the case and brought it to a landing that Ben verified; Cora of the city checks; Lee leads."""

    bench: Bench
    case: LandingCase
    cora: User
    lars: User

    def client(self, who: str) -> Any:
        from django.test import Client

        client = Client()
        client.force_login(getattr(self, who, None) or getattr(self.bench, who))
        return client

    def indicator(self, at: datetime = NOW, **more: Any) -> Indicator:
        given = {name: more.pop(name) for name in FIELDS if name in more}
        made = actions.make_indicator(self.bench.city, {**FIELDS, **given}, line(**more), by=self.bench.lee, at=at)
        actions.decide_definition(made.definitions.get(), True, by=self.lars, at=at)
        made.refresh_from_db()
        return made


@pytest.fixture
def town(bench: Bench, proof_files: None) -> Town:
    """The case stands where its own acts would have brought it; that they do, one test goes through."""
    plans = [{"service": "B11", "place": "BJ", "share": "100"}]
    case = bench.open(plans=plans, place="BJ")
    proof = actions_proofs.add_proof(case, "business-licence", a_file(), by=bench.mei, at=NOW)
    LandingCase.objects.filter(pk=case.pk).update(stage=Stage.VERIFIED, assurance=bench.ben, actual=TODAY)
    Claim.objects.create(
        case=case,
        day=TODAY,
        by=bench.anna,
        at=NOW,
        state="verified",
        verifier=bench.ben,
        decided=NOW,
        proofs=[proof.pk],
    )
    case.refresh_from_db()
    return Town(bench, case, person("cora", Role.OFFICER, bench.city), person("lars", Role.LEADER, bench.city))


@pytest.fixture
def landed(bench: Bench, planned: LandingCase, proof_files: None) -> LandingCase:
    """By every act of the case."""
    case = ready_to_claim(bench, planned)
    case = actions_stages.claim_landing(case, TODAY, by=bench.anna, at=NOW)
    return actions_stages.verify_landing(case, by=bench.ben, at=NOW)
