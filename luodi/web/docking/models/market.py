"""What is stored of the market: what is posted (demands, needs, investors, parks), matches and their sides, offers.

A match names nobody: who stands on its sides is in `Side`, which only that side may read (see `names`).
"""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.casework.demands import PUBLIC, DemandKind, DemandState
from luodi.casework.matches import NAMED, MatchState, Outcome, Part, Reason, Says
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Standing, Who
from luodi.web.docking.models.money import Priced, whole

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

OFFICERS: Final[frozenset[Who]] = frozenset({Role.OFFICER})
STAFF: Final[frozenset[Who]] = OFFICERS | {Role.LEADER}
COMPANY: Final[frozenset[Who]] = frozenset({Role.REPRESENTATIVE})
FILE: Final = Kept("对接档案按档案规定保存，经办人随档案", "as long as the file of the matter, whose officers it names")
MOVES: Final = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in words]


class Visibility(models.TextChoices):
    PUBLIC = "public"  # anybody may read it
    MATCHED = "matched"  # only those it is matched with, and the unit


class Posted(Priced):
    """What somebody posts so that others find it: one life for demands, needs, investors and parks.

    `company` is whose it is; without one it is the unit's own. `wishes` are what it asks of the other side.
    """

    SERIES: ClassVar[str]  # of its reference
    matches: "RelatedManager[Match]"
    reference = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # which screens and publishes it
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="+")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    text = models.TextField()  # as its owner wrote it, without naming anybody
    place = models.CharField(max_length=40, blank=True)  # an id of the book's places
    wishes = models.JSONField(default=list)  # see `luodi.casework.criteria`
    names_owner = models.BooleanField(default=False)  # whether the owner is named to everybody
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    until = models.DateField(null=True, blank=True)  # the last day on which offers are taken
    state = models.CharField(max_length=12, choices=choices(DemandState), default=DemandState.DRAFT)
    reason = models.TextField(blank=True)  # why it went back, was closed or withdrawn
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    published = models.DateTimeField(null=True)
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    def title(self, lang: str) -> str:
        return self.title_zh if lang == "zh" else self.title_en

    @property
    def titles(self) -> dict[str, str]:
        return {"zh": self.title_zh, "en": self.title_en}


_PUBLIC: Final = Q(state__in=sorted(PUBLIC), visibility=Visibility.PUBLIC)


def _access() -> Policy:
    return Policy(
        unit="unit",
        company="company",
        public=_PUBLIC,
        acts={
            "see": STAFF | COMPANY | {Standing.ANYBODY},
            "own": STAFF | COMPANY,  # know whose it is
            "write": OFFICERS | COMPANY,
            "screen": OFFICERS,
            "withdraw": OFFICERS | COMPANY,
        },
    )


def _indexes(name: str) -> list[models.Index]:
    return [
        models.Index(fields=["state", "visibility", "-published", "-id"], name=f"{name}_open"),
        models.Index(fields=["unit", "state", "-id"], name=f"{name}_of_unit"),
        models.Index(fields=["company", "-id"], name=f"{name}_of_company"),
    ]


class Demand(Posted):
    """A scenario, a purchase, joint research or a space that is wanted."""

    SERIES: ClassVar[str] = "DM"
    kind = models.CharField(max_length=10, choices=choices(DemandKind))
    site = models.TextField(blank=True)  # where, and what is there
    data_access = models.TextField(blank=True)  # which data a partner may use, and how
    acceptance = models.TextField(blank=True)  # when it counts as done

    policy = _access()
    personal = FILE
    of_company = MOVES

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = _indexes("demand")
        constraints: ClassVar[list[models.BaseConstraint]] = [whole("demand")]


class CapitalNeed(Posted):
    """Capital that a company seeks: `amount` of it, at a stage, for a share."""

    SERIES: ClassVar[str] = "CN"
    stage = models.CharField(max_length=12)  # of `capital_stage` in criteria.yaml
    share = models.CharField(max_length=20, blank=True)  # percent that is offered, exact, as text
    converted_amount = models.BigIntegerField(null=True, blank=True)  # the same in another currency ..
    converted_currency = models.CharField(max_length=3, blank=True)
    converted_on = models.DateField(null=True, blank=True)  # .. at the rate of a day

    policy = _access()
    personal = FILE
    of_company = MOVES

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = _indexes("need")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            whole("need"),
            models.CheckConstraint(name="a_need_is_that_of_a_company", condition=Q(company__isnull=False)),
            models.CheckConstraint(
                name="an_amount_is_converted_at_the_rate_of_a_day",
                condition=Q(converted_amount=None)
                | (~Q(converted_currency="") & Q(converted_on__isnull=False) & Q(amount__isnull=False)),
            ),
        ]


class InvestorProfile(Posted):
    """What an investor looks for. Tickets, fields, stages and restrictions are its criteria."""

    SERIES: ClassVar[str] = "IV"

    policy = _access()
    personal = FILE
    of_company = MOVES

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = _indexes("investor")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            whole("investor"),
            models.CheckConstraint(name="an_investor_is_a_company", condition=Q(company__isnull=False)),
        ]


class ParkOffer(Posted):
    """What a park or key zone offers: data of its unit. What the law says of the place is in the books."""

    SERIES: ClassVar[str] = "PK"
    area = models.PositiveIntegerField(null=True, blank=True)  # square metres
    provides = models.JSONField(default=list)  # of `PROVIDES`
    source = models.CharField(max_length=300, blank=True)  # where the offer can be read

    PROVIDES: ClassVar[tuple[str, ...]] = (
        "office",
        "laboratory",
        "data_centre",
        "testing",
        "fund",
        "housing",
        "services",
    )
    policy = _access()
    personal = FILE
    of_company = MOVES

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = _indexes("park")
        constraints: ClassVar[list[models.BaseConstraint]] = [whole("park")]


class Capability(models.Model):
    """What a company can do, and what proves it. `checked` is the day on which an officer looked at the proof."""

    class Proof(models.TextChoices):
        CONTRACT = "contract"
        CERTIFICATE = "certificate"
        PATENT = "patent"
        REPORT = "report"
        REFERENCE = "reference"

    company = models.ForeignKey(Company, models.PROTECT, related_name="capabilities")
    title = models.CharField(max_length=200)
    text = models.TextField()
    technology = models.CharField(max_length=40, blank=True)  # of criteria.yaml
    proof = models.CharField(max_length=12, choices=Proof.choices)
    proof_text = models.CharField(max_length=300)  # its number, issuer and day
    checked = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(company="company", acts={"see": STAFF | COMPANY, "write": OFFICERS | COMPANY, "check": OFFICERS})
    personal = FILE
    of_company = MOVES

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "capabilities"

    def __str__(self) -> str:
        return f"capability {self.pk}"


class Match(models.Model):
    """Two sides that may fit. Who they are is in `sides`; `revealed` is when each learned who the other is."""

    reference = models.CharField(max_length=16, unique=True)  # MT-2026-0001
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="matches")
    demand = models.ForeignKey(Demand, models.PROTECT, null=True, related_name="matches")
    need = models.ForeignKey(CapitalNeed, models.PROTECT, null=True, related_name="matches")
    investor = models.ForeignKey(InvestorProfile, models.PROTECT, null=True, related_name="matches")
    park = models.ForeignKey(ParkOffer, models.PROTECT, null=True, related_name="matches")
    proposed_by = models.CharField(max_length=8, choices=[(w, w) for w in ("rule", "person", "offer")])
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=10)  # the rule's: match, no_match, need_info
    reasons = models.JSONField(default=list)  # {"holds", "text": {zh, en}} of each clause, without facts of the company
    missing = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=choices(MatchState), default=MatchState.PROPOSED)
    reason = models.CharField(max_length=16, blank=True, choices=choices(Reason))  # why nothing came of it
    note = models.TextField(blank=True)
    revealed = models.DateTimeField(null=True)
    introduced = models.DateField(null=True)
    ask_next = models.DateField(null=True)  # the day on which both sides are asked what came of it
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="unit",
        company="sides__company",
        acts={"see": STAFF | COMPANY, "work": OFFICERS, "answer": COMPANY | OFFICERS, "export": STAFF},
    )
    personal = FILE

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "matches"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "state", "-id"], name="matches_of_a_unit"),
            models.Index(fields=["ask_next"], condition=Q(ask_next__isnull=False), name="matches_to_ask_about"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_match_is_of_one_thing",
                condition=Q(demand__isnull=False, need=None, investor=None, park=None)
                | Q(demand=None, need__isnull=False, investor__isnull=False, park=None)
                | Q(demand=None, need=None, investor=None, park__isnull=False),
            ),
            models.CheckConstraint(
                name="nothing_goes_on_before_names_are_shown",
                condition=~Q(state__in=sorted(NAMED)) | Q(revealed__isnull=False),
            ),
            models.CheckConstraint(
                name="what_comes_to_nothing_has_a_reason", condition=~Q(state=MatchState.NONE) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def of(self) -> Posted:
        """What it is about: the demand, the need, or the offer of a park."""
        found = self.demand or self.need or self.park
        assert found is not None
        return found


class Side(models.Model):
    """One side of a match: who stands there, and what they say to being named. Only they may read it.

    A company, or a unit of its own; both where the unit speaks for a company that nobody acts for here.
    """

    match = models.ForeignKey(Match, models.PROTECT, related_name="sides")
    part = models.CharField(max_length=8, choices=choices(Part))
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    says = models.CharField(max_length=6, choices=choices(Says), default=Says.ASKED)
    asked = models.DateTimeField()
    said = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="unit", company="company", acts={"see": COMPANY | OFFICERS, "consent": COMPANY | OFFICERS})
    personal = FILE
    of_company = MOVES
    not_in_journal = ("company", "unit")

    class Meta:
        ordering = ("part",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["company", "says", "-id"], name="sides_of_a_company")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["match", "part"], name="a_match_has_two_sides"),
            models.CheckConstraint(name="a_side_is_somebody", condition=~Q(company=None, unit=None)),
            models.CheckConstraint(
                name="what_was_said_has_a_time", condition=Q(says=Says.ASKED) | Q(said__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"side {self.pk}"


class Offer(Priced):
    """What a company offers to a demand. Where it stands is the state of its match."""

    match = models.OneToOneField(Match, models.PROTECT, related_name="offer")
    capability = models.ForeignKey(Capability, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()  # read by the owner of the demand before names are shown, so it names nobody
    at = models.DateTimeField()

    policy = Policy(unit="match__unit", company="match__sides__company", acts={"see": STAFF | COMPANY})
    personal = FILE

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [whole("offer")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Asked(models.Model):
    """That a side was asked what came of an introduction, after so many days, and what it answered."""

    match = models.ForeignKey(Match, models.PROTECT, related_name="asked")
    part = models.CharField(max_length=8, choices=choices(Part))
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, choices=choices(Outcome))
    note = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="match__unit", company="match__sides__company", acts={"see": STAFF | COMPANY})
    personal = FILE

    class Meta:
        ordering = ("days", "part")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["match", "part", "days"], name="a_side_is_asked_once_after_so_many_days"),
            models.CheckConstraint(name="an_answer_has_a_time", condition=Q(outcome="") | Q(answered__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"asked {self.pk}"


__all__ = [
    "Asked",
    "Capability",
    "CapitalNeed",
    "Demand",
    "InvestorProfile",
    "Match",
    "Offer",
    "ParkOffer",
    "Posted",
    "Side",
    "Visibility",
]
