"""What is stored of acts. The database refuses to change an entry; each holds the hash of the one before it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Role

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Entry(models.Model):
    """One act. Persons are named by their number alone, so that an account can be erased and the chain still holds."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 .. without a gap
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)  # id of a user; none for a visitor, a command or a task
    role = models.CharField(max_length=200)  # the roles held at the time, or `visitor`, `command`, `task`
    unit = models.CharField(max_length=400)  # paths of the units of those roles
    act = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)  # such as `accounts.Membership`
    subject = models.CharField(max_length=100)  # primary key of the record
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    policy = Policy(acts={"see": _ADMINISTRATORS, "export": _ADMINISTRATORS})

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-number",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "subject"]),
            models.Index(fields=["actor"]),
            models.Index(fields=["kind"], condition=Q(after__isnull=True), name="entries_of_deleted_records"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act} {self.kind} {self.subject}"


class Head(models.Model):
    """Where the chain ends: one row, locked while an entry is added, so that there is always one next."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    policy = NOBODY


class ExportRecord(models.Model):
    """A list that left the site: who took it, of what, how many rows, in which form and with which filter."""

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=100)
    rows = models.BigIntegerField()
    form = models.CharField(max_length=20)  # csv, xlsx, json ..
    asked = models.JSONField(default=dict)  # the filter as it was asked for
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="export")

    policy = Policy(acts={"see": _ADMINISTRATORS})

    class Meta:
        ordering = ("-at",)
