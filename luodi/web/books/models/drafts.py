"""What the desk stores: drafts with every state they were in, the editions they became, and which is in force."""

from typing import ClassVar

from django.db import models

from luodi.editor.stages import DraftAction, State
from luodi.web.accounts.models import User
from luodi.web.core.personal_data import Kept, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Standing

_POLICY_OFFICERS = frozenset({Role.POLICY_OFFICER})


class Draft(models.Model):
    """A book that somebody is changing. `files` is the whole book, packed as `archive.pack` does.

    `base` is the hash of the edition that it began from, and `base_files` that edition. `first_day` is the day on
    which it is to come into force, `version` counts the changes, so that none overwrites another one unseen.
    """

    book = models.CharField(max_length=100)
    base = models.CharField(max_length=64)
    base_files = models.BinaryField()
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State], default=State.DRAFT)
    files = models.BinaryField()
    first_day = models.DateField(null=True)
    reviewer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reviewed = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was sent back, or ended
    created = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(acts={"see": _POLICY_OFFICERS, **{act.value: _POLICY_OFFICERS for act in DraftAction}})
    personal = Kept(
        "规则库的修改记录长期保存；账号删除后不再显示姓名", "as the history of the law; the names go with the accounts"
    )
    not_in_journal = ("files", "base_files")

    class Meta:
        ordering = ("-changed", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["book", "state"])]

    def __str__(self) -> str:
        return f"{self.book}: {self.title}"


class Revision(models.Model):
    """One action on a draft. `files` are those that it wrote, packed, with null for those it removed. Never edited."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # of the draft after the action
    act = models.CharField(max_length=12)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    files = models.BinaryField(null=True)

    policy = Policy(acts={"see": _POLICY_OFFICERS})
    personal = With("draft")
    not_in_journal = ("files",)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} of draft {self.draft_id}"


class Publication(models.Model):
    """An edition of a book that is in force from `first_day` on, until another one follows or it is withdrawn.

    `hash` is that of the book, as answers name it; `digest` is that of all its files, tests included.
    """

    book = models.CharField(max_length=100)
    hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    files = models.BinaryField()
    first_day = models.DateField()
    draft = models.OneToOneField(Draft, models.PROTECT, related_name="publication")
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)  # why it was withdrawn

    policy = Policy(acts={"see": _POLICY_OFFICERS, "withdraw": _POLICY_OFFICERS, "export": _POLICY_OFFICERS})
    personal = With("draft")
    not_in_journal = ("files",)

    class Meta:
        ordering = ("-first_day", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["book", "first_day"])]

    def __str__(self) -> str:
        return f"{self.book} from {self.first_day}"


class InForce(models.Model):
    """Which edition of a book the site answers from; no publication means the one that ships with the program.

    It is written in the transaction in which stored answers become stale, so it says for what they were looked
    through, and the day alone changes nothing of it.
    """

    book = models.CharField(max_length=100, primary_key=True)
    publication = models.ForeignKey(Publication, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()

    policy = Policy(acts={"see": frozenset({Standing.ANYBODY})})

    class Meta:
        verbose_name_plural = "books in force"

    def __str__(self) -> str:
        return self.book
