"""What is arranged around cases in the world of the demo, made through the rooms' own acts."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from luodi.casework.obstacles import ObstacleAct, ObstacleKind
from luodi.casework.propositions import OfferAct
from luodi.casework.referrals import ReferralAct
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.dealings.actions import promises as promises
from luodi.web.dealings.actions import referrals as referrals
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.models import TalkKind
from luodi.web.demo.world import world
from luodi.web.obstacles import actions as obstacles


class Around:
    """`units`, `companies` and `people` by their id in the world; `at` is the first start."""

    def __init__(
        self, at: datetime, units: dict[str, Unit], companies: dict[str, Company], people: dict[str, User]
    ) -> None:
        self.at, self.today = at, timezone.localdate(at)
        self.units, self.companies, self.people = units, companies, people

    def make(self) -> None:
        for row in world()["dealings"]:
            self._around(self._case(row), row)
        for row in world()["obstacles"]:
            self._obstacle(row)

    def _then(self, row: Any) -> datetime:
        return self.at - timedelta(days=int(row.get("days", 0)))

    def _due(self, row: Any) -> date | None:
        return self.today + timedelta(days=int(row["due"])) if "due" in row else None

    def _case(self, row: Any) -> LandingCase:
        company = self.companies[row["company"]]
        found = LandingCase.objects.filter(company=company).first()
        return found or open_case(
            company, self.units[row["unit"]], by=self.people[row["by"]], at=self._then(row), place=row["place"]
        )

    def _around(self, case: LandingCase, row: Any) -> None:
        by = self.people[row["by"]]
        for talk in row["talks"]:
            day = timezone.localdate(self._then(talk))
            add_talk(
                case,
                TalkKind(talk["kind"]),
                talk["note"],
                by=by,
                at=self.at,
                day=day,
                people=talk.get("people", ""),
                then=talk.get("then", ""),
                then_due=self._due(talk),
            )
        for one in row["hand_offs"]:
            self._hand_off(case, one, by)
        for one in row["promises"]:
            self._promise(case, one, by)
        for one in row["offers"]:
            made = promises.propose(case, one["title"], one["text"], by=by, at=self._then(one), last_day=self._due(one))
            promises.settle_proposition(made, OfferAct.OFFER, by=by, at=self._then(one))

    def _hand_off(self, case: LandingCase, row: Any, by: User) -> None:
        units = [self.units[name] for name in row["units"]]
        due = self._due(row)
        assert due is not None
        made = referrals.hand_off(case, row["question"], units, due, by=by, at=self._then(row))
        if "accept" in row:
            one = made.referrals.get(unit=self.units[row["accept"]["unit"]])
            referrals.answer_referral(one, ReferralAct.ACCEPT, by=self.people[row["accept"]["by"]], at=self.at)

    def _promise(self, case: LandingCase, row: Any, by: User) -> None:
        owner = self.people[row["owner"]] if "owner" in row else None
        made = promises.promise(case, row["what"], by=by, at=self._then(row), owner=owner, due=self._due(row))
        if "show" in row:
            promises.show_promise(made, by=by, at=self._then(row))

    def _obstacle(self, row: Any) -> None:
        kind, _, name = row["about"].partition("/")
        company, by, at = self.companies[row["company"]], self.people[row["by"]], self._then(row)
        case = LandingCase.objects.filter(company=company).first()
        made = obstacles.raise_obstacle(
            company, ObstacleKind(row["kind"]), row["text"], by=by, at=at, case=case, about=(kind, name)
        )
        if "accept" in row:
            officer = self.people[row["accept"]]
            for act in (ObstacleAct.ACCEPT, ObstacleAct.ASSIGN):
                made = obstacles.handle(made, act, by=officer, at=at)
        if "answer" in row:
            said = row["answer"]
            made = obstacles.handle(made, ObstacleAct.ANSWER, said["text"], by=self.people[said["by"]], at=self.at)
        if "rate" in row:
            obstacles.rate(made, int(row["rate"]), by=by, at=self.at)
        if "issue" in row:
            self._issue(made, row["issue"], (kind, name))

    def _issue(self, obstacle: Any, row: Any, about: tuple[str, str]) -> None:
        due = self._due(row)
        assert due is not None
        obstacles.open_issue(
            row["title"],
            row["text"],
            self.units[row["unit"]],
            due,
            by=self.people[row["by"]],
            at=self.at,
            about=about,
            obstacles=[obstacle],
        )
