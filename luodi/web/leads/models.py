"""What is stored of leads: signals as they came, leads, the evidence of their scores, and what people add to these."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from luodi.casework.leads import Lead as State
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.advisor.models import Determination, Enquiry
from luodi.web.cases.models import LandingCase
from luodi.web.core.personal_data import YEAR, Personal, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who

_OFFICERS: Final[frozenset[Who]] = frozenset({Role.OFFICER})
_STAFF: Final[frozenset[Who]] = _OFFICERS | {Role.LEADER}


class Lead(models.Model):
    """A company that may come, or an event that points to one. Its score is a range, computed from `Evidence`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leads")
    title = models.CharField(max_length=300)
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="leads")
    company_name = models.CharField(max_length=300, blank=True)  # as it was said, until it is a company here
    country = models.CharField(max_length=2, blank=True)
    summary = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    technology = models.CharField(max_length=300, blank=True)
    plans = models.JSONField(default=list, blank=True)  # {"service", "place", "share"} of each
    place = models.CharField(max_length=40, blank=True)
    determination = models.ForeignKey(Determination, models.SET_NULL, null=True, blank=True, related_name="leads")
    enquiry = models.OneToOneField(Enquiry, models.SET_NULL, null=True, blank=True, related_name="lead")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.NEW)
    officer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="leads")
    wakes = models.DateField(null=True, blank=True)  # of a parked one
    reason = models.TextField(blank=True)  # why it was parked, refused or a duplicate
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    case = models.OneToOneField(LandingCase, models.PROTECT, null=True, blank=True, related_name="lead")
    received = models.DateTimeField()
    low = models.DecimalField(max_digits=5, decimal_places=1, default=0)  # of the score that was computed last
    high = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    ended = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField()

    policy = Policy(unit="unit", acts={"see": _STAFF, "work": _OFFICERS, "convert": _OFFICERS})
    personal = Personal(
        None,
        2 * YEAR,
        "ended",
        address="email",
        where=Q(ended__isnull=False),
        erase="luodi.web.leads.erasure.lead",
        spared="luodi.web.leads.erasure.is_erased",
    )
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    not_in_journal = ("title", "company_name", "summary", "contact", "email")

    class Meta:
        ordering = ("-received", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "state", "-high", "-received"], name="leads_of_a_unit"),
            models.Index(fields=["officer", "state", "wakes"], name="leads_of_an_officer"),
            models.Index(fields=["state", "wakes"], name="leads_to_wake"),
            models.Index(fields=["company", "-received"], name="leads_of_a_company"),
            models.Index((F("low") + F("high")).desc(), F("received").desc(), F("id").desc(), name="leads_by_middle"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(state=State.PARKED) | Q(wakes__isnull=False), name="parked_until_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REFUSED, State.PARKED]) | ~Q(reason=""), name="a_lead_ends_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=State.CONVERTED, case__isnull=False) | (~Q(state=State.CONVERTED) & Q(case=None)),
                name="a_converted_lead_has_its_case",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="no_lead_is_its_own_duplicate"
            ),
        ]

    def __str__(self) -> str:
        return f"lead {self.pk}"


class Signal(models.Model):
    """Where a lead comes from, as it came. The same thing from the same source is one signal. Never edited."""

    class Kind(models.TextChoices):
        NEWS = "news"
        FAIR = "fair"
        FORM = "form"
        REFERRAL = "referral"
        REGISTER = "register"
        FEED = "feed"
        FILE = "file"
        ENQUIRY = "enquiry"
        EVENT = "event"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=200)
    external = models.CharField(max_length=200)  # what the source calls it, or the hash of what it said
    raw = models.JSONField()
    at = models.DateTimeField()

    never_edited = ("kind", "source", "external", "raw", "at")
    policy = Policy(unit="lead__unit", acts={"see": _STAFF})
    personal = With("lead")
    not_in_journal = ("raw",)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "external"], name="a_signal_comes_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Evidence(models.Model):
    """What somebody found out about one part of the score. Never edited: later evidence stands in its place."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="evidence")
    part = models.CharField(max_length=20)
    value = models.CharField(max_length=20)
    day = models.DateField()
    source = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # none where our books answered
    at = models.DateTimeField()

    never_edited = ("part", "value", "day", "source", "at")
    policy = Policy(unit="lead__unit", acts={"see": _STAFF})
    personal = With("lead")

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ("day", "id")

    def __str__(self) -> str:
        return f"{self.part} {self.value}"


class Score(models.Model):
    """A score as it was computed: by which edition of the book, from which evidence. Never edited."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="scores")
    on = models.DateField()
    book = models.JSONField()  # {"name", "version", "hash"}
    rows = models.JSONField()  # {"part", "low", "high", "value", "day", "source"} of each part
    low = models.DecimalField(max_digits=5, decimal_places=1)
    high = models.DecimalField(max_digits=5, decimal_places=1)
    at = models.DateTimeField()

    never_edited = ("on", "book", "rows", "low", "high", "at")
    policy = Policy(unit="lead__unit", acts={"see": _STAFF})
    personal = With("lead")

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.low} – {self.high}"


class Adjustment(models.Model):
    """What a person adds to a score, with a reason. It stands beside and is never typed over. Never edited."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="adjustments")
    points = models.SmallIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    never_edited = ("points", "reason", "at")
    policy = Policy(unit="lead__unit", acts={"see": _STAFF})
    personal = With("lead")

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(points__gte=-20, points__lte=20) & ~Q(points=0) & ~Q(reason=""),
                name="an_adjustment_is_small_and_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.points:+}"


from luodi.web.leads.models_imports import LeadFile, LeadMatch, LeadRow  # noqa: E402

__all__ = ["Adjustment", "Evidence", "Lead", "LeadFile", "LeadMatch", "LeadRow", "Score", "Signal"]
