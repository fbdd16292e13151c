"""The fictional bureau while it is made: who and what the rows of the files name, and when they happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from luodi.web.accounts.models import Company, Unit, User
from luodi.web.demo.data import Row


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
        """So many days before the first start."""
        return self.at - timedelta(days=int(days))

    def moment(self, row: Row) -> datetime:
        return self.before(row.get("days", 0))

    def by(self, row: Row) -> User:
        return self.people[row["by"]]

    def due(self, row: Row) -> date:
        return self.today + timedelta(days=int(row["due"]))

    def due_if_any(self, row: Row) -> date | None:
        return self.due(row) if "due" in row else None
