"""What is counted in the demo: indicators with the targets of the plan, a landing that was counted, a claim that was
rejected, tasks with their statuses, and a frozen edition; by the actions of their apps."""

from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.models import User
from luodi.web.cases.actions import cases
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.money import Money
from luodi.web.cases.queries.facts import required
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.data import Row
from luodi.web.demo.evidence import accept_all, grant, sample_document
from luodi.web.docking.models import DemonstrationProject
from luodi.web.scorecard.actions import indicators as actions
from luodi.web.scorecard.actions import tasks as actions_tasks
from luodi.web.scorecard.actions.contributions import check, claim, count, reject
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.models import Contribution, Indicator

#: The indicator of the demo that counts landings.
LANDINGS: Final = "landed-companies"


def count_landing(case: LandingCase, *, by: User, checker: User, at: datetime, code: str = LANDINGS) -> Contribution:
    """A case with a verified landing is claimed by an officer, and checked and counted by another one.

    `checker` had no part in the case. Raises what the actions of `scorecard` raise.
    """
    row = claim(Indicator.objects.get(code=code), case, by=by, at=at)
    return count(check(row, by=checker, at=at), by=checker, at=at)


class Counting(Bureau):
    """Makes the rows under `counting`."""

    def make(self, rows: Row) -> None:
        for row in rows["indicators"]:
            if not Indicator.objects.filter(code=row["code"]).exists():
                self.indicator(row)
        for row in rows["tasks"]:
            self._task(row)
        if not settings.SCANNER:  # what waits for a scanner proves nothing yet, and a first start does not wait
            landed = rows["landing"]
            case = self._landed(landed)
            by, checker = self.people[landed["by"]], self.people[landed["checker"]]
            count_landing(case, by=by, checker=checker, at=self.before(landed["counted"]))
        self._rejected(rows["rejected"])
        frozen = rows["edition"]
        at = self.before(frozen["days"])
        freeze(self.units[frozen["unit"]], localdate(at), by=self.people[frozen["by"]], at=at)

    def indicator(self, row: Row) -> None:
        at = self.moment(row)
        start = date(localdate(at).year, 1, 1)
        line = {
            "holds": start,
            "starts": start,
            "due": date(start.year + int(row["years"]), 12, 31),
            "baseline": 0,
            "target": int(row["target"]),
            "takes": {"first": start.isoformat()},
            "proofs": list(row.get("proofs", ())),
            "path": [],
            "source": row["source"],
            "reason": row["reason"],
        }
        made = actions.make_indicator(self.units[row["unit"]], row, line, by=self.by(row), at=at)
        actions.decide_definition(made.definitions.get(), True, by=self.people[row["approved"]], at=at)

    def _task(self, row: Row) -> None:
        at, due = self.moment(row), self.due(row)
        task = actions_tasks.give(
            row["task"], self.units[row["unit"]], due, row["reason"], by=self.people[row["given"]], at=at
        )
        declared, reviewed = row["declared"], row["reviewed"]
        task = actions_tasks.declare(
            task, Declared(declared["is"]), declared["note"], by=self.people[declared["by"]], at=at
        )
        actions_tasks.review(task, Evidenced(reviewed["is"]), reviewed["note"], by=self.people[reviewed["by"]], at=at)

    def _landed(self, row: Row) -> LandingCase:
        """A case from its opening to a verified landing, by every action of `cases`."""
        by, at, later = self.by(row), self.moment(row), self.before(row["verified"])
        verifier, day = self.people[row["verifier"]], localdate(later)
        case = cases.open_case(self.companies[row["company"]], self.units[row["unit"]], by=by, at=at)
        case = actions_plan.ask_plan(case, row["answers"], by=by, at=at)
        actions_stages.move_date(case, day, "首次估计 / first estimate", by=by, at=at)
        for step in case.steps.filter(optional=False, recurs=False, state="open"):
            grant(step, by=by, checker=verifier, at=later)
        cases.describe(case, money=Money(int(row["amount"]), "CNY", "investment", day), by=by, at=later)
        cases.name_assurance(case, verifier, by=by, at=later)
        case = LandingCase.objects.get(pk=case.pk)
        there = set(case.proofs.values_list("proves", flat=True))
        for kind in required(list(case.steps.all())):
            if kind.id not in there:
                paper = sample_document(f"{kind.title['zh']} {kind.title['en']}", later)
                actions_proofs.add_proof(case, kind.id, paper, issued=day, by=by, at=later)
        for _ in range(4):
            case = actions_stages.advance(case, by=by, at=later)
        case = actions_stages.claim_landing(case, day, by=by, at=later)
        accept_all(case, by=verifier, at=later)
        return actions_stages.verify_landing(case, by=verifier, at=later)

    def _rejected(self, row: Row) -> None:
        """The demonstration project of the market, claimed and not counted."""
        at, checker = self.moment(row), self.people[row["checker"]]
        project = DemonstrationProject.objects.order_by("pk")[0]
        made = claim(Indicator.objects.get(code=row["indicator"]), project, by=self.by(row), at=at)
        reject(check(made, by=checker, at=at), row["reason"], by=checker, at=at)
