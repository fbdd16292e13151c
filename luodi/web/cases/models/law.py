"""What is stored of a change of law: what it does to each open case, and the letter to the company that follows."""

from enum import StrEnum
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import User
from luodi.web.advisor.models import Determination
from luodi.web.books.models import Draft
from luodi.web.cases.models.cases import OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import Kept, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who

_POLICY_OFFICERS: Final[frozenset[Who]] = frozenset({Role.POLICY_OFFICER})


class Cause(StrEnum):
    """`trial`: a draft that is not published. `edition`: editions came into force, or were withdrawn. `day`: a rule
    began or ended by its own day."""

    TRIAL = "trial"
    EDITION = "edition"
    DAY = "day"


class LawChange(models.Model):
    """The law before and after, and how far the open cases are worked out. `before` and `after` are the editions in
    force, as keys of publications by book; a book that is not named is as it ships. Of a trial `after` is the draft.

    `last` is the key of the last case that was worked out: whoever goes on begins behind it.
    """

    cause = models.CharField(max_length=10, choices=choices(Cause))
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="+")
    draft_version = models.PositiveIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    day_before = models.DateField()
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, default="waiting")  # waiting, running, done, failed, stopped
    done = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    last = models.PositiveBigIntegerField(default=0)
    ended = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    policy = Policy(
        acts={
            "see": _POLICY_OFFICERS | STAFF,
            "count": _POLICY_OFFICERS,  # all cases, of which nobody is named
            "stop": _POLICY_OFFICERS,
        }
    )
    personal = Kept(
        "规则变化的记录长期保存；账号删除后不再显示姓名", "as the history of the law; the names go with the accounts"
    )
    not_in_journal = ("done", "whole", "last")

    class Meta:
        verbose_name = "change of law"
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["at"], condition=~Q(cause="trial"), name="one_change_of_law_a_moment")
        ]

    def __str__(self) -> str:
        return f"change of law {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def is_trial(self) -> bool:
        return self.cause == Cause.TRIAL


class LetterState(StrEnum):
    """`none`: there is nothing to send, as in a trial. `replaced`: a later change of law has its own letter."""

    NONE = "none"
    DRAFT = "draft"
    SENT = "sent"
    LEFT = "left"
    REPLACED = "replaced"


class CaseChange(models.Model):
    """What a change of law does to one case: `changes` as `Change.as_json` has them, the time that is left before and
    after, and the letter. A time without an upper end is None; days gained are None where an end is open."""

    change = models.ForeignKey(LawChange, models.CASCADE, related_name="cases")
    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="law_changes")
    determination = models.ForeignKey(Determination, models.PROTECT, related_name="+")
    changes = models.JSONField()
    kinds = models.CharField(max_length=100)  # " step time ", for filters
    least_before = models.PositiveIntegerField(null=True)
    most_before = models.PositiveIntegerField(null=True)
    least_after = models.PositiveIntegerField(null=True)
    most_after = models.PositiveIntegerField(null=True)
    gained = models.IntegerField(null=True)  # at the upper end
    gained_least = models.IntegerField(null=True)  # at the lower end
    is_worked_out = models.BooleanField(default=False)
    letter = models.CharField(max_length=10, choices=choices(LetterState), default=LetterState.NONE)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was left
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="case__unit", acts={"see": STAFF, "export": STAFF, "work": OFFICERS})
    personal = With("case")

    class Meta:
        verbose_name = "change of a case"
        ordering = ("-change_id", "case_id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["change", "gained"]),
            models.Index(fields=["letter"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["change", "case"], name="a_change_of_law_meets_a_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.change_id}"
