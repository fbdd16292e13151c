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
from luodi.web.imports.models import FileRow, FileRun, row_constraints, row_indexes

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


class ImportRun(FileRun):
    """A file of companies on its way."""

    source = models.ForeignKey(ImportSource, models.PROTECT, related_name="runs")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    policy = Policy(acts={"see": _READERS, "change": _WORKERS})
    personal = _BY
    not_in_journal = ("name", "problem")  # a problem may say the name

    def __str__(self) -> str:
        return f"import {self.pk}"


class InboundRecord(FileRow):
    """A row of a file of companies; `said` is what `mapping.Said` is. Kept as long as the import."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="records")
    hash = models.CharField(max_length=64)  # SHA-256 of the source and what it said

    never_edited = ("line", "raw", "hash", "said")
    policy = Policy(acts={"see": _READERS, "change": _WORKERS})
    personal = Kept(
        "企业登记信息中的股东姓名，与导入记录一同保存", "names of holders in registers stay with the import"
    )

    class Meta(FileRow.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = row_constraints(
            "a_row_is_kept_once", "a_skipped_row_says_why"
        )
        indexes: ClassVar[list[models.Index]] = row_indexes("records_by_state")

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
