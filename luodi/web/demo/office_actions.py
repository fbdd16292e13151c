"""What the bureau of two years did beside its cases: a register, a merge, indicators, editions, demands and meetings; a
draft of a change of law."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone

from luodi.casework.matches import MatchAct, Part, Reason, Says
from luodi.casework.meetings import MeetingAct, Step
from luodi.dates import parse_day
from luodi.editor.archive import unpack
from luodi.web.accounts.models import Company
from luodi.web.books.actions import drafts
from luodi.web.cases.actions.law import try_on_cases
from luodi.web.companies.actions import imports
from luodi.web.companies.actions.merging import merge
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.demo.counting import Counting
from luodi.web.demo.data import Row, world
from luodi.web.demo.lives import LifeActions
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import meetings as actions_meetings
from luodi.web.docking.actions import posted as docking
from luodi.web.docking.models import Demand, Match, Side
from luodi.web.docking.models.money import Money
from luodi.web.scorecard.actions.editions import freeze

_HOURS: Final = time(9, 30), time(11, 30)
#: How many matches sit at the tables of a meeting.
_TABLES: Final = 4


class OfficeActions(LifeActions):
    """Of the bureau, and of each of its demands."""

    def do_register(self, row: Row, at: datetime) -> None:
        """A file of companies, brought, read, and all of them taken in, as on the page."""
        from luodi.world.listing import listing  # it needs numpy, which no other command of an operator does

        text, by = listing(int(row["many"]), int(row["seed"]), timezone.localdate(at)), self.bureau.by(row)
        run = imports.bring(text.encode(), row["name"], row["source"], origin="register", by=by, at=at)
        imports.begin(run, run.mapping, by=by, at=at)
        COMPANY_FILES.work(run.pk)
        imports.ON_RUN["new"](run, by=by, at=at)
        COMPANY_FILES.decide_many(run.pk, by=by, at=at)

    def do_merge(self, row: Row, at: datetime) -> None:
        kept, gone = (Company.objects.get(name_en=row[side]) for side in ("kept", "gone"))
        merge(kept, gone.pk, row["reason"], by=self.bureau.by(row), at=at)

    # ---- what counts

    def do_indicator(self, row: Row, at: datetime) -> None:
        """One of those of the demo, made earlier and with a target of its own."""
        made = next(one for one in world()["counting"]["indicators"] if one["code"] == row["code"])
        Counting(self.bureau.at, self.units, self.companies, self.people).indicator({**made, **row})

    def do_freeze(self, row: Row, at: datetime) -> None:
        freeze(self.units[row["unit"]], timezone.localdate(at), by=self.bureau.by(row), at=at)

    # ---- demands and meetings

    def do_post(self, row: Row, at: datetime) -> None:
        """Of the unit itself; two others read it before it is published."""
        fields, by = dict(row["fields"], names_owner=True), self.bureau.by(row)
        criteria = [{"ask": "technology", "value": [row["ask"]]}]
        made = docking.post(Demand, self.units[row["unit"]], fields, by=by, at=at, wishes=criteria)
        made = docking.screen(made, by=self.people[row["screen"]], at=at)
        self.demand = docking.publish(made, by=self.people[row["screen"]], at=at)

    def do_offer(self, row: Row, at: datetime) -> None:
        firm = Company.objects.get(name_en=row["company"])
        self.match = actions_matches.offer(self.demand, firm, row["text"], by=self.bureau.by(row), at=at)

    def do_consent(self, row: Row, at: datetime) -> None:
        side = Side.objects.get(match=self.match, part=Part.OWNER)
        actions_matches.say(side, Says.YES, by=self.bureau.by(row), at=at)
        self.match.refresh_from_db()

    def do_nothing(self, row: Row, at: datetime) -> None:
        by, reason = self.bureau.by(row), Reason(row["reason"])
        actions_matches.go_on(self.match, MatchAct.NONE, by=by, at=at, reason=reason, note=row["note"])

    def do_meeting(self, row: Row, at: datetime) -> None:
        """Arranged and announced; whoever agreed to be named by then sits at a table."""
        by = self.bureau.by(row)
        fields = {name: row[name] for name in ("title_zh", "title_en", "place")} | {"day": parse_day(row["day"])}
        self.meeting = actions_meetings.arrange(self.units[row["unit"]], fields, by=by, at=at)
        session = actions_meetings.add_session(self.meeting, ("上午场", "Morning"), _HOURS, "A", by=by, at=at)
        actions_meetings.move(self.meeting, MeetingAct.ANNOUNCE, by=by, at=at)
        agreed = Match.objects.exclude(revealed=None).exclude(state="none").order_by("-pk")
        self.pairings = [actions_meetings.pair(session, one, by=by, at=at) for one in agreed[:_TABLES]]

    def do_held(self, row: Row, at: datetime) -> None:
        """They met; some have an intent, and one a contract."""
        by, on = self.bureau.by(row), timezone.localdate(at)
        actions_meetings.move(self.meeting, MeetingAct.HOLD, by=by, at=at)
        for number, one in enumerate(self.pairings):
            actions_meetings.step(one, Step.MET, by=by, at=at)
            for step in (Step.INTENT, Step.CONTRACT)[: max(0, 2 - number)]:
                money = Money(1_200_000 + 350_000 * number, "CNY", step.value, on)
                actions_meetings.step(one, step, by=by, at=at, money=money)

    # ---- law

    def do_draft(self, row: Row, at: datetime) -> None:
        """A change that nobody has published, tried on the open cases."""
        by = self.bureau.by(row)
        made = drafts.begin(row["book"], row["title"], by=by, at=at)
        text = unpack(made.files)[row["file"]]
        start = text.index(row["after"])
        changed = text[:start] + text[start:].replace(row["was"], row["becomes"], 1)
        made = drafts.change(made, {row["file"]: changed}, by=by, at=at)
        try_on_cases(made, by=by, at=at)
