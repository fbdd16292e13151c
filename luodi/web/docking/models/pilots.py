"""What is stored of pilots: their acceptance tests with results, and what they are shown and repeated as."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.casework.pilots import PilotState
from luodi.web.accounts.models import User
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Standing
from luodi.web.docking.models.market import COMPANY, FILE, OFFICERS, STAFF, Match, choices


class Pilot(models.Model):
    """What is tried out of a match, where, and from when to when."""

    match = models.OneToOneField(Match, models.PROTECT, related_name="pilot")
    site = models.CharField(max_length=300)
    starts = models.DateField()
    ends = models.DateField()  # the last day
    state = models.CharField(max_length=12, choices=choices(PilotState), default=PilotState.PLANNED)
    reason = models.TextField(blank=True)  # why it was stopped
    judged_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    judged = models.DateTimeField(null=True)
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="match__unit",
        company="match__sides__company",
        acts={"see": STAFF | COMPANY, "work": OFFICERS, "report": OFFICERS | COMPANY},
    )
    personal = FILE

    class Meta:
        ordering = ("-starts", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="a_pilot_ends_after_it_starts", condition=Q(ends__gte=models.F("starts")))
        ]

    def __str__(self) -> str:
        return f"pilot {self.pk}"


class PilotTest(models.Model):
    """One acceptance test: what is measured, what is wanted, what came out, and what shows it."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="tests")
    text = models.CharField(max_length=300)
    wanted = models.CharField(max_length=200)
    required = models.BooleanField(default=True)
    measured = models.CharField(max_length=200, blank=True)
    passed = models.BooleanField(null=True)
    proof = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="pilot__match__unit",
        company="pilot__match__sides__company",
        acts={"see": STAFF | COMPANY, "report": OFFICERS | COMPANY, "answer": OFFICERS | COMPANY},
    )
    personal = FILE

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_result_has_its_measure",
                condition=Q(passed=None) | (~Q(measured="") & Q(at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"test {self.pk}"


class DemonstrationProject(models.Model):
    """An accepted pilot that others may look at: what it is, where, since when. `shown`: whether everybody may."""

    pilot = models.OneToOneField(Pilot, models.PROTECT, related_name="project")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    text_zh = models.TextField()
    text_en = models.TextField()
    place = models.CharField(max_length=200)
    since = models.DateField()
    shown = models.BooleanField(default=False)
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="pilot__match__unit",
        public=Q(shown=True),
        acts={"see": STAFF | {Standing.ANYBODY}, "work": OFFICERS},
    )

    class Meta:
        ordering = ("-since", "-id")

    def __str__(self) -> str:
        return f"project {self.pk}"

    def title(self, lang: str) -> str:
        return self.title_zh if lang == "zh" else self.title_en


class Replication(models.Model):
    """That a project was repeated somewhere else, since a day, and where that can be read."""

    project = models.ForeignKey(DemonstrationProject, models.PROTECT, related_name="replications")
    place = models.CharField(max_length=200)
    since = models.DateField()
    source = models.CharField(max_length=300)
    added = models.DateTimeField()

    policy = Policy(
        unit="project__pilot__match__unit",
        public=Q(project__shown=True),
        acts={"see": STAFF | {Standing.ANYBODY}, "work": OFFICERS},
    )

    class Meta:
        ordering = ("since", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "place"], name="a_project_is_repeated_once_in_a_place")
        ]

    def __str__(self) -> str:
        return f"replication {self.pk}"
