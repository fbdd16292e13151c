"""Making the fictional bureau, once, on an empty site."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.dates import parse_day
from luodi.web.accounts.actions.companies import add_company
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.models import Company, DemoWorld, Unit, User
from luodi.web.accounts.validation import Grant
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.actions import reports as actions_reports
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.models import Enquiry
from luodi.web.cases.actions import calendars as actions_calendars
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.roles import Role
from luodi.web.demo.arrangements import Arrangements
from luodi.web.demo.bureau import Bureau, last_working_moment, read_what_is_old
from luodi.web.demo.cases import make_case
from luodi.web.demo.counting import Counting
from luodi.web.demo.data import DemoPerson, Row, colleagues, people, world
from luodi.web.demo.market import Market
from luodi.web.demo.profiles import make_lead, make_profile
from luodi.web.demo.years import Progress, make_years
from luodi.web.workbench import actions as workbench

#: How long everybody of the demo has had their role, so that they could act on every day that it tells of.
SERVED: Final = timedelta(days=800)
_SIGNS: Final = "23456789abcdefghjkmnpqrstvwxyz"


def is_demo() -> bool:
    return DemoWorld.objects.exists()


def make(at: datetime, *, progress: Progress | None = None) -> dict[str, str] | None:
    """Passwords by address, shown now and never again; None if the site is not empty. With `progress` the bureau has
    two years of work behind it: it is called with how many acts of these are done, and of how many.

    One transaction: if it is interrupted, nothing stays and the next start begins again.
    """
    with transaction.atomic():
        if User.objects.exists() or Unit.objects.exists() or Company.objects.exists() or is_demo():
            return None
        DemoWorld.objects.create(made=at)
        return _Making(last_working_moment(at) if progress else at).everything(progress)


class _Making(Bureau):
    def everything(self, progress: Progress | None) -> dict[str, str]:
        self._units_and_companies()
        passwords = self._people([*people(), *(colleagues() if progress else ())])
        if progress:
            make_years(self, progress)
        self._saved()
        for row in world()["enquiries"]:
            self._enquiry(row)
        for row in world()["reports"]:
            self._report(row)
        for row in world()["known"]:
            make_profile(row, self)
        for row in world()["leads"]:
            make_lead(row, self)
        for row in world()["cases"]:
            make_case(row, self)
        Arrangements(self.at, self.units, self.companies, self.people).make()
        Market(self.at, self.units, self.companies, self.people).make(world())
        Counting(self.at, self.units, self.companies, self.people).make(world()["counting"])
        self._desk(world()["desk"])
        for row in world()["working_days"]:
            self._working_days(row)
        if progress:
            read_what_is_old(self.at)
        return passwords

    def _units_and_companies(self) -> None:
        for row in world()["units"]:
            above = self.units.get(row.get("below", ""))
            self.units[row["id"]] = add_unit(row["kind"], row["zh"], row["en"], parent=above, by=None, at=self.at)
        for row in world()["companies"]:
            code = row.get("credit_code")
            self.companies[row["id"]] = add_company(row["zh"], row["en"], code, row["country"], by=None, at=self.at)

    def _people(self, everybody: Iterable[DemoPerson]) -> dict[str, str]:
        passwords = {}
        for one in everybody:
            grant = Grant(Role(one.role), self.units.get(one.unit), self.companies.get(one.company))
            passwords[one.email] = password()
            self.people[one.id] = add_user(
                one.email, passwords[one.email], one.name, grant=grant, on=self.today - SERVED, by=None, at=self.at
            )
        return passwords

    def _saved(self) -> None:
        """Some were asked on another day and name none, so that they are found to have changed since."""
        for row in world()["saved"]:
            asked = parse_day(str(row["asked"])) if "asked" in row else self.today
            name = f"{row['zh']} {row['en']}"
            actions_saved.save_answers(
                Answers.of(row["answers"]), name, today=asked, by=self.people[row["who"]], at=self._asked_at(row, asked)
            )

    def _asked_at(self, row: Row, day: date) -> datetime:
        """The morning of another day than today."""
        return self.moment(row) if day == self.today else self.at.replace(year=day.year, month=day.month, day=day.day)

    def _enquiry(self, row: Row) -> None:
        who = self.people.get(row.get("who", ""))
        sender = actions.Sender(
            row.get("name") or str(who),
            row.get("email") or str(who and who.email),
            row["language"],
            message=row["message"],
        )
        at = self.moment(row)
        sent = actions.send_enquiry(
            Answers.of(row["answers"]),
            timezone.localdate(at),
            sender,
            self.units[row["unit"]],
            by=who,
            at=at,
        )
        self._handle(sent, row, at)

    def _handle(self, sent: Enquiry, row: Row, at: datetime) -> None:
        if "assign" in row:
            actions.assign_enquiry(sent, by=self.people[row["assign"]], at=at)
        if "answer" in row:
            said, by = row["answer"], self.people[row["answer"]["by"]]
            actions.answer_enquiry(
                sent, said["text"], row["language"], by=by, at=last_working_moment(at + timedelta(days=1))
            )
        if "close" in row:
            by = self.people[row["close"]["by"]]
            actions.close_enquiry(sent, row["close"]["reason"], by=by, at=last_working_moment(at + timedelta(days=1)))

    def _desk(self, rows: Row) -> None:
        """A calendar's address is told to nobody here: whoever wants it makes a new one."""
        for row in rows["views"]:
            unit = self.units.get(row.get("unit", ""))
            name, by = f"{row['zh']} {row['en']}", self.by(row)
            view = workbench.save_view(name, row["asked"], by=by, at=self.at, unit=unit)
            for who in row.get("follow", ()):
                workbench.follow(view, by=self.people[who], at=self.at)
        for who in rows["calendars"]:
            workbench.make_calendar(by=self.people[who], at=self.at)

    def _working_days(self, row: Row) -> None:
        unit, by = self.units[row["unit"]], self.by(row)
        actions_calendars.choose_week(unit, row["week"], by=by, at=self.at)
        for one in row["closed"]:
            day = calendar_of(unit).working_day_up_to(self.today + timedelta(days=int(one["ahead"])))
            actions_calendars.set_day(unit, day, False, one["reason"], by=by, at=self.at)

    def _report(self, row: Row) -> None:
        actions_reports.report_line(
            row["kind"],
            row["line"],
            fault=row["fault"],
            text=row["text"],
            language=row["language"],
            by=None,
            at=self.moment(row),
        )


def password() -> str:
    """Random, and easy to type: four groups of four signs, 78 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
