"""What is stored of the mail of cases."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.mail import ON_CASE, MailState
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models import OFFICERS, STAFF, LandingCase, choices
from luodi.web.companies.models import Contact
from luodi.web.core.personal_data import YEAR, Personal, With
from luodi.web.core.policy import Policy
from luodi.web.files.models import StoredFile

_STRAY: Final = Q(case=None) | Q(state=MailState.SET_ASIDE)
_ACTS: Final = {"see": STAFF, "work": OFFICERS}
#: Part of their case, so that their files may be opened.
OPENED: Final = (*ON_CASE, MailState.QUEUED, MailState.SENT, MailState.FAILED)
OUTGOING: Final = (MailState.QUEUED, MailState.SENT, MailState.FAILED)
#: To be looked at by somebody.
OPEN: Final = (MailState.UNREAD, MailState.HELD)


def _of_unit(way: str) -> Policy:
    """Of the unit of its case; without one, of the unit that received it."""
    beside = Policy(unit=f"{way}unit", acts=_ACTS, where=Q(**{f"{way}case": None}))
    return Policy(unit=f"{way}case__unit", acts=_ACTS, where=~Q(**{f"{way}case": None}), beside=beside)


class Message(models.Model):
    """An e-mail, written here or taken in. Without a case it belongs to `unit`, which receives what names nobody.

    `sender` and `recipients` are addresses as the message says them: nothing shows that they are true.
    """

    case = models.ForeignKey(LandingCase, models.PROTECT, null=True, related_name="mail")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    thread = models.ForeignKey("self", models.SET_NULL, null=True, related_name="followers")  # its first message
    state = models.CharField(max_length=10, choices=choices(MailState))
    message_id = models.CharField(max_length=260, blank=True)
    follows = models.JSONField(default=list)  # the ids of earlier messages, the nearest last
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    recipients = models.JSONField(default=list)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")  # the sender, where known
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    dated = models.DateTimeField(null=True)  # as its sender says
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    notes = models.JSONField(default=list)  # what its reader should know, see `luodi.mail.reading.Mail`
    automatic = models.BooleanField(default=False)
    left_out = models.JSONField(default=list)  # files that were not taken: {"name", "zh", "en"}
    fingerprint = models.CharField(max_length=64, unique=True)
    reason = models.TextField(blank=True)  # why it was set aside, or was not sent
    due = models.DateTimeField(null=True)  # when it is sent, or tried again
    taken = models.DateTimeField(null=True)  # by whoever is sending it
    attempts = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = _of_unit("")
    personal = Personal(None, YEAR, "at", address="sender", where=_STRAY, erase="luodi.web.mail.actions.erase_message")
    never_edited = ("message_id", "subject", "text", "dated", "at", "fingerprint")
    not_in_journal = ("sender", "sender_name", "recipients", "subject", "text", "left_out", "reason")

    class Meta:
        verbose_name = "e-mail"
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-at"], name="mail_of_a_case"),
            models.Index(fields=["unit", "-at"], condition=Q(case=None), name="mail_of_no_case"),
            models.Index(fields=["case", "state"], condition=Q(state__in=("unread", "held")), name="mail_to_look_at"),
            models.Index(fields=["due"], condition=Q(state="queued"), name="mail_to_send"),
            models.Index(fields=["message_id"], name="mail_by_id"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mail_that_belongs_to_a_case_names_it",
                condition=Q(case__isnull=False) | Q(state__in=("unassigned", "set_aside")),
            )
        ]

    def __str__(self) -> str:
        return f"e-mail {self.pk}"

    @property
    def is_outgoing(self) -> bool:
        return self.state in OUTGOING


class Attachment(models.Model):
    """A file that came or went with a message. One that was taken from the case is a file of the case as well."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    policy = _of_unit("message__")
    personal = With("message")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "file"], name="a_file_is_attached_once")
        ]
