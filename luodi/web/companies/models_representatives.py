"""What is stored of people who are to act for a company: proposed by one person, confirmed by another."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from luodi.web.accounts.models import Company, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import Personal
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, RoleLevel, Standing, Who

_WORKERS: frozenset[Who] = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


class RepresentativeProposal(models.Model):
    """That an officer wants somebody to act for a company, for another person to confirm. Nobody is written to before.

    Confirmed, whoever has no account gets a letter with a link, and others the role. Until `expires` it can be decided.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"  # the company was merged meanwhile

    company = models.ForeignKey(Company, models.PROTECT, related_name="representative_proposals")
    email = models.EmailField()
    scope = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RoleLevel], default=RoleLevel.FULL)
    ends = models.DateField(null=True, blank=True)  # of the role: the first day on which it is no more
    language = models.CharField(max_length=7, default="zh-hans")  # of the letter
    reason = models.TextField()  # how it is known that this person acts for the company
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    expires = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why it was declined
    version = models.PositiveIntegerField(default=1)

    never_edited = ("company", "email", "scope", "ends", "reason", "at", "expires")
    policy = Policy(
        user="by",
        company="company",
        acts={"see": _WORKERS | {Role.LEADER}, "confirm": _WORKERS, "withdraw": frozenset({Standing.OWNER})},
    )
    personal = Personal(None, timedelta(days=30), "expires", address="email")
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.STAY, Keeping.BY_RULE)}
    not_in_journal = ("email", "reason", "answer")

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "email"], condition=Q(state="proposed"), name="one_open_proposal_of_a_representative"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(by=None) | Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="nobody_confirms_their_own_representative",
            ),
        ]

    def __str__(self) -> str:
        return f"representative proposal {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PROPOSED

    def is_over(self, at: datetime) -> bool:
        """Whether it can no longer be decided, or the role would be over by now."""
        on: date = localdate(at)
        return self.expires <= at or (self.ends is not None and self.ends <= on)
