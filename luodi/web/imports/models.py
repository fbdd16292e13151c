"""What every kind of import stores: one file on its way, and its rows. An app adds where these belong to."""

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import User


class FileRun(models.Model):
    """One file on its way: looked at, read, compared, decided. `read` and `compared` say how far it has come, so that
    whoever takes it over goes on from there."""

    class State(models.TextChoices):
        MAPPING = "mapping"  # a person says which column says what
        READING = "reading"
        COMPARING = "comparing"
        DECIDING = "deciding"  # a person decides
        FAILED = "failed"

    name = models.CharField(max_length=200)
    form = models.CharField(max_length=10)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    rows = models.PositiveIntegerField(default=0)  # of the file; 0 until it is read
    read = models.PositiveIntegerField(default=0)  # rows that are stored
    skipped = models.PositiveIntegerField(default=0)  # of them, those that cannot be used
    compared = models.BigIntegerField(default=0)  # the last row that has its proposals
    doing = models.CharField(max_length=10, blank=True)  # a decision for many rows that is under way
    problem = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ("-at", "-id")

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.READING, self.State.COMPARING) or bool(self.doing)


class FileRow(models.Model):
    """A row as it came, and what it says; `problem` where it cannot be used. A subclass says `run`."""

    class State(models.TextChoices):
        SKIPPED = "skipped"
        WAITING = "waiting"  # for its proposals
        NUMBER = "number"  # one record has its number
        NEW = "new"  # nothing is like it
        ALIKE = "alike"  # a person looks
        TWIN = "twin"  # another row of the file is like it, and comes first
        DONE = "done"
        REJECTED = "rejected"

    line = models.PositiveIntegerField()
    raw = models.JSONField()
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    twin = models.ForeignKey("self", models.SET_NULL, null=True, related_name="twins")
    twin_id: int | None

    class Meta:
        abstract = True
        ordering = ("run_id", "line")


def row_constraints(kept_once: str, says_why: str) -> list[models.BaseConstraint]:
    """Those of every table of rows, by their names."""
    return [
        models.UniqueConstraint(fields=["run", "line"], name=kept_once),
        models.CheckConstraint(condition=~Q(state="skipped") | ~Q(problem=""), name=says_why),
    ]


def row_indexes(name: str) -> list[models.Index]:
    return [models.Index(fields=["run", "state", "line"], name=name)]
