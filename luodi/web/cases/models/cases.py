"""What is stored of a case itself. Its steps, clocks, questions and proofs are beside this file."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.stages import End, Health, Stage
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.advisor.models import Determination
from luodi.web.cases.models.money import Kind, Money
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Role, Who

OFFICERS: Final[frozenset[Who]] = frozenset({Role.OFFICER})
LEADERS: Final[frozenset[Who]] = frozenset({Role.LEADER})
STAFF: Final[frozenset[Who]] = OFFICERS | LEADERS
COMPANY: Final[frozenset[Who]] = frozenset({Role.REPRESENTATIVE})
#: A case is a public record of the unit; its officers are named in it as in any file of an authority.
FILE: Final = Kept("案卷按档案规定保存，经办人随案卷", "as long as the file of the case, whose officers it names")


def choices(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in words]


class Numbering(models.Model):
    """The last number given out in a series and year. Whoever takes the next locks it, so that there are no gaps."""

    series = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    policy = NOBODY

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "year"], name="a_series_is_counted_once_a_year")
        ]


class Cases(models.QuerySet["LandingCase"]):
    """An estimated day changes only with a `DateChange`, which calls `moved`."""

    def update(self, **changes: object) -> int:
        if "estimated" in changes:
            raise TypeError("an estimated day is moved by a DateChange")
        return super().update(**changes)

    def moved(self, day: date | None) -> int:
        return super().update(estimated=day)


class LandingCase(models.Model):
    """A company on its way to a verified landing. Stage, health and end are three things; flags are computed."""

    reference = models.CharField(max_length=16, unique=True)  # LD-2026-0001
    company = models.ForeignKey(Company, models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases")
    officer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="cases")
    assurance = models.ForeignKey(User, models.SET_NULL, null=True, related_name="assured_cases")  # who verifies
    determination = models.ForeignKey(Determination, models.PROTECT, null=True, related_name="cases")
    place = models.CharField(max_length=40, blank=True)  # an id of the book's places
    plans = models.JSONField(default=list)  # {"service", "place", "share"} of each, as the plan has them
    technology = models.TextField(blank=True)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_kind = models.CharField(max_length=20, blank=True, choices=choices(Kind))
    amount_as_of = models.DateField(null=True)
    amount_is_actual = models.BooleanField(default=False)
    opened = models.DateTimeField()
    estimated = models.DateField(null=True, editable=False)  # the day of landing that is expected
    actual = models.DateField(null=True)  # the day on which the company had landed, as it was claimed
    stage = models.CharField(max_length=20, choices=choices(Stage), default=Stage.OPENED)
    since = models.DateTimeField()  # in this stage
    health = models.CharField(max_length=10, choices=choices(Health), default=Health.ON_TRACK)
    health_reason = models.TextField(blank=True)
    end = models.CharField(max_length=10, choices=choices(End), default=End.NONE)
    end_reason = models.TextField(blank=True)
    ended = models.DateField(null=True)
    lost_to = models.CharField(max_length=200, blank=True)  # the place that a lost case went to
    contacted = models.DateField(null=True)  # the last day of talking with the company
    next_due = models.DateField(null=True, editable=False)  # the nearest last day of its running clocks, see `counting`
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()
    objects = Cases.as_manager()

    policy = Policy(
        unit="unit",
        company="company",
        acts={
            "see": STAFF | COMPANY,
            "export": STAFF,
            "work": OFFICERS,  # open it, move it, change what is known of it
            "assign": STAFF,
            "override": LEADERS,
            "verify": OFFICERS,
            "ask": OFFICERS,
            "answer": COMPANY | OFFICERS,
            "rate": COMPANY,
            "end": OFFICERS,
        },
    )
    personal = FILE
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}

    class Meta:
        ordering = ("-opened", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "end", "stage", "-opened"], name="cases_of_a_unit"),
            models.Index(fields=["officer", "end", "estimated"], name="cases_of_an_officer"),
            models.Index(fields=["company", "-opened"], name="cases_of_a_company"),
            models.Index(fields=["end", "-opened", "-id"], name="cases_newest_first"),
            models.Index(fields=["unit", "end", "next_due", "id"], name="cases_of_a_unit_by_day"),
            models.Index(fields=["end", "next_due", "id"], name="cases_by_day"),
            models.Index(fields=["stage", "-since", "-id"], condition=Q(end="none"), name="cases_open_by_stage"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_amount_keeps_its_currency_kind_and_day",
                condition=Q(amount=None) | (~Q(currency="") & ~Q(amount_kind="") & Q(amount_as_of__isnull=False)),
            ),
            models.CheckConstraint(name="what_has_ended_has_a_day", condition=Q(end=End.NONE) | Q(ended__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **more: Any) -> None:
        """Like any save, but for `estimated`, which only a `DateChange` moves, and `next_due`, which clocks keep."""
        if self.pk is not None and not more.get("force_insert"):
            names = more.get("update_fields") or [f.name for f in self._meta.concrete_fields if not f.primary_key]
            if "estimated" in (more.get("update_fields") or ()):
                raise TypeError("an estimated day is moved by a DateChange")
            more["update_fields"] = [name for name in names if name not in ("estimated", "next_due")]
        super().save(*args, **more)

    @property
    def is_open(self) -> bool:
        return End(self.end).is_open

    @property
    def money(self) -> Money | None:
        if self.amount is None or self.amount_as_of is None:
            return None
        return Money(self.amount, self.currency, self.amount_kind, self.amount_as_of, self.amount_is_actual)
