"""The market of the demo: demands and offers, matches at every stage, a pilot and a meeting."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.utils.timezone import localdate

from luodi.casework.agreement import Says as Agreement
from luodi.casework.matches import MatchAct, Part, Says
from luodi.casework.meetings import MeetingAct, Step
from luodi.casework.pilots import PilotAct
from luodi.web.demo.bureau import Bureau, last_working_moment
from luodi.web.demo.data import Row
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import meetings as actions_meetings
from luodi.web.docking.actions import outcomes as actions_outcomes
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.lists import KINDS
from luodi.web.docking.models import CapitalNeed, InvestorProfile, Match, Posted, Side
from luodi.web.docking.models.money import Money
from luodi.web.docking.queries.pairs import Pair


@dataclass
class Market(Bureau):
    """Makes the rows under `market`."""

    posted: dict[str, Posted] = field(default_factory=dict)
    matches: dict[str, Match] = field(default_factory=dict)

    def make(self, world: Row) -> None:
        for row in world["market"]["demands"]:
            self._post(row)
        for row in world["market"]["matches"]:
            self._match(row)
        for row in world["market"]["meetings"]:
            self._meeting(row)
        actions_outcomes.ask_due(self.at)

    def _post(self, row: Row) -> None:
        at, fields = self.moment(row), dict(row["fields"])
        for name, typed in (("names_owner", lambda text: text == "true"), ("area", int), ("provides", list)):
            if name in fields:
                fields[name] = typed(fields[name])
        made = actions.post(
            KINDS[row["what"]],
            self.units[row["unit"]],
            fields,
            company=self.companies.get(row.get("company", "")),
            by=self.by(row),
            at=at,
            money=_money(row, localdate(at)),
            wishes=row.get("wishes", ()),
        )
        if "publish" in row:
            made = actions.screen(made, by=self.people[row["screen"]], at=at)
            made = actions.publish(made, by=self.people[row["publish"]], at=at)
        self.posted[row["id"]] = made

    # ---- matches

    def _match(self, row: Row) -> None:
        at, by, posted = self.moment(row), self.by(row), self.posted[row["of"]]
        if "offer" in row:
            match = actions_matches.offer(posted, self.companies[row["offer"]], row["text"], by=by, at=at)
        else:
            match = actions_matches.propose(self._pair(posted, row["with"]), by=by, at=at)
        self.matches[row["of"]] = match
        if "owner" in row:
            side = Side.objects.get(match=match, part=Part.OWNER)
            actions_matches.say(
                side, Says.YES, by=self.people[row["owner"]], at=last_working_moment(at + timedelta(days=1))
            )
        if "introduce" in row:
            self._go_on(match, row)

    def _pair(self, posted: Posted, partner: str) -> Pair:
        investor = self.posted.get(partner)
        if isinstance(posted, CapitalNeed) and isinstance(investor, InvestorProfile):
            return Pair.capital(posted, investor)
        return Pair(posted, self.companies[partner])

    def _go_on(self, match: Match, row: Row) -> None:
        at, by, pilot = self.before(row["introduced"]), self.people[row["introduce"]], row["pilot"]
        actions_matches.go_on(match, MatchAct.INTRODUCE, by=by, at=at)
        days = (localdate(at), localdate(at + timedelta(days=30)))
        tests = [(what, wanted) for what, wanted, _ in pilot["tests"]]
        made = actions_pilots.plan(match, pilot["site"], days, tests, by=by, at=at)
        actions_pilots.move(made, PilotAct.START, by=by, at=at)
        later = last_working_moment(at + timedelta(days=31))
        for test, (_, _, measured) in zip(made.tests.all(), pilot["tests"], strict=True):
            actions_pilots.report(
                test, measured, True, "试点报告 Report of the pilot", by=self.people[pilot["report"]], at=later
            )
        for test in made.tests.all():
            actions_pilots.answer_result(test, Agreement.AGREE, by=self.people[row["by"]], at=later)
        made = actions_pilots.move(made, PilotAct.JUDGE, by=by, at=later)
        texts = {name: pilot[name] for name in ("title_zh", "title_en", "text_zh", "text_en")}
        project = actions_pilots.demonstrate(made, texts, pilot["place"], localdate(later), by=by, at=later, shown=True)
        actions_pilots.repeat(
            project,
            pilot["repeated"],
            localdate(later + timedelta(days=9)),
            "院方公告 Notice of the hospital",
            by=by,
            at=later,
        )

    # ---- meetings

    def _meeting(self, row: Row) -> None:
        at, by = self.moment(row), self.by(row)
        fields = {name: row[name] for name in ("title_zh", "title_en", "place")} | {"day": localdate(at)}
        meeting = actions_meetings.arrange(self.units[row["unit"]], fields, by=by, at=at)
        zh, en, starts, ends, room = row["session"]
        hours = time.fromisoformat(starts), time.fromisoformat(ends)
        session = actions_meetings.add_session(meeting, (zh, en), hours, room, by=by, at=at)
        actions_meetings.move(meeting, MeetingAct.ANNOUNCE, by=by, at=at)
        match = Match.objects.get(pk=self.matches[row["of"]].pk)
        pairing = actions_meetings.pair(session, match, by=by, at=at)
        actions_meetings.move(meeting, MeetingAct.HOLD, by=by, at=at)
        actions_meetings.step(pairing, Step.MET, by=by, at=at)
        actions_meetings.step(pairing, Step.INTENT, by=by, at=at, money=_money(row, localdate(at)))


def _money(row: Row, day: date) -> Money | None:
    found = row.get("money")
    return Money(int(found["amount"]), found["currency"], found["kind"], day) if found else None
