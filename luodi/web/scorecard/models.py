"""What is stored of the plan: indicators with their dated definitions, contributions, tasks, and frozen editions.

No row holds a total: a value is the number of contributions that count.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from django.db import models
from django.db.models import F, Q

from luodi.scorecard.contributions import Asked, Counted, Distinct, State, Thing
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.cases.models import LandingCase
from luodi.web.core.personal_data import Kept, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who
from luodi.web.docking.models import DemonstrationProject

OFFICERS: Final[frozenset[Who]] = frozenset({Role.OFFICER})
LEADERS: Final[frozenset[Who]] = frozenset({Role.LEADER})
STAFF: Final[frozenset[Who]] = OFFICERS | LEADERS
FILE: Final = Kept(
    "计划统计档案按档案规定保存，申报人、核对人随档案",
    "as long as the file of the plan, which names who claimed and who checked",
)


def choices(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in words]


class Indicator(models.Model):
    """What is counted for a goal or a task of the plan. How it is counted stands in its definitions.

    Everybody who works here may read it; its figures are for those whose role reaches its unit, since only they may
    see all that is counted.
    """

    code = models.SlugField(max_length=40, unique=True)
    of = models.CharField(max_length=20)  # id of a goal or task of the book `action-plan`
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="indicators")  # it and those below it contribute
    thing = models.CharField(max_length=10, choices=choices(Thing))
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    measured_zh = models.CharField(max_length=20)  # the unit of measure, such as 个
    measured_en = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        acts={"figures": STAFF, "define": STAFF, "approve": LEADERS},
        beside=Policy(acts={"see": STAFF}),
    )
    personal = FILE
    never_edited = ("code", "of", "unit", "thing", "title_zh", "title_en", "measured_zh", "measured_en", "made")

    class Meta:
        ordering = ("of", "code")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["unit"], name="indicators_of_a_unit")]

    def __str__(self) -> str:
        return self.code

    @property
    def titles(self) -> dict[str, str]:
        return {"zh": self.title_zh, "en": self.title_en}

    @property
    def measured(self) -> dict[str, str]:
        return {"zh": self.measured_zh, "en": self.measured_en}


class Source(models.TextChoices):
    ARTICLE = "article"  # the plan gives the target
    ASSUMPTION = "assumption"  # a suggestion, shown as such
    DECISION = "decision"  # decided by whoever may


class DefinitionState(models.TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class Definition(models.Model):
    """One dated line of an indicator: which things it takes, by which proofs, from where to where, until when.

    A revision is another line with a reason and somebody who approved it; no line is ever changed.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="definitions")
    number = models.PositiveSmallIntegerField()  # 1 is the first promise
    holds = models.DateField()  # from this day
    takes = models.JSONField(default=dict)  # see `definitions.filter_of`
    proofs = models.JSONField(default=list)  # kinds of the book `casework` that a landing must have on file
    distinct = models.CharField(max_length=10, choices=choices(Distinct), default=Distinct.THING)
    baseline = models.PositiveIntegerField(default=0)
    target = models.PositiveIntegerField(null=True)  # None where nothing was promised
    starts = models.DateField()
    due = models.DateField()
    path = models.JSONField(default=list)  # {"day", "value"} between start and due; straight where there is none
    source = models.CharField(max_length=10, choices=Source.choices)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=DefinitionState.choices, default=DefinitionState.PROPOSED)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="indicator__unit", acts={"approve": LEADERS}, beside=Policy(acts={"see": STAFF}))
    personal = With("indicator")
    never_edited = (
        "indicator",
        "number",
        "holds",
        "takes",
        "proofs",
        "distinct",
        "baseline",
        "target",
        "starts",
        "due",
        "path",
        "source",
        "reason",
        "at",
    )

    class Meta:
        ordering = ("indicator", "number")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "number"], name="definitions_are_numbered"),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(state="proposed"), name="one_proposed_definition_at_a_time"
            ),
            models.CheckConstraint(name="a_promise_is_due_after_it_starts", condition=Q(due__gt=F("starts"))),
            models.CheckConstraint(name="a_definition_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} line {self.number}"


class Platform(models.Model):
    """A platform that serves landings, as a thing that can be counted: whose it is, since when, where it is seen."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="platforms")
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    address = models.URLField(max_length=300, unique=True)
    since = models.DateField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField()

    policy = Policy(unit="unit", acts={"see": STAFF, "add": OFFICERS})
    personal = FILE

    def __str__(self) -> str:
        return f"platform {self.pk}"


#: What an indicator counts.
Countable: TypeAlias = LandingCase | DemonstrationProject | Platform


class Contribution(models.Model):
    """One thing that is claimed for one indicator, and what became of it. A thing is here once, whatever happens.

    `reason` says why it was rejected or reversed; such a row stays and is shown. `company` is whose landing it is, and
    `group` the head of its group, as on the day of the last act; a merge moves both.
    """

    SERIES: ClassVar[str] = "CB"
    reference = models.CharField(max_length=16, unique=True)  # CB-2026-0001
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="contributions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contributions")  # of the thing
    case = models.ForeignKey(LandingCase, models.PROTECT, null=True, related_name="contributions")
    project = models.ForeignKey(DemonstrationProject, models.PROTECT, null=True, related_name="contributions")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, related_name="contributions")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="contributions")
    group = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=choices(State), default=State.CLAIMED)
    claimed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    claimed = models.DateTimeField()
    check_by = models.DateField()
    checker = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    asked = models.CharField(max_length=10, blank=True, choices=choices(Asked))  # why it is to be reversed
    asked_at = models.DateTimeField(null=True)
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        acts={"see": STAFF, "export": STAFF, "claim": OFFICERS, "check": OFFICERS, "reverse": OFFICERS},
        beside=Policy(unit="indicator__unit", acts={"reverse": LEADERS}),
    )
    personal = FILE
    never_edited = ("reference", "indicator", "unit", "case", "project", "platform")
    of_company: ClassVar[dict[str, OfCompany]] = {
        "company": OfCompany(Merging.MOVE, Keeping.BY_RULE),
        "group": OfCompany(Merging.MOVE, Keeping.BY_RULE),
    }

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["indicator", "state"], name="contributions_by_state"),
            models.Index(fields=["state", "check_by", "id"], name="contributions_to_check"),
            models.Index(fields=["asked_at"], condition=~Q(asked=""), name="contributions_to_reverse"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "case"], name="a_case_counts_once"),
            models.UniqueConstraint(fields=["indicator", "project"], name="a_project_counts_once"),
            models.UniqueConstraint(fields=["indicator", "platform"], name="a_platform_counts_once"),
            models.CheckConstraint(
                name="a_contribution_is_one_thing",
                condition=Q(case__isnull=False, project=None, platform=None)
                | Q(case=None, project__isnull=False, platform=None)
                | Q(case=None, project=None, platform__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_checks_what_they_claimed",
                condition=Q(checker=None) | Q(claimed_by=None) | ~Q(checker=F("claimed_by")),
            ),
            models.CheckConstraint(
                name="what_does_not_count_has_a_reason",
                condition=~Q(state__in=["rejected", "reversed"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="only_what_counts_is_asked_back",
                condition=Q(asked="", asked_at=None) | (~Q(asked="") & Q(state="counted", asked_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def thing(self) -> Countable:
        found = self.case or self.project or self.platform
        assert found is not None
        return found

    @property
    def counted(self) -> Counted:
        return Counted(self.reference, self.company_id, self.group_id)


class ContributionStep(models.Model):
    """One act on a contribution, kept as it was. What stood on a day is worked out from these."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=choices(State))  # after it
    reason = models.TextField(blank=True)
    rests_on = models.JSONField(default=dict)  # the thing, its proofs and the line of the definition, as they were
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(unit="contribution__unit", acts={"see": STAFF})
    personal = With("contribution")
    never_edited = ("contribution", "act", "state", "reason", "rests_on", "at")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} {self.contribution_id}"


class PlanTask(models.Model):
    """A task of the plan that was given to a unit, with what was said of it last. Tasks without a row are nobody's."""

    task = models.CharField(max_length=20, unique=True)  # id of the book `action-plan`
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plan_tasks")
    due = models.DateField(null=True)
    declared = models.CharField(max_length=12, blank=True, choices=choices(Declared))
    declared_day = models.DateField(null=True)
    evidenced = models.CharField(max_length=12, blank=True, choices=choices(Evidenced))
    evidenced_day = models.DateField(null=True)
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        acts={"declare": OFFICERS, "assign": LEADERS},
        beside=Policy(acts={"see": STAFF, "review": STAFF}),
    )

    class Meta:
        ordering = ("task",)

    def __str__(self) -> str:
        return f"task {self.task}"


class TaskLine(models.Model):
    """What was said of a task: to whom it was given, what the unit declared, what a reviewer found. Never changed."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"
        DECLARED = "declared"
        EVIDENCED = "evidenced"

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=12, blank=True)
    note = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # that answered for it then
    due = models.DateField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(acts={"see": STAFF})
    personal = With("task")
    never_edited = ("task", "kind", "value", "note", "unit", "due", "at")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.task_id}"


class FrozenEdition(models.Model):
    """What stood in a unit and those below it at the end of a day, as one text with its hash. Never changed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plan_editions")
    number = models.PositiveIntegerField()  # 1, 2, 3 .. of the unit
    day = models.DateField()
    content = models.TextField()  # see `luodi.scorecard.editions.Edition`
    hash = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    policy = Policy(unit="unit", acts={"see": STAFF, "export": STAFF, "freeze": LEADERS})
    personal = FILE
    not_in_journal = ("content",)
    never_edited = ("unit", "number", "day", "content", "hash", "at")

    class Meta:
        verbose_name = "edition"
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "number"], name="editions_of_a_unit_are_numbered")
        ]

    def __str__(self) -> str:
        return f"edition {self.number}"
