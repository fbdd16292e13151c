"""What is stored about companies beside their row in `accounts`; each model says what a merge does to it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from luodi.web.accounts.models import Company, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import YEAR, Kept, Personal, With
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Standing, Who

_WORKERS: frozenset[Who] = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
_READERS: frozenset[Who] = _WORKERS | {Role.REPRESENTATIVE, Role.POLICY_OFFICER, Role.LEADER}
_OF: dict[str, OfCompany] = {"company": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY)}
_BY = Kept("经办人的编号，与企业资料一同保存", "the number of who entered it stays with what is kept of the company")


class Origin(models.TextChoices):
    """Where something is known from; the better ones first."""

    REGISTER = "register"
    DOCUMENT = "document"
    DECLARED = "declared"


def _days(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends=None) | Q(starts=None) | Q(ends__gt=F("starts")), name=f"{name}_ends_after_it_starts"
    )


class Identifier(models.Model):
    """A number by which somebody else knows the company. The same number is that of one company."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=60)
    verified = models.DateField(null=True, blank=True)  # the day on which somebody looked it up
    source = models.CharField(max_length=300, blank=True)

    policy = Policy(company="company", acts={"see": _READERS, "change": _WORKERS})
    of_company = _OF

    class Meta:
        ordering = ("scheme", "value")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "value"], name="an_identifier_is_that_of_one_company")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class CompanyName(models.Model):
    """One more name beside the two that the company is shown by. `ends` is the first day on which it is no more."""

    class Kind(models.TextChoices):
        LEGAL = "legal"
        TRADE = "trade"
        FORMER = "former"
        TRANSLATED = "translated"

    company = models.ForeignKey(Company, models.PROTECT, related_name="names")
    text = models.CharField(max_length=300)
    language = models.CharField(max_length=12, blank=True)  # BCP 47
    script = models.CharField(max_length=4)  # ISO 15924
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LEGAL)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    policy = Policy(company="company", acts={"see": _READERS, "change": _WORKERS})
    of_company = _OF

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [_days("a_name")]

    def __str__(self) -> str:
        return self.text


class Holding(models.Model):
    """What somebody holds of the company, from a day to before another. The holder is a company here, or a name."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="holdings")
    holder = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="holds")
    holder_name = models.CharField(max_length=300, blank=True)
    holder_kind = models.CharField(max_length=10, default="unknown")  # `ownership.stakes.Kind`
    share = models.CharField(max_length=40)  # a fraction, a percentage, a band or `?`, as `luodi ownership` reads it
    votes = models.CharField(max_length=40, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.DECLARED)
    source = models.CharField(max_length=300, blank=True)

    policy = Policy(company="company", acts={"see": _READERS, "change": _WORKERS})
    personal = Kept(
        "股东姓名来自登记信息，与企业资料一同保存",
        "names of holders stand in registers and stay with what is kept of the company",
    )
    of_company: ClassVar[dict[str, OfCompany]] = {
        "company": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY),
        "holder": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY),
    }
    not_in_journal = ("holder_name",)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _days("a_holding"),
            models.CheckConstraint(condition=Q(holder=None) ^ Q(holder_name=""), name="a_holding_has_one_holder"),
            models.CheckConstraint(condition=Q(holder=None) | ~Q(holder=F("company")), name="nobody_holds_oneself"),
        ]

    def __str__(self) -> str:
        return f"holding {self.pk}"


class Label(models.Model):
    """What a company does, to find it by: a code of GB/T 4754, or a field of technology in a word."""

    class Kind(models.TextChoices):
        SECTOR = "sector"
        TECHNOLOGY = "technology"

    company = models.ForeignKey(Company, models.PROTECT, related_name="labels")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=80)

    policy = Policy(company="company", acts={"see": _READERS, "change": _WORKERS})
    of_company: ClassVar[dict[str, OfCompany]] = {
        "company": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY, unless=("kind", "code"))
    }

    class Meta:
        ordering = ("kind", "code")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["company", "kind", "code"], name="a_label_is_given_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "code", "company"], name="company_by_label")
        ]

    def __str__(self) -> str:
        return self.code


class Fact(models.Model):
    """What somebody says of a company, by an attribute of the vocabulary. Never edited: a later one stands beside."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="facts")
    attribute = models.CharField(max_length=80)
    value = models.JSONField()
    as_of = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    source = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    never_edited = ("attribute", "value", "as_of", "origin", "source", "at")
    policy = Policy(company="company", acts={"see": _READERS, "change": _WORKERS | {Role.REPRESENTATIVE}})
    personal = _BY
    of_company = _OF

    class Meta:
        ordering = ("attribute", "-as_of", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["company", "attribute"], name="facts_of_a_company")
        ]

    def __str__(self) -> str:
        return self.attribute


class Contact(models.Model):
    """A person at a company. `left` is the day from which they are no contact any more."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    left = models.DateField(null=True, blank=True)

    policy = Policy(
        company="company",
        acts={"see": frozenset({Role.OFFICER, Role.LEADER, Role.REPRESENTATIVE}), "change": frozenset({Role.OFFICER})},
    )
    personal = Personal(None, 2 * YEAR, "left", address="email", where=Q(left__isnull=False))
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    not_in_journal = ("name", "email", "phone")

    class Meta:
        ordering = ("left", "id")

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Consent(models.Model):
    """That a contact lets us use a channel for a purpose, since when, and until when."""

    class Purpose(models.TextChoices):
        CASE = "case"
        EVENTS = "events"
        ALERTS = "alerts"
        SHARING = "sharing"

    class Channel(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        MESSAGE = "message"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    given = models.DateField()
    how = models.CharField(max_length=300)  # the paper, letter or talk in which it was given
    withdrawn = models.DateField(null=True, blank=True)

    policy = Policy(
        company="contact__company",
        acts={"see": frozenset({Role.OFFICER, Role.LEADER, Role.REPRESENTATIVE}), "change": frozenset({Role.OFFICER})},
    )
    personal = With("contact")

    class Meta:
        ordering = ("given", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(withdrawn=None) | Q(withdrawn__gte=F("given")), name="consent_is_given_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"


class Merge(models.Model):
    """That a company is the same as another: what moved to the one that is kept, so that it can come back."""

    kept = models.ForeignKey(Company, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Company, models.PROTECT, related_name="merged_as")
    reason = models.TextField()
    moved = models.JSONField()  # {"room.Model.field": [primary keys]}
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # where two had to agree
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    never_edited = ("kept", "gone", "reason", "moved", "at")
    policy = Policy(company="kept", acts={"see": _WORKERS | {Role.LEADER}, "undo": _WORKERS})
    personal = _BY
    of_company: ClassVar[dict[str, OfCompany]] = {
        "kept": OfCompany(Merging.STAY, Keeping.RECORD),
        "gone": OfCompany(Merging.STAY, Keeping.RECORD),
    }
    not_in_journal = ("moved",)

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone=None), name="a_company_is_merged_once")
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"


class Doubt(models.TextChoices):
    """Why one person alone does not merge two companies."""

    NUMBERS = "numbers"  # a register knows them by different numbers
    REPRESENTATIVES = "representatives"  # other people act for one than for the other
    CASES = "cases"  # both have open cases


class MergeProposal(models.Model):
    """That one person wants two companies merged, for another one to confirm. `seen` marks what both sides were then:
    where it is another mark now, nobody confirms it any more."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"  # by a later proposal, or one of the two was merged meanwhile

    kept = models.ForeignKey(Company, models.PROTECT, related_name="merge_proposals")
    gone = models.ForeignKey(Company, models.PROTECT, related_name="proposed_as")
    reason = models.TextField()
    doubts = models.JSONField()  # values of `Doubt`
    seen = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why it was declined
    merge = models.OneToOneField(Merge, models.PROTECT, null=True, related_name="proposal")
    version = models.PositiveIntegerField(default=1)

    never_edited = ("kept", "gone", "reason", "doubts", "seen", "at")
    policy = Policy(
        user="by",
        company="kept",
        acts={"see": _WORKERS | {Role.LEADER}, "confirm": _WORKERS, "withdraw": frozenset({Standing.OWNER})},
    )
    personal = _BY
    of_company: ClassVar[dict[str, OfCompany]] = {
        "kept": OfCompany(Merging.STAY, Keeping.RECORD),
        "gone": OfCompany(Merging.STAY, Keeping.RECORD),
    }
    not_in_journal = ("seen",)

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kept", "gone"], condition=Q(state="proposed"), name="one_open_proposal_of_a_merge"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(by=None) | Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="nobody_confirms_their_own_merge",
            ),
        ]

    def __str__(self) -> str:
        return f"merge proposal {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PROPOSED


from luodi.web.companies.models_imports import ImportRun, ImportSource, InboundRecord, MatchDecision  # noqa: E402
from luodi.web.companies.models_registers import RegisterExtract  # noqa: E402
from luodi.web.companies.models_representatives import RepresentativeProposal  # noqa: E402

__all__ = [
    "CompanyName",
    "Consent",
    "Contact",
    "Doubt",
    "Fact",
    "Holding",
    "Identifier",
    "ImportRun",
    "ImportSource",
    "InboundRecord",
    "Label",
    "MatchDecision",
    "Merge",
    "MergeProposal",
    "Origin",
    "RegisterExtract",
    "RepresentativeProposal",
]
