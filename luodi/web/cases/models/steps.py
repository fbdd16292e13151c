"""What is stored of a case's work: steps, clocks with their pauses, and questions to the company."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.calendar import WorkingCalendar
from luodi.casework import clocks
from luodi.casework.step_states import StepState
from luodi.web.accounts.models import User
from luodi.web.cases.models.cases import COMPANY, OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy

#: `OWN_PACE` of luodi.casework.steps, which a command of an operator need not load.
_OWN_PACE = ("own", "duty")


class CaseStep(models.Model):
    """A step of the landing plan as this case takes it. What the plan said of it stays beside it as it was."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=80)  # an id of the book landing-steps
    place = models.PositiveSmallIntegerField()  # in the order of the plan
    track = models.CharField(max_length=20)
    title = models.JSONField()  # {"zh", "en"}, like the other words here
    authority = models.JSONField()
    documents = models.JSONField(default=list)
    basis = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    runs_with = models.CharField(max_length=80, blank=True)
    days = models.PositiveSmallIntegerField(null=True)  # working days at most, by the plan; None where nobody tells
    basis_of_days = models.JSONField(default=dict)  # `rests`, `least`, and as `law` what the office's clock counts
    optional = models.BooleanField(default=False)
    recurs = models.BooleanField(default=False)  # a continuing duty, which no landing waits for
    planned_start = models.DateField()
    planned_finish = models.DateField()
    first_start = models.DateField()  # as the first plan that named it foresaw; a later one does not move them
    first_finish = models.DateField()
    state = models.CharField(max_length=20, choices=choices(StepState), default=StepState.OPEN)
    reason = models.TextField(blank=True)
    submitted = models.DateField(null=True)
    decided = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(unit="case__unit", company="case__company", acts={"see": STAFF | COMPANY, "work": OFFICERS})
    personal = With("case")
    never_edited = ("first_start", "first_finish")

    class Meta:
        verbose_name = "step"
        ordering = ("case_id", "place", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "step"], name="a_case_has_a_step_once")
        ]

    def __str__(self) -> str:
        return self.step

    @property
    def goes_own_pace(self) -> bool:
        """Whether it waits for nobody but the company."""
        return self.basis_of_days.get("rests") in _OWN_PACE


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class InfoRequest(models.Model):
    """A question to the company, with the day by which it is asked to answer. `unit` of the case is responsible. One
    about a `fact` of the plan is answered by what the plan is asked with."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="requests")
    step = models.ForeignKey(CaseStep, models.PROTECT, null=True, related_name="requests")
    question = models.TextField()
    fact = models.CharField(max_length=80, blank=True)  # a name of the vocabulary
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=10, choices=choices(RequestState), default=RequestState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)  # days of the last chaser that was sent
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="case__unit",
        company="case__company",
        acts={"see": STAFF | COMPANY, "answer": COMPANY | OFFICERS, "withdraw": OFFICERS},
    )
    personal = With("case")
    not_in_journal = ("question", "answer")

    class Meta:
        verbose_name = "question"
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due"], condition=Q(state="open"), name="questions_open_by_due")
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Clock(models.Model):
    """What is counted in working days. `due` is its last day if it is not paused again; None while it is paused, after
    it stopped and where no text gives a limit. It is kept so that lists need not count."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="clocks")
    step = models.ForeignKey(CaseStep, models.PROTECT, null=True, related_name="clocks")
    request = models.OneToOneField(InfoRequest, models.PROTECT, null=True, related_name="clock")
    kind = models.CharField(max_length=20)  # step, request, verification
    started = models.DateField()
    limit = models.PositiveSmallIntegerField(null=True)
    stopped = models.DateField(null=True)
    due = models.DateField(null=True)

    policy = Policy(unit="case__unit", company="case__company", acts={"see": STAFF | COMPANY})
    personal = With("case")

    class Meta:
        ordering = ("started", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due"], condition=Q(stopped=None), name="clocks_running_by_due"),
            models.Index(fields=["case"], condition=Q(stopped=None), name="clocks_running_of_a_case"),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk}"

    def as_clock(self) -> clocks.Clock:
        """For `casework.clocks`, with the pauses in order."""
        pauses = tuple(clocks.Pause(p.first, p.last, p.cause) for p in self.pauses.all())
        return clocks.Clock(self.started, self.limit, self.stopped, pauses)

    def reading(self, on: date, calendar: WorkingCalendar) -> clocks.Reading:
        return clocks.read(self.as_clock(), on, calendar)


class Pause(models.Model):
    """Why a clock stood still, from one day to another."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    first = models.DateField()
    last = models.DateField(null=True)
    cause = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    policy = Policy(unit="clock__case__unit", company="clock__case__company", acts={"see": STAFF | COMPANY})
    personal = With("clock")

    class Meta:
        ordering = ("first", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="a_pause_has_a_cause", condition=~Q(cause="")),
            models.CheckConstraint(
                name="a_pause_ends_after_it_began", condition=Q(last=None) | Q(last__gte=models.F("first"))
            ),
            models.UniqueConstraint(fields=["clock"], condition=Q(last=None), name="one_pause_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"pause from {self.first}"
