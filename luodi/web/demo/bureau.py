"""The fictional bureau while it is made: who and what the rows of the files name, and when they happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.timezone import localdate

from luodi.calendar import WorkingCalendar
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.demo.data import Row
from luodi.web.notices.models import Notice

#: Days for which notices lie unread.
_UNREAD: Final = 6


@dataclass
class Bureau:
    """Units, companies and people by their id in the file; `at` is the moment of the first start."""

    at: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return localdate(self.at)

    def before(self, days: int | str) -> datetime:
        """So many days before the first start, or on the last working day before that: the earlier the more days."""
        moment = self.at - timedelta(days=int(days))
        return last_working_moment(moment) - timedelta(seconds=int(days))

    def moment(self, row: Row) -> datetime:
        return self.before(row.get("days", 0))

    def by(self, row: Row) -> User:
        return self.people[row["by"]]

    def due(self, row: Row) -> date:
        return self.today + timedelta(days=int(row["due"]))

    def due_if_any(self, row: Row) -> date | None:
        return self.due(row) if "due" in row else None


def last_working_moment(at: datetime) -> datetime:
    """The moment itself, or the same hour of the last working day before it."""
    day = localdate(at)
    return at - (day - WorkingCalendar.china().working_day_up_to(day))


def read_what_is_old(at: datetime) -> None:
    """Notices went out and were read as they came, but for those of the last days."""
    old = Notice.objects.filter(made__lt=at - timedelta(days=_UNREAD))
    old.update(taken=F("made"), sent=F("made"), read=F("made"))
