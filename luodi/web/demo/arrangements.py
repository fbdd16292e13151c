"""Dealings and obstacles of the demo, made by the actions of their apps."""

from django.utils import timezone

from luodi.casework.obstacles import ObstacleAct, ObstacleKind
from luodi.casework.propositions import OfferAct
from luodi.casework.referrals import ReferralAct
from luodi.web.accounts.models import User
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.dealings.actions import promises as promises
from luodi.web.dealings.actions import referrals as referrals
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.models import TalkKind
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.data import Row, world
from luodi.web.obstacles import actions as obstacles
from luodi.web.obstacles.models import Obstacle


class Arrangements(Bureau):
    """Makes the rows under `dealings` and `obstacles`."""

    def make(self) -> None:
        for row in world()["dealings"]:
            self._dealings(self._case(row), row)
        for row in world()["obstacles"]:
            self._obstacle(row)

    def _case(self, row: Row) -> LandingCase:
        company = self.companies[row["company"]]
        found = LandingCase.objects.filter(company=company).first()
        return found or open_case(
            company, self.units[row["unit"]], by=self.by(row), at=self.moment(row), place=row["place"]
        )

    def _dealings(self, case: LandingCase, row: Row) -> None:
        by = self.by(row)
        for talk in row["talks"]:
            day = timezone.localdate(self.moment(talk))
            add_talk(
                case,
                TalkKind(talk["kind"]),
                talk["note"],
                by=by,
                at=self.at,
                day=day,
                people=talk.get("people", ""),
                then=talk.get("then", ""),
                then_due=self.due_if_any(talk),
            )
        for one in row["hand_offs"]:
            self._hand_off(case, one, by)
        for one in row["promises"]:
            self._promise(case, one, by)
        for one in row["offers"]:
            made = promises.propose(
                case, one["title"], one["text"], by=by, at=self.moment(one), last_day=self.due_if_any(one)
            )
            promises.settle_proposition(made, OfferAct.OFFER, by=by, at=self.moment(one))

    def _hand_off(self, case: LandingCase, row: Row, by: User) -> None:
        units = [self.units[name] for name in row["units"]]
        made = referrals.hand_off(case, row["question"], units, self.due(row), by=by, at=self.moment(row))
        if "accept" in row:
            one = made.referrals.get(unit=self.units[row["accept"]["unit"]])
            referrals.answer_referral(one, ReferralAct.ACCEPT, by=self.people[row["accept"]["by"]], at=self.at)

    def _promise(self, case: LandingCase, row: Row, by: User) -> None:
        owner = self.people[row["owner"]] if "owner" in row else None
        made = promises.promise(case, row["what"], by=by, at=self.moment(row), owner=owner, due=self.due_if_any(row))
        if "show" in row:
            promises.show_promise(made, by=by, at=self.moment(row))

    def _obstacle(self, row: Row) -> None:
        kind, _, name = row["about"].partition("/")
        company, by, at = self.companies[row["company"]], self.by(row), self.moment(row)
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

    def _issue(self, obstacle: Obstacle, row: Row, about: tuple[str, str]) -> None:
        obstacles.open_issue(
            row["title"],
            row["text"],
            self.units[row["unit"]],
            self.due(row),
            by=self.by(row),
            at=self.at,
            about=about,
            obstacles=[obstacle],
        )
