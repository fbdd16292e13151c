"""What is stored of those who asked to be told of a change: an address and a subject, until they stop."""

from typing import Any, ClassVar

from django.db import models

from luodi.web.accounts.ownership import NOBODY
from luodi.web.accounts.personal import Kept, With

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

    access = NOBODY
    personal = Kept(
        "直到收信人停止；未确认的七天", "until its reader stops it; seven days where never confirmed", address="email"
    )
    not_in_journal = ("name", "email", "subject", "fingerprint", "state")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["email", "fingerprint"], name="asked_once_for_a_subject")
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Letter(models.Model):
    """A letter that is due: made in the transaction of what it tells of, sent afterwards. One for each reason."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="letters")
    reason = models.CharField(max_length=60)
    words = models.CharField(max_length=60)  # the key of its words
    values = models.JSONField(default=dict)
    due = models.DateTimeField()
    taken = models.DateTimeField(null=True)  # by whoever is sending it
    sent = models.DateTimeField(null=True)

    access = NOBODY
    personal = With("subscription")
    not_in_journal = ("values",)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subscription", "reason"], name="one_letter_a_reason")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["sent", "due"])]
