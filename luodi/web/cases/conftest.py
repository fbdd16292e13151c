"""What tests of cases share: an officer, a colleague, a leader, and a company with somebody who acts for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from luodi import editions
from luodi.casework.evidence import kind_of_step
from luodi.casework.step_states import StepAct
from luodi.casework.verdicts import Verdict
from luodi.editor.archive import files_of
from luodi.uploads.checking import checked
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions import steps as actions_steps
from luodi.web.cases.actions.verdicts import judge_proof
from luodi.web.cases.models import Authorisation, CaseStep, LandingCase, Proof
from luodi.web.cases.models.money import Money
from luodi.web.cases.queries.facts import required
from luodi.web.cases.queries.judging import wanted_of
from luodi.web.cases.queries.unsettled import waits_on_unsettled
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.files.conftest import upload

#: A Tuesday.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Bench:
    """Anna holds the case, Ben is on her team, Lee leads it, Mei acts for the company, Clara must see nothing."""

    city: Unit
    here: Unit
    aside: Unit
    company: Company
    other: Company
    anna: User
    ben: User
    lee: User
    mei: User
    clara: User

    def open(self, **more: Any) -> LandingCase:
        return actions.open_case(self.company, self.here, by=self.anna, at=NOW, **more)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(getattr(self, who))
        return client


@pytest.fixture
def bench(db: None) -> Bench:
    city = unit("City")
    here, aside = unit("Here", city), unit("Aside", city)
    company = Company.objects.create(name_zh="灯屿云", name_en="Lantern Isle Cloud", country="SG")
    other = Company.objects.create(name_en="Mill")
    return Bench(
        city,
        here,
        aside,
        company,
        other,
        person("anna", Role.OFFICER, here),
        person("ben", Role.OFFICER, here),
        person("lee", Role.LEADER, city),
        person("mei", Role.REPRESENTATIVE, company),
        person("clara", Role.OFFICER, aside),
    )


CLOUD = (
    "investor=SG&service=B11&place=BJ&share=100&operates_website=true&entity_type=not_established_yet"
    "&server_in_mainland=true&mlps_level=3&content_services=none"
)
#: As CLOUD, with all that bears on its steps.
WHOLE = CLOUD + (
    "&service_coverage=one_province&security_sensitive_sector=none&project_total_investment=1000000"
    "&imports_goods=false&imports_technology=false&exports_technology=false&operates_app=false"
    "&generative_ai_to_public=false&public_opinion_or_mobilisation=false&uses_recommendation_algorithms=false"
    "&exports_pi=false&exports_important_data=false&pi_high_risk_processing=none&employs_foreigners=false"
)


@pytest.fixture
def planned(bench: Bench) -> LandingCase:
    """A case with the steps of a plan."""
    return actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)


@pytest.fixture
def proof_files(settings: Any, tmp_path: Any) -> None:
    """A folder of the test's own for what is kept."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


def a_file(name: str = "plan.pdf") -> Any:
    sent = upload(name)
    return checked(sent.file, sent.name, limit=1_000_000)


def step_of(case: LandingCase, name: str) -> CaseStep:
    return CaseStep.objects.get(case=case, step=name)


def enter_permit(case: LandingCase, kind: str, bench: Bench, at: datetime = NOW, **more: Any) -> Authorisation:
    """One that Anna entered on a document that Mei sent."""
    paper = actions_proofs.add_proof(case, kind, a_file(), by=bench.mei, at=at)
    given = {"issued": localdate(at), "number": "京B1-20260001", "issuer": "通信管理局", "proof": paper, **more}
    return actions_proofs.add_authorisation(case, kind, by=bench.anna, at=at, **given)


def grant(step: CaseStep, bench: Bench, at: datetime = NOW, **more: Any) -> CaseStep:
    """By Anna, with all that it waits for; what ends with a document on an authorisation that Ben has checked."""
    for need in step.case.steps.filter(step__in=step.needs, state="open"):
        grant(need, bench, at)
    kind = kind_of_step(step.step)
    if kind is not None:
        made = enter_permit(step.case, kind.id, bench, at)
        actions_proofs.check_authorisation(made, by=bench.ben, at=at)
    if step.state == "open" and waits_on_unsettled(step):
        step = actions_steps.act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=at, on=more.get("on"), early=True)
    return actions_steps.act_on_step(step, StepAct.GRANT, by=bench.anna, at=at, **more)


def grant_all(case: LandingCase, bench: Bench, at: datetime = NOW) -> None:
    """Every needed step that a landing waits for."""
    for step in case.steps.filter(optional=False, recurs=False):
        step.refresh_from_db()  # another one may have waited for it
        if step.state == "open":
            grant(step, bench, at)


def ready_to_claim(bench: Bench, case: LandingCase, *, by: User | None = None, at: datetime = NOW) -> LandingCase:
    """Everything there but the claim, and the case operating; proofs were brought by the company."""
    bench.company.credit_code = "91110108MA01ABCD2X"
    bench.company.save()
    grant_all(case, bench, at)
    money = Money(1_000_000, "CNY", "investment", TODAY)
    actions.describe(case, money=money, by=bench.anna, at=at)
    actions.name_assurance(case, bench.ben, by=bench.anna, at=at)
    actions_stages.move_date(case, date(2026, 12, 1), "first estimate", by=bench.anna, at=at)
    case.refresh_from_db()
    there = set() if by is not None else set(case.proofs.values_list("proves", flat=True))
    for kind in required(list(case.steps.all())):
        if kind.id in there:
            continue
        actions_proofs.add_proof(case, kind.id, a_file(), by=by or bench.mei, at=at)
    for _ in range(4):
        case = actions_stages.advance(case, by=bench.anna, at=at)
    return case


# ---- a change of law, in each thing that a plan rests on: the book, its file, the rule, and what is replaced by what

_STEPS = "rules/qualification.yaml"
LAW_CHANGES = {
    "verdict": ("market-access", "rules/pilot-2024.yaml", "p24-b11", "  from: 2024-10-23\n", "until: 2026-01-31"),
    "step": ("landing-steps", _STEPS, "vats-pilot-approval", "  from: 2024-10-23\n", "until: 2026-01-31"),
    "time": ("landing-steps", _STEPS, "vats-pilot-approval", "max: 128", "max: 160"),
    "document": (
        "landing-steps",
        _STEPS,
        "vats-pilot-approval",
        "en: Shareholder structure",
        "en: Structure of owners",
    ),
    "fee": ("landing-steps", "rules/operations.yaml", "company-name-declaration", "amount: 0", "amount: 300"),
    "licence": ("market-access", "rules/pilot-2024.yaml", "p24-b11", "vats-pilot-approval, vats", "vats"),
    "policy": ("policies", "rules/national.yaml", "cn-safe-fdi-reinvest", "  from: 2025-09-15\n", "until: 2026-01-31"),
    "duty": ("landing-steps", _STEPS, "vats-annual-report", "window: 01-01/03-31", "window: 01-01/04-30"),
}


def changed_law(kind: str) -> tuple[str, dict[str, str]]:
    """A book, and all its files after the change."""
    book, name, rule, was, now = LAW_CHANGES[kind]
    files = files_of(editions.shipped()[book])
    head, mark, rest = files[name].partition(f"id: {rule}\n")
    assert mark and was in rest
    text = f"{was}  {now}\n" if now.startswith("until") else now
    return book, {**files, name: head + mark + rest.replace(was, text, 1)}


def accept(proof: Proof, by: User, at: datetime = NOW, *, version: int | None = None, **seen: Any) -> Proof:
    """By an officer who has seen in it all that the case says."""
    wanted = wanted_of(proof)
    said = {"seen_name": wanted.names[0], "seen_number": wanted.number, "seen_issued": wanted.issued}
    given = {"is_of_kind": True, **said, **seen}
    done: Proof = judge_proof(proof, Verdict.ACCEPTED, by=by, at=at, version=version, **given)
    return done


def accept_all(case: LandingCase, by: User, at: datetime = NOW, **more: Any) -> None:
    for proof in case.proofs.filter(withdrawn=None, verdict=Verdict.PROPOSED):
        accept(proof, by, at, **more)
