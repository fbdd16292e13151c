"""Files of leads on their way. They say who somebody is and how to reach them, so they are kept for a year."""

from typing import ClassVar

from django.db import models

from luodi.web.accounts.models import Unit
from luodi.web.core.personal_data import YEAR, Personal, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who
from luodi.web.files.models import StoredFile
from luodi.web.imports.models import FileRow, FileRun, row_constraints, row_indexes

_OFFICERS: frozenset[Who] = frozenset({Role.OFFICER})
_STAFF: frozenset[Who] = _OFFICERS | {Role.LEADER}


class LeadFile(FileRun):
    """A file of leads. Once its rows are read, they are all that is kept of it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # which the leads are for
    source = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    policy = Policy(unit="unit", acts={"see": _STAFF, "change": _OFFICERS})
    personal = Personal(None, YEAR, "at")
    not_in_journal = ("name", "problem")

    class Meta(FileRun.Meta):
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "-at"], name="files_of_a_source")]

    def __str__(self) -> str:
        return f"import {self.pk}"


class LeadRow(FileRow):
    """A row of a file of leads; `said` is what `files.read_row` gives. It goes with the lead that came of it."""

    run = models.ForeignKey(LeadFile, models.CASCADE, related_name="records")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, null=True, related_name="rows")
    email = models.EmailField(blank=True)
    at = models.DateTimeField()

    never_edited = ("line", "raw", "said", "at")
    policy = Policy(unit="run__unit", acts={"see": _STAFF, "change": _OFFICERS})
    personal = Personal(None, YEAR, "at", address="email")
    not_in_journal = ("raw", "said", "problem", "email")

    class Meta(FileRow.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = row_constraints(
            "a_row_of_leads_is_kept_once", "a_skipped_lead_says_why"
        )
        indexes: ClassVar[list[models.Index]] = row_indexes("rows_of_leads_by_state")

    def __str__(self) -> str:
        return f"row {self.pk}"


class LeadMatch(models.Model):
    """A lead that a row may be about, with the score and its parts, in points."""

    row = models.ForeignKey(LeadRow, models.CASCADE, related_name="matches")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="+")
    score = models.SmallIntegerField()
    parts = models.JSONField()

    policy = Policy(unit="row__run__unit", acts={"see": _STAFF})
    personal = With("row")

    class Meta:
        ordering = ("row_id", "-score", "id")

    def __str__(self) -> str:
        return f"match {self.pk}"
