"""What is stored of meetings of supply and demand: sessions, pairings, and how far each pairing came."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from luodi.casework.meetings import MeetingState, Step
from luodi.web.accounts.models import Unit
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Standing
from luodi.web.docking.models.market import COMPANY, OFFICERS, STAFF, Match, choices
from luodi.web.docking.models.money import Priced, whole


class Meeting(models.Model):
    """A day on which demand and supply meet, made by a unit."""

    reference = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="meetings")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    day = models.DateField()
    place = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=choices(MeetingState), default=MeetingState.DRAFT)
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        public=Q(state__in=[MeetingState.ANNOUNCED, MeetingState.HELD]),
        acts={"see": STAFF | {Standing.ANYBODY}, "work": OFFICERS, "count": STAFF},
    )

    class Meta:
        ordering = ("-day", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "-day", "-id"], name="meetings_by_day")]

    def __str__(self) -> str:
        return self.reference

    def title(self, lang: str) -> str:
        return self.title_zh if lang == "zh" else self.title_en


class Session(models.Model):
    """A part of a meeting, from one time to another, in one room."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="sessions")
    starts = models.TimeField()
    ends = models.TimeField()
    room = models.CharField(max_length=100, blank=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    policy = Policy(
        unit="meeting__unit",
        public=Q(meeting__state__in=[MeetingState.ANNOUNCED, MeetingState.HELD]),
        acts={"see": STAFF | {Standing.ANYBODY}, "work": OFFICERS},
    )

    class Meta:
        ordering = ("starts", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="a_session_ends_after_it_starts", condition=Q(ends__gt=F("starts")))
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    def title(self, lang: str) -> str:
        return self.title_zh if lang == "zh" else self.title_en


class Pairing(Priced):
    """A match that sits down at a table of a session. The amount is that of the intent, then of the contract."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="pairings")
    match = models.ForeignKey(Match, models.PROTECT, related_name="pairings")
    table = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=8, choices=choices(Step), default=Step.PAIRED)
    note = models.TextField(blank=True)
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="session__meeting__unit",
        company="match__sides__company",
        acts={"see": STAFF | COMPANY, "work": OFFICERS},
    )

    class Meta:
        ordering = ("session", "table")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            whole("pairing"),
            models.UniqueConstraint(fields=["session", "table"], name="a_table_is_taken_once_a_session"),
            models.UniqueConstraint(fields=["session", "match"], name="a_match_sits_once_a_session"),
        ]

    def __str__(self) -> str:
        return f"pairing {self.pk}"
