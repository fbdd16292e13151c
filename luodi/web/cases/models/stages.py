"""What is stored of a case's way: days that were moved, and landings that were claimed."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import User
from luodi.web.cases.models.cases import LEADERS, OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy


class Moving(StrEnum):
    """Of an estimated day: moved at once, or proposed where the day is near, until a leader decides."""

    MADE = "made"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"

    @property
    def counts(self) -> bool:
        return self in (Moving.MADE, Moving.APPROVED)


class DateChange(models.Model):
    """An expected day of landing, what it was before, and why. The only way in which that day changes."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="date_changes")
    old = models.DateField(null=True)
    new = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=choices(Moving))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="case__unit", acts={"see": STAFF, "move": OFFICERS, "approve": LEADERS})
    personal = With("case")
    never_edited = ("old", "new", "reason", "at")

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="proposed"), name="one_proposed_day_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Claimed(StrEnum):
    OPEN = "open"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Claim(models.Model):
    """A landing that an officer claims, and what another one found. `proofs` are those that it rested on."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="claims")
    day = models.DateField()  # on which the company had landed
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices(Claimed), default=Claimed.OPEN)
    verifier = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    proofs = models.JSONField(default=list)  # primary keys, as they were when it was decided
    gate = models.CharField(max_length=80, blank=True)  # the rule that it passed

    policy = Policy(unit="case__unit", acts={"see": STAFF})
    personal = With("case")

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="one_open_claim_at_a_time")
        ]

    def __str__(self) -> str:
        return f"claim of {self.day}"


class Correcting(StrEnum):
    """Of a day of landing: proposed by one person, then confirmed or declined by another."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class DayCorrection(models.Model):
    """Another day for a landing that was verified, with the one it had. The only way in which that day changes."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="day_corrections")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="corrections")
    old = models.DateField()
    new = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=choices(Correcting), default=Correcting.PROPOSED)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="case__unit", acts={"see": STAFF, "confirm": STAFF})
    personal = With("case")
    never_edited = ("case", "claim", "old", "new", "reason", "at")

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="proposed"), name="one_proposed_correction_at_a_time"
            ),
            models.CheckConstraint(
                name="nobody_confirms_a_correction_of_their_own",
                condition=Q(decided_by=None) | Q(by=None) | ~Q(decided_by=models.F("by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
