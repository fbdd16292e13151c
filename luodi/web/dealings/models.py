"""What is stored of hand-offs, promises, propositions, talks and tasks."""

from enum import StrEnum
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.promises import PromiseState
from luodi.casework.propositions import OfferState
from luodi.casework.referrals import GroupState, ReferralState, group_state
from luodi.casework.tasks import TaskState
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.cases.models import COMPANY, FILE, OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy

_OF_THE_UNIT: Final = {"see": STAFF, "work": OFFICERS}


class HandOff(models.Model):
    """A question of a case that other units are asked, each by a `Referral`. Its state follows from theirs."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="hand_offs")
    question = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(unit="case__unit", acts={"see": STAFF})
    personal = With("case")
    never_edited = ("question", "at")
    not_in_journal = ("question",)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"hand-off {self.pk}"

    @property
    def state(self) -> GroupState:
        """Computed. Read the referrals before, where there are many hand-offs."""
        return group_state(ReferralState(one.state) for one in self.referrals.all())


class Referral(models.Model):
    """What one unit is asked, and what became of it. `unit` is responsible, and `due` the day by which."""

    hand_off = models.ForeignKey(HandOff, models.PROTECT, related_name="referrals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="referrals")
    due = models.DateField()
    sent = models.DateField()
    state = models.CharField(max_length=10, choices=choices(ReferralState), default=ReferralState.SENT)
    officer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # who took it on
    words = models.TextField(blank=True)  # why it was declined, or what came out
    chased = models.PositiveSmallIntegerField(default=0)  # days of the last chaser that was sent
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(
        unit="unit",
        acts={"see": STAFF, "accept": OFFICERS, "decline": OFFICERS, "finish": OFFICERS},
        beside=Policy(unit="hand_off__case__unit", acts={"see": STAFF}),
    )
    personal = With("hand_off")
    not_in_journal = ("words",)

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["unit", "due"], condition=Q(state__in=("sent", "accepted")), name="referrals_to_answer"
            ),
            models.Index(fields=["sent"], condition=Q(state="sent"), name="referrals_to_chase"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hand_off", "unit"], name="a_unit_is_asked_once")
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"


class Promise(models.Model):
    """What the company was promised. It sees it once it was shown, and by then there is an owner and a day."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="promises")
    what = models.TextField()
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="promises")
    due = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    shown = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=choices(PromiseState), default=PromiseState.OPEN)
    reason = models.TextField(blank=True)
    settled = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(
        unit="case__unit",
        acts=_OF_THE_UNIT,
        beside=Policy(company="case__company", acts={"see": COMPANY, "answer": COMPANY}, where=Q(shown__isnull=False)),
    )
    personal = With("case")
    not_in_journal = ("what", "reason")

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due"], condition=Q(state="open"), name="promises_to_keep")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="what_is_promised_has_an_owner_and_a_day",
                condition=Q(shown=None) | (Q(owner__isnull=False) & Q(due__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class Proposition(models.Model):
    """A package that is offered to a company. It is an officer's word and no determination; where it rests on one,
    that of the case is shown beside it."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="propositions")
    title = models.CharField(max_length=200)
    text = models.TextField()
    last_day = models.DateField(null=True)  # on which it can be taken
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices(OfferState), default=OfferState.DRAFT)
    offered = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(
        unit="case__unit",
        acts=_OF_THE_UNIT,
        beside=Policy(
            company="case__company", acts={"see": COMPANY, "answer": COMPANY}, where=~Q(state=OfferState.DRAFT)
        ),
    )
    personal = With("case")
    not_in_journal = ("title", "text", "reason")

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_day"], condition=Q(state="offered"), name="propositions_to_lapse")
        ]

    def __str__(self) -> str:
        return f"proposition {self.pk}"


class TalkKind(StrEnum):
    CALL = "call"
    MEETING = "meeting"
    VISIT = "visit"
    MAIL = "mail"
    EVENT = "event"


class Interaction(models.Model):
    """A talk with a company: when, how, with whom and what about. For the unit alone."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="interactions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.ForeignKey(LandingCase, models.PROTECT, null=True, related_name="interactions")
    kind = models.CharField(max_length=10, choices=choices(TalkKind))
    day = models.DateField()
    people = models.CharField(max_length=300, blank=True)
    note = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(unit="unit", acts=_OF_THE_UNIT)
    personal = FILE
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    never_edited = ("kind", "day", "people", "note", "at")
    not_in_journal = ("people", "note")

    class Meta:
        ordering = ("-day", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["company", "-day"], name="talks_of_a_company"),
            models.Index(fields=["case", "-day"], name="talks_of_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Task(models.Model):
    """Something that an officer does by a day. `talk` is the meeting at which it was decided."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="tasks")
    talk = models.ForeignKey(Interaction, models.PROTECT, null=True, related_name="decisions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, related_name="tasks")
    due = models.DateField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices(TaskState), default=TaskState.OPEN)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(unit="case__unit", acts=_OF_THE_UNIT)
    personal = With("case")
    not_in_journal = ("what", "reason")

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due"], condition=Q(state="open"), name="tasks_to_do")
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"
