"""What is stored of obstacles and of the policy questions that they join."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.obstacles import IssueState, ObstacleKind, ObstacleState
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.cases.models import COMPANY, FILE, LEADERS, OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who

_POLICY: Final[frozenset[Who]] = frozenset({Role.POLICY_OFFICER})
#: A complaint about those who handle the case: the leaders of the unit above may handle it too.
AGAINST_SOMEBODY: Final = Q(against_person__isnull=False) | Q(against_unit__isnull=False)
OPEN: Final = tuple(state.value for state in ObstacleState if state.is_open)


class PolicyIssue(models.Model):
    """A question to those who keep a rule, which obstacles of several companies may raise."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    about_kind = models.CharField(max_length=20, blank=True)  # a kind of the library
    about = models.CharField(max_length=200, blank=True)  # the id of the rule, step, policy ..
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="policy_issues")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=12, choices=choices(IssueState), default=IssueState.RAISED)
    answer = models.TextField(blank=True)  # what has changed, or why not; every raiser reads it
    settled = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(unit="unit", acts={"see": STAFF | _POLICY, "work": OFFICERS | _POLICY})
    personal = FILE
    not_in_journal = ("title", "text", "answer")

    class Meta:
        verbose_name = "policy question"
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["unit", "state"], name="issues_of_a_unit")]

    def __str__(self) -> str:
        return f"policy question {self.pk}"


class Obstacle(models.Model):
    """Something that stands in a company's way. `unit` is responsible, and answers by `due`."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="obstacles")
    case = models.ForeignKey(LandingCase, models.PROTECT, null=True, related_name="obstacles")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="obstacles")
    kind = models.CharField(max_length=12, choices=choices(ObstacleKind))
    about_kind = models.CharField(max_length=20, blank=True)
    about = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    against_person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # whom a complaint is about,
    against_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # who never handle it
    raised_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=12, choices=choices(ObstacleState), default=ObstacleState.RECEIVED)
    officer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was refused, passed on or opened again
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5, of the handling, by the company
    rating_words = models.TextField(blank=True)
    issue = models.ForeignKey(PolicyIssue, models.PROTECT, null=True, related_name="obstacles")
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(
        unit="unit",
        company="company",
        acts={
            "see": STAFF | COMPANY | _POLICY,
            "raise": OFFICERS | COMPANY,
            "work": OFFICERS,
            "judge": COMPANY,
            "join": OFFICERS | _POLICY,
        },
        about_user="against_person",
        about_unit="against_unit",
        beside=Policy(
            unit="case__unit",
            acts={"see": STAFF},
            about_user="against_person",
            about_unit="against_unit",
            beside=Policy(unit="unit", acts={"work": LEADERS}, where=AGAINST_SOMEBODY),
        ),
    )
    personal = FILE
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    not_in_journal = ("text", "answer", "reason", "rating_words")

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "due"], condition=Q(state__in=OPEN), name="obstacles_to_answer"),
            models.Index(fields=["company", "-at"], name="obstacles_of_a_company"),
            models.Index(fields=["about_kind", "about", "unit"], name="obstacles_by_rule"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_rating_is_one_to_five", condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5)
            )
        ]

    def __str__(self) -> str:
        return f"obstacle {self.pk}"
