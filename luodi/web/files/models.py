"""What is stored of a file; its bytes lie on the disk, see `storage`."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.uploads.kinds import Kind
from luodi.web.accounts.models import User
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Standing


class Scan(models.TextChoices):
    """What a scanner for viruses has said."""

    NONE = "none"  # the site has no scanner
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"  # the scanner did not answer, however often it was asked


class StoredFile(models.Model):
    """A file as it was sent. It belongs to the row of another app that names it, by which it is reached and with
    which it goes; that app decides who may read it."""

    name = models.CharField(max_length=200)  # as its sender called it
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    flags = models.JSONField(default=list)  # what its reader should know, see `checking.Checked`
    place = models.CharField(max_length=40, unique=True)  # the name of its bytes on the disk
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # none for a visitor
    at = models.DateTimeField()
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.NONE)
    found = models.CharField(max_length=200, blank=True)  # what the scanner found, or why it failed
    attempts = models.PositiveSmallIntegerField(default=0)
    scanned = models.DateTimeField(null=True)

    policy = Policy(user="by", acts={"store": frozenset({Standing.OWNER})})
    personal = Kept("与所属的记录同存同删", "as long as the record that it belongs to, and goes with it")
    never_edited = ("name", "kind", "size", "sha256", "flags", "place", "at")
    not_in_journal = ("name", "place")

    class Meta:
        verbose_name = "file"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["scan"], condition=~Q(scan=Scan.CLEAN), name="files_not_clean"),
            models.Index(fields=["at"], name="files_by_age"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def media_type(self) -> str:
        return Kind(self.kind).media_type
