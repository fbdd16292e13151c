"""Cases of the demo, made by their own actions so that each has its journal, clocks and notices."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate

from luodi.casework.stages import Health
from luodi.casework.step_states import StepAct
from luodi.web.accounts.models import User
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.money import Money
from luodi.web.cases.queries.unsettled import waits_on_unsettled
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.data import Row
from luodi.web.demo.evidence import grant


def make_case(row: Row, bureau: Bureau) -> LandingCase:
    """One row of `cases` in world.yaml."""
    by, at, opened = bureau.by(row), bureau.at, bureau.moment(row)
    case = actions.open_case(bureau.companies[row["company"]], bureau.units[row["unit"]], by=by, at=opened)
    case = actions_plan.ask_plan(case, row["answers"], by=by, at=opened)
    day = localdate(at) + timedelta(days=int(row["estimated"]))
    actions_stages.move_date(case, day, "首次估计 / first estimate", by=by, at=opened)
    _describe(case, row, by, opened, bureau)
    _advance(case, int(row.get("advance", 0)), by, opened)
    _work(case, row, by, bureau)
    _advance(case, int(row.get("further", 0)), by, at)
    return LandingCase.objects.get(pk=case.pk)


def _describe(case: LandingCase, row: Row, by: User, at: datetime, bureau: Bureau) -> None:
    if "assurance" in row:
        actions.name_assurance(case, bureau.people[row["assurance"]], by=by, at=at)
    if "money" in row:
        money = row["money"]
        amount = Money(int(money["amount"]), money["currency"], money["kind"], localdate(at))
        actions.describe(case, money=amount, by=by, at=at)
    if "health" in row:
        said = f"{row['health']['zh']} / {row['health']['en']}"
        actions.set_health(case, Health(row["health"]["is"]), said, by=by, at=at)


def _advance(case: LandingCase, stages: int, by: User, at: datetime) -> None:
    for _ in range(stages):
        actions_stages.advance(case, by=by, at=at)


def _work(case: LandingCase, row: Row, by: User, bureau: Bureau) -> None:
    half = bureau.before(int(row["days"]) // 2)
    for name in row.get("grant", ()):
        grant(case.steps.get(step=name), by=by, checker=bureau.people[row["assurance"]], at=half)
    for name, days in row.get("submit", {}).items():
        step = case.steps.get(step=name)
        early = bool(settings.SCANNER) or waits_on_unsettled(step)  # what it waits for may wait for the scanner
        act_on_step(step, StepAct.SUBMIT, by=by, at=bureau.before(days), early=early)
    asked = row.get("question")
    if asked:
        about = case.steps.get(step=asked["step"]) if "step" in asked else None
        words = f"{asked['zh']} / {asked['en']}"
        actions_requests.ask(case, words, step=about, by=by, at=bureau.before(asked["days"]))
