"""What is stored of working days: the week that a unit keeps, and days on which it does otherwise."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models.cases import OFFICERS, STAFF
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy

#: Why its rows stay.
_KEPT: Final = Kept(
    "单位日历按档案规定保存，改动人随记录", "as long as the calendar of the unit, which names who set a day"
)


class UnitCalendar(models.Model):
    """The calendar of a unit and of those below it that have none. `week` is an id of the book's `calendars`; blank is
    that of the unit above, to which the days here are added."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="calendar")
    week = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(unit="unit", acts={"see": STAFF, "keep": OFFICERS})
    personal = _KEPT

    class Meta:
        verbose_name = "calendar"
        ordering = ("unit_id",)

    def __str__(self) -> str:
        return f"calendar of unit {self.unit_id}"


class CalendarDay(models.Model):
    """A day on which a unit works, or does not, other than its week says, and why."""

    calendar = models.ForeignKey(UnitCalendar, models.PROTECT, related_name="days")
    day = models.DateField()
    works = models.BooleanField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(unit="calendar__unit", acts={"see": STAFF, "keep": OFFICERS})
    personal = _KEPT

    class Meta:
        verbose_name = "day of a calendar"
        ordering = ("day",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["calendar", "day"], name="a_calendar_says_of_a_day_once"),
            models.CheckConstraint(name="a_day_that_differs_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.day} of calendar {self.calendar_id}"
