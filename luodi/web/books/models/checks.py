"""What somebody found when they checked a row of a book: on which day, where, and who confirmed it."""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from luodi.web.accounts.models import User
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role

if TYPE_CHECKING:
    from luodi.rules.kept_rows import Key

_POLICY_OFFICERS = frozenset({Role.POLICY_OFFICER})


class Found(StrEnum):
    """What a check found; the words are the family `check_found` of the terms."""

    SAME = "same"
    CHANGED = "changed"
    ENDED = "ended"


class CheckState(StrEnum):
    """`waits`: it raises confidence, and a second person has to confirm it. `counts`: the row was checked on its day.
    `draft`: what it found goes into the book by a draft, and the row stays due until then."""

    WAITS = "waits"
    COUNTS = "counts"
    REFUSED = "refused"
    DRAFT = "draft"


class Check(models.Model):
    """One check of a row. `edition` is the hash of the book that was checked, `where` a link or a document.

    `confidence` and `verification` are what the row is to say from now on; empty where they stay. `draft` is the one
    that carries it into the book.
    """

    book = models.CharField(max_length=100)
    table = models.CharField(max_length=40)
    row = models.CharField(max_length=200)
    edition = models.CharField(max_length=64)
    on = models.DateField()
    where = models.CharField(max_length=500)
    found = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Found])
    note = models.TextField(blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    verification = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in CheckState])
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField()
    second = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was not confirmed
    draft = models.ForeignKey("books.Draft", models.PROTECT, null=True, related_name="checks")
    version = models.PositiveIntegerField(default=1)

    policy = Policy(acts={act: _POLICY_OFFICERS for act in ("see", "record", "confirm", "refuse")})
    personal = Kept(
        "规则库的核对记录长期保存；账号删除后不再显示姓名", "as the history of the law; the names go with the accounts"
    )

    class Meta:
        ordering = ("-made", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["book", "table", "row"]),
            models.Index(fields=["state"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} on {self.on}"

    @property
    def key(self) -> "Key":
        from luodi.rules.kept_rows import Key  # a command of an operator loads the models and no rules

        return Key(self.book, self.table, self.row)
