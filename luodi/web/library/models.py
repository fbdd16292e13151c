"""What the library stores: the texts that search finds, and every state of a book that was ever on this site."""

from typing import ClassVar

from django.db import models

from luodi.library.ordinals import ALWAYS, NEVER
from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Standing


class Text(models.Model):
    """One entry as search shows it. `position` is its place in the index of words, in the order of the library.

    `names` are what it is called, each with its rank. `first` and `last` are ordinals of days, both inclusive;
    `closed` says that it does not hold on any day.
    """

    position = models.PositiveIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    title_zh = models.TextField()
    title_en = models.TextField()
    body_zh = models.TextField()
    body_en = models.TextField()
    first = models.PositiveIntegerField(default=NEVER)
    last = models.PositiveIntegerField(default=ALWAYS)
    closed = models.BooleanField(default=False)
    read = models.CharField(max_length=10, blank=True)
    doubtful = models.BooleanField(default=False)
    services = models.JSONField(default=list)
    places = models.JSONField(default=list)
    names = models.JSONField(default=list)

    policy = Policy(acts={"see": frozenset({Standing.ANYBODY})})

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "name"], name="one_text_an_entry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Index(models.Model):
    """Which state of the books and of the reader the index was made from. One row."""

    digest = models.CharField(max_length=64)
    texts = models.PositiveIntegerField()
    made = models.DateTimeField()

    policy = NOBODY

    def __str__(self) -> str:
        return f"{self.texts} texts of {self.digest[:12]}"


class Edition(models.Model):
    """A state of a book as it was on this site: its files, and what changed since the one before it.

    `files` is a compressed archive of the book's folder; `changes` the difference as JSON, null for the first one.
    """

    book = models.CharField(max_length=100)
    version = models.CharField(max_length=50)
    hash = models.CharField(max_length=64)
    seen = models.DateTimeField()
    files = models.BinaryField()
    changes = models.JSONField(null=True)

    never_edited = ("book", "version", "hash", "seen", "files", "changes")
    policy = Policy(acts={"see": frozenset({Standing.ANYBODY})})

    class Meta:
        ordering: ClassVar = ["-seen", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["book", "hash"], name="one_edition_a_hash")]

    def __str__(self) -> str:
        return f"{self.book} {self.version} {self.hash[:12]}"


class Learned(models.Model):
    """A change of the law or of a book, as this site learned it; `withdrawn` where the books say so no longer.

    `change` is its id, the same for ever; the texts stand here, since the entry may be gone one day.
    """

    number = models.BigAutoField(primary_key=True)
    change = models.CharField(max_length=32, db_index=True)
    on = models.DateField()
    kind = models.CharField(max_length=20)
    entry_kind = models.CharField(max_length=20, blank=True)
    entry = models.CharField(max_length=200, blank=True)
    book = models.CharField(max_length=100, blank=True)
    version = models.CharField(max_length=50, blank=True)
    edition = models.CharField(max_length=64, blank=True)  # the beginning of its hash
    title = models.JSONField()
    figures = models.JSONField(default=list)
    withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField()

    policy = Policy(acts={"see": frozenset({Standing.ANYBODY})})

    class Meta:
        verbose_name_plural = "learned changes"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} on {self.on}"
