"""What is stored of files of companies: where they come from, each row as it came, and what was decided of it."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import Company, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who
from luodi.web.files.models import StoredFile

_WORKERS: Final[frozenset[Who]] = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
_READERS: Final[frozenset[Who]] = _WORKERS | {Role.LEADER}
_BY: Final = Kept("导入记录及经办人的编号一同保存", "as long as the import, with the number of who decided")


class ImportSource(models.Model):
    """Where files come from, and which column of theirs says what, as it was last confirmed."""

    name = models.CharField(max_length=200, unique=True)
    origin = models.CharField(max_length=10)  # `models.Origin` of what it says
    mapping = models.JSONField(default=dict)  # column to what it says, see `mapping.targets`

    policy = Policy(acts={"see": _READERS, "change": _WORKERS})

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file on its way: looked at, read, compared, decided. `read` and `compared` say how far it has come, so that
    whoever takes it over goes on from there."""

    class State(models.TextChoices):
        MAPPING = "mapping"  # a person says which column says what
        READING = "reading"
        COMPARING = "comparing"
        DECIDING = "deciding"  # a person decides
        FAILED = "failed"

    source = models.ForeignKey(ImportSource, models.PROTECT, related_name="runs")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=10)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    rows = models.PositiveIntegerField(default=0)  # of the file; 0 until it is read
    read = models.PositiveIntegerField(default=0)  # rows that are stored
    skipped = models.PositiveIntegerField(default=0)  # of them, those that are no company
    compared = models.BigIntegerField(default=0)  # the last record that has its proposals
    doing = models.CharField(max_length=10, blank=True)  # a decision for many rows that is under way
    problem = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(acts={"see": _READERS, "change": _WORKERS})
    personal = _BY
    not_in_journal = ("name", "problem")  # a problem may say the name

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.READING, self.State.COMPARING) or bool(self.doing)


class InboundRecord(models.Model):
    """A row as it came, and what it says; `problem` where it is no company. Kept as long as the import."""

    class State(models.TextChoices):
        SKIPPED = "skipped"
        WAITING = "waiting"  # for its proposals
        NUMBER = "number"  # one company has its number
        NEW = "new"  # nothing is like it
        ALIKE = "alike"  # a person looks
        TWIN = "twin"  # another row of the file is like it, and comes first
        DONE = "done"
        REJECTED = "rejected"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="records")
    line = models.PositiveIntegerField()
    raw = models.JSONField()
    hash = models.CharField(max_length=64)  # SHA-256 of the source and what it said
    said = models.JSONField(default=dict)  # `mapping.Said`
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    twin = models.ForeignKey("self", models.SET_NULL, null=True, related_name="twins")

    never_edited = ("line", "raw", "hash", "said")
    policy = Policy(acts={"see": _READERS, "change": _WORKERS})
    personal = Kept(
        "企业登记信息中的股东姓名，与导入记录一同保存", "names of holders in registers stay with the import"
    )

    class Meta:
        ordering = ("run_id", "line")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "line"], name="a_row_is_kept_once"),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(problem=""), name="a_skipped_row_says_why"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["run", "state", "line"], name="records_by_state")]

    def __str__(self) -> str:
        return f"record {self.pk}"


class MatchDecision(models.Model):
    """That a record is about a company, or about a new one: proposed with its score, then decided by a person."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"
        UNDONE = "undone"

    record = models.ForeignKey(InboundRecord, models.CASCADE, related_name="decisions")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="decisions")
    created = models.BooleanField(default=False)  # whether the company was made by it
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    score = models.SmallIntegerField(default=0)
    parts = models.JSONField(default=dict)  # what the score is made of, in points
    applied = models.JSONField(default=dict)  # {"room.Model": {value: primary key}} of what it added
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    policy = Policy(acts={"see": _READERS, "change": _WORKERS})
    personal = _BY
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.RECORD)}
    not_in_journal = ("applied",)  # it has names of holders, which the journal could never forget

    class Meta:
        ordering = ("record_id", "-score", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(state="confirmed"), name="a_record_is_about_one_company"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(company__isnull=False, at__isnull=False),
                name="decided_for_a_company",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"
