"""What is stored of notices: those that were made, who wants no letters when, and who asked without an account."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import User
from luodi.web.core.personal_data import YEAR, Account, Kept, Personal
from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Standing

_LANGUAGES = [("zh", "中文"), ("en", "English")]


class Subscription(models.Model):
    """Who is to be told of what. Nothing is sent but the question whether they want it, until `confirmed`.

    `state` is what the subject was when they were last told, or asked: what differs from it is a change. Nobody is
    shown these rows: the letters hold secret addresses, and those are the only way to a row.
    """

    name = models.CharField(max_length=32, unique=True)  # random; a secret address is this, signed
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    kind = models.CharField(max_length=10)  # of the subject: plan, entry, cell
    subject = models.TextField()
    fingerprint = models.CharField(max_length=64)  # SHA-256 of kind and subject
    asked = models.DateTimeField()  # when the last letter about the wish itself was due
    confirmed = models.DateTimeField(null=True)
    state = models.JSONField()
    changes = models.PositiveIntegerField(default=0)  # of which they were told

    policy = NOBODY
    personal = Kept(
        "直到收信人停止；未确认的七天", "until its reader stops it; seven days where never confirmed", address="email"
    )
    not_in_journal = ("name", "email", "subject", "fingerprint", "state")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["email", "fingerprint"], name="asked_once_for_a_subject")
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Notice(models.Model):
    """What somebody is told: made in the transaction of what it tells of, sent afterwards, shown while they may see
    the row. Once per person, kind, row and reason.

    `user` is the person, or None for the bare address in `email`. The row is named by its label and key. `values` are
    put into the words; one that differs by language is `{"zh": .., "en": ..}`. `daily` waits for the day's one letter.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="notices")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    kind = models.CharField(max_length=40)
    row = models.CharField(max_length=100)  # such as advisor.Enquiry
    row_key = models.CharField(max_length=100)
    reason = models.CharField(max_length=100)
    words = models.CharField(max_length=100)  # where the keys of its words begin
    values = models.JSONField(default=dict)
    legal = models.BooleanField(default=False)
    daily = models.BooleanField(default=False)
    made = models.DateTimeField()
    due = models.DateTimeField()
    taken = models.DateTimeField(null=True)  # by whoever is sending it
    sent = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=10, blank=True)  # why no letter goes: see `letters`
    read = models.DateTimeField(null=True)

    policy = Policy(user="user", acts={"see": frozenset({Standing.OWNER}), "read": frozenset({Standing.OWNER})})
    personal = Personal("user", YEAR, "made", address="email")
    not_in_journal = ("email", "values")

    class Meta:
        ordering = ("-made", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "kind", "row", "row_key", "reason"],
                condition=~Q(user=None),
                name="a_person_is_told_once",
            ),
            models.UniqueConstraint(
                fields=["email", "kind", "row", "row_key", "reason"],
                condition=Q(user=None),
                name="an_address_is_told_once",
            ),
            models.CheckConstraint(condition=~Q(user=None) | ~Q(email=""), name="a_notice_is_for_somebody"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due"], condition=Q(sent=None, withheld=""), name="notices_waiting"),
            models.Index(fields=["user"], condition=Q(read=None), name="notices_unread"),
            models.Index(fields=["row", "row_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Stopped(models.Model):
    """A kind of which somebody wants no letters; a person with an account still finds its notices on the page."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()

    policy = NOBODY
    personal = Kept("直到本人重新要求接收", "until the person wants such letters again", address="email", owner="user")
    not_in_journal = ("email",)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind"], condition=~Q(user=None), name="a_person_stops_once"),
            models.UniqueConstraint(fields=["email", "kind"], condition=Q(user=None), name="an_address_stops_once"),
        ]


class Quiet(models.Model):
    """When somebody wants no letters: from `starts` to before `ends`, over midnight where that is earlier."""

    user = models.OneToOneField(User, models.CASCADE, related_name="quiet")
    starts = models.TimeField()
    ends = models.TimeField()
    zone = models.CharField(max_length=40)  # of the tz database, such as Asia/Shanghai

    policy = NOBODY
    personal = Account("user")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(starts=models.F("ends")), name="a_day_is_not_quiet_throughout")
        ]
