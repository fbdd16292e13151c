"""What trying a draft stores: profiles typed for it, and runs that say what it would change."""

from typing import ClassVar

from django.db import models

from luodi.web.accounts.models import User
from luodi.web.books.models.drafts import Draft
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role

_POLICY_OFFICERS = frozenset({Role.POLICY_OFFICER})


class TriedProfile(models.Model):
    """A company that a policy officer made up to try a draft with: a profile as YAML."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="profiles")
    name = models.CharField(max_length=100)
    text = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(acts={"see": _POLICY_OFFICERS, "remove": _POLICY_OFFICERS})
    personal = With("draft")
    not_in_journal = ("text",)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["draft", "name"], name="one_tried_profile_a_name")
        ]

    def __str__(self) -> str:
        return f"profile {self.pk} of draft {self.draft_id}"


class Run(models.Model):
    """A draft tried on profiles, on stored answers or on the companies of a register.

    `version` is that of the draft when it was asked for, `done` of `whole` how far it is. `result` holds what differs
    as JSON, `listed` the ids of companies as compressed CSV. A run that was told to stop keeps nothing.
    """

    KINDS = ("profiles", "answers", "companies")
    STATES = ("waiting", "running", "done", "failed", "stopped")

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in STATES], default="waiting")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    on = models.DateField()  # the day for which it is answered
    done = models.PositiveBigIntegerField(default=0)
    whole = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(null=True)
    listed = models.BinaryField(null=True)
    problem = models.TextField(blank=True)

    policy = Policy(acts={"see": _POLICY_OFFICERS, "stop": _POLICY_OFFICERS, "export": _POLICY_OFFICERS})
    personal = With("draft")
    not_in_journal = ("result", "listed", "done", "whole")

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["draft", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} of draft {self.draft_id}"

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "running")
