"""What the advisor stores: answers that somebody relies on, enquiries with their replies, and reports."""

import json
import zlib
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.enquiries import State
from luodi.web.accounts.models import Unit, User
from luodi.web.core.personal_data import YEAR, Account, Personal, With
from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Role, Standing, Who
from luodi.web.files.models import StoredFile
from luodi.web.files.queries import given_back

_LANGUAGES = [("zh", "中文"), ("en", "English")]
_OWNER = frozenset({Standing.OWNER})
_OFFICERS: frozenset[Who] = frozenset({Role.OFFICER})
_READERS: frozenset[Who] = frozenset({Role.OFFICER, Role.LEADER, Standing.OWNER})
_POLICY_OFFICERS = frozenset({Role.POLICY_OFFICER})


class _AddedOnly(models.QuerySet[models.Model]):
    def update(self, **changes: object) -> int:
        raise TypeError(f"a {self.model._meta.verbose_name} is never edited")


class Determination(models.Model):
    """An answer as it was given: which books, facts and clauses made it, what was missing. Never edited.

    `query` holds the answers as an address does; `has_day` says that it names the day `on`, which otherwise is the
    day of asking. `packed` is the whole plan, the document of `luodi advise --json`, as compressed JSON.
    """

    query = models.TextField()
    on = models.DateField()
    has_day = models.BooleanField()
    made = models.DateTimeField()
    digest = models.CharField(max_length=64)  # SHA-256 of the plan
    verdict = models.CharField(max_length=20, blank=True)
    books = models.JSONField()  # {"name", "version", "hash"} of each
    facts = models.JSONField()  # {"attribute", "value"} of each fact that was given
    clauses = models.JSONField()  # {"instrument", "articles"} of each text that it rests on
    missing = models.JSONField()  # names of facts that the verdict waits for
    packed = models.BinaryField()
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replaced_by")
    objects = _AddedOnly.as_manager()

    never_edited = (
        "query",
        "on",
        "has_day",
        "made",
        "digest",
        "verdict",
        "books",
        "facts",
        "clauses",
        "missing",
        "packed",
    )
    policy = NOBODY  # shown with the enquiry or the saved answers that it belongs to

    def save(self, *args: Any, **more: Any) -> None:
        if self.pk:
            raise TypeError("a determination is never edited")
        super().save(*args, **more)

    def __str__(self) -> str:
        return f"{self.verdict or 'no verdict'} on {self.on}"

    @property
    def document(self) -> bytes:
        """The whole plan as JSON."""
        return zlib.decompress(bytes(self.packed))

    @property
    def state(self) -> str:
        """`standing`, `stale` or `replaced`."""
        if self.replaced_by.exists():
            return "replaced"
        return "stale" if hasattr(self, "stale") else "standing"


class Stale(models.Model):
    """What changed so that an answer no longer holds: `steps_new`, `policies_gone` and so on, as ids."""

    determination = models.OneToOneField(Determination, models.CASCADE, related_name="stale")
    at = models.DateTimeField()
    difference = models.JSONField()

    never_edited = ("at", "difference")
    policy = NOBODY


class Enquiry(models.Model):
    """Answers that were handed over to a unit, with what their sender asks of it."""

    reference = models.CharField(max_length=16, unique=True)
    determination = models.OneToOneField(Determination, models.PROTECT, related_name="enquiry")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="enquiries")
    sender = models.ForeignKey(User, models.SET_NULL, null=True, related_name="enquiries")  # where they had signed in
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    company = models.CharField(max_length=300, blank=True)
    message = models.TextField(blank=True)
    received = models.DateTimeField()  # with their consent, which the form demands
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.NEW)
    assigned = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)  # why it was closed
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        user="sender",
        acts={"see": _READERS, "send": _OWNER, "assign": _OFFICERS, "answer": _OFFICERS, "close": _OFFICERS},
    )
    personal = Personal(
        "sender",
        3 * YEAR,
        "received",
        address="email",
        where=Q(state=State.CLOSED),
        erase="luodi.web.advisor.erasure.enquiry",
    )
    not_in_journal = ("name", "email", "company", "message")

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ("-received", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["unit", "state"])]

    def __str__(self) -> str:
        return self.reference

    def own_files(self) -> dict[str, bytes]:
        """The plan as it was handed over, what was answered, and what was sent, for the person who sent it."""
        said = [{"at": r.at.isoformat(), "text": r.text, "language": r.language} for r in self.replies.all()]
        return {
            f"enquiry-{self.reference}.json": self.determination.document,
            f"enquiry-{self.reference}-replies.json": json.dumps(said, ensure_ascii=False).encode(),
            **given_back(f"enquiry-{self.reference}", [one.file for one in self.files.select_related("file")]),
        }


class Reply(models.Model):
    """What an officer answered. It is that officer's opinion and no determination. Never edited."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="replies")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    text = models.TextField()
    at = models.DateTimeField()
    objects = _AddedOnly.as_manager()

    policy = Policy(unit="enquiry__unit", user="enquiry__sender", acts={"see": _READERS})
    personal = With("enquiry")
    never_edited = ("language", "text", "at")
    not_in_journal = ("text",)

    class Meta:
        verbose_name_plural = "replies"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"reply {self.pk}"


class EnquiryFile(models.Model):
    """A file that came with an enquiry."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    policy = Policy(unit="enquiry__unit", user="enquiry__sender", acts={"see": _READERS, "download": _READERS})
    personal = With("enquiry")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"file of enquiry {self.enquiry_id}"


#: What can be said of a line.
FAULTS: Final = ("wrong", "missing", "simpler")


class Report(models.Model):
    """A line of a plan or of the library that somebody finds wrong, or something that is missing there."""

    kind = models.CharField(max_length=20)  # a kind of the library, or `section` of a plan
    line = models.CharField(max_length=200)  # the id of the rule, step, policy ..
    fault = models.CharField(max_length=10, choices=[(name, name) for name in FAULTS])
    text = models.TextField()
    query = models.TextField(blank=True)  # the answers of the plan, where the reporter lets them go along
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    received = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    policy = Policy(
        acts={
            "see": _POLICY_OFFICERS,
            "close": _POLICY_OFFICERS,
            "report": frozenset({Standing.SIGNED_IN}),
        }
    )
    personal = Personal(None, YEAR, "closed", address="email")
    not_in_journal = ("text", "query", "email")

    class Meta:
        ordering = ("-received", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.line}"


class Saved(models.Model):
    """Answers that a person keeps, to be told when their plan changes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved")
    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the address
    determination = models.OneToOneField(Determination, models.PROTECT, related_name="saved")
    at = models.DateTimeField()

    policy = Policy(user="user", acts={"see": _OWNER, "save": _OWNER, "renew": _OWNER, "forget": _OWNER})
    personal = Account("user", secret=("fingerprint",), erase="luodi.web.advisor.erasure.saved")
    not_in_journal = ("name", "fingerprint")

    class Meta:
        verbose_name_plural = "saved answers"
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="the_same_answers_are_saved_once")
        ]

    def __str__(self) -> str:
        return f"saved answers {self.pk}"

    def own_files(self) -> dict[str, bytes]:
        """The plan, for the person whose it is."""
        return {f"saved-{self.pk}.json": self.determination.document}


class Checked(models.Model):
    """Against which books all answers that people rely on were last looked through. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    books = models.CharField(max_length=64, blank=True)
    day = models.DateField(null=True)

    policy = NOBODY


class ObservedTime(models.Model):
    """How long an office took for a step in the year until a day, as counted on that day; without ends for fewer than
    ten procedures. Those of earlier days stay: a plan shows what was known on its day."""

    step = models.CharField(max_length=80)  # an id of the book landing-steps
    office = models.CharField(max_length=200)  # by its Chinese name, as the plan has it
    office_en = models.CharField(max_length=300)
    first = models.DateField()
    last = models.DateField()
    n = models.PositiveIntegerField()
    least = models.PositiveSmallIntegerField(null=True)  # working days, like the others
    most = models.PositiveSmallIntegerField(null=True)
    whole_least = models.PositiveSmallIntegerField(null=True)  # with the days on which the office waited
    whole_most = models.PositiveSmallIntegerField(null=True)

    policy = Policy(acts={"see": frozenset({Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER})})

    class Meta:
        verbose_name = "observed time"
        ordering = ("-last", "step", "office")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["last", "step", "office"], name="a_time_is_counted_once_a_day"),
            models.CheckConstraint(
                name="fewer_than_ten_have_no_times",
                condition=Q(n__gte=10) | Q(least=None, most=None, whole_least=None, whole_most=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} until {self.last}"
