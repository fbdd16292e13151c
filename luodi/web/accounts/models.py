"""What is stored of people, the units they work in, the companies they act for, and the parts they play."""

from datetime import date, timedelta
from typing import ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import YEAR, Account, Personal
from luodi.web.core.policy import ITSELF, NOBODY, Policy
from luodi.web.core.roles import ANYWHERE, OF_A_COMPANY, OF_A_UNIT, OF_THE_SITE, Role, RoleLevel, Standing

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class People(BaseUserManager["User"]):
    """People are made by their address; it is how they sign in."""

    def create_user(self, email: str, password: str | None = None, **more: object) -> "User":
        """A person; without a password they cannot sign in with one."""
        user = self.model(email=self.normalize_email(email).casefold(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").casefold())


class User(AbstractBaseUser):
    """A person who signs in with an address. What they may do comes from `Membership` alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=7, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans")
    is_active = models.BooleanField(default=True)
    digest = models.BooleanField(default=False)  # letters of new work once a day in one, in place of one each at once
    joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    policy = Policy(
        user=ITSELF,
        acts={
            "see": _ADMINISTRATORS | {Standing.OWNER},
            "change": _ADMINISTRATORS | {Standing.OWNER},
            "administer": _ADMINISTRATORS,
        },
    )
    personal = Personal(
        ITSELF,
        3 * YEAR,
        "last_login",
        or_since="joined",
        secret=("password",),
        spared="luodi.web.accounts.retention.holds_a_role",
        erase="luodi.web.accounts.actions.erasure.erase_unused",
    )
    not_in_journal = ("password", "email", "name", "last_login")

    def __str__(self) -> str:
        return self.name or self.email


class Unit(models.Model):
    """A place in the tree of those who work here. `path` holds the ids from the root down: `/1/4/9/`."""

    class Kind(models.TextChoices):
        AGENCY = "agency"
        BUREAU = "bureau"
        DISTRICT = "district"
        PARK = "park"
        OVERSEAS = "overseas"
        PARTNER = "partner"

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    path = models.CharField(max_length=400, unique=True, editable=False)
    closes = models.DateField(null=True, blank=True)  # the first day on which it is no more

    policy = Policy(unit=ITSELF, acts={"see": frozenset({Standing.SIGNED_IN}), "change": _ADMINISTRATORS})

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name_zh


class Company(models.Model):
    """A company that somebody acts for."""

    name_zh = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)  # 统一社会信用代码
    country = models.CharField(max_length=2, blank=True)  # ISO 3166 of the home jurisdiction
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)  # rises with each act, so that a stale form is told

    of_company: ClassVar[dict[str, OfCompany]] = {"merged_into": OfCompany(Merging.STAY, Keeping.RECORD)}
    policy = Policy(
        company=ITSELF,
        acts={
            "see": frozenset({Role.REPRESENTATIVE, Role.OFFICER, Role.POLICY_OFFICER, Role.LEADER, Role.ADMINISTRATOR}),
            "change": frozenset({Role.OFFICER, Role.ADMINISTRATOR}),
        },
    )

    class Meta:
        verbose_name_plural = "companies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="company_has_a_name")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["country", "id"])]

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class CompanyWord(models.Model):
    """A word that a company is found by: see `naming.words`. `own` of the names on its row, else of further ones."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=201)
    own = models.BooleanField(default=True)

    policy = NOBODY
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MADE_ANEW, Keeping.WITH_COMPANY)}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # for equal words, and on PostgreSQL for their beginnings too, whatever its collation
            models.Index(
                fields=["word", "company"], opclasses=["varchar_pattern_ops", "int8_ops"], name="company_by_word"
            ),
            models.Index(fields=["company", "own"], name="company_words"),
        ]


class Memberships(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> "Memberships":
        """Those that hold on a day: from `starts` on, before `ends` where there is one, and not on hold."""
        return self.filter(Q(ends=None) | Q(ends__gt=on), starts__lte=on, on_hold=None)

    def waiting(self, on: date) -> "Memberships":
        """Those on hold since a merge of their company that are not over."""
        return self.filter(Q(ends=None) | Q(ends__gt=on), on_hold__isnull=False)


def _tied_to(roles: frozenset[Role], *, unit: bool | None, company: bool) -> Q:
    found = Q(role__in=sorted(roles), company__isnull=not company)
    return found if unit is None else found & Q(unit__isnull=not unit)


#: Who says of a representative on hold since a merge whether they may read on: they read who it is, confirm or end it.
_CONFIRMING: Final = _ADMINISTRATORS | {Role.OFFICER}


class Membership(models.Model):
    """A part somebody plays: in a unit, for a company, or on the whole site; from a day, to before another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="memberships")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="memberships")
    scope = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RoleLevel], default=RoleLevel.FULL)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    on_hold = models.DateTimeField(null=True, blank=True)  # since a merge of the company, until somebody confirms it
    objects = Memberships.as_manager()

    policy = Policy(
        user="user",
        unit="unit",
        company="company",
        acts={"see": _ADMINISTRATORS | {Standing.OWNER, Role.LEADER}, "change": _ADMINISTRATORS},
        beside=Policy(
            company="company",
            acts={"see": _CONFIRMING, "change": _CONFIRMING},
            where=Q(on_hold__isnull=False),
        ),
    )
    personal = Account("user")
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}

    class Meta:
        ordering = ("user_id", "starts", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_role_is_tied_to_what_it_is_for",
                condition=_tied_to(OF_A_COMPANY, unit=False, company=True)
                | _tied_to(OF_A_UNIT, unit=True, company=False)
                | _tied_to(OF_THE_SITE, unit=False, company=False)
                | _tied_to(ANYWHERE, unit=None, company=False),
            ),
            models.CheckConstraint(
                name="a_role_ends_after_it_starts", condition=Q(ends=None) | Q(ends__gt=models.F("starts"))
            ),
            models.CheckConstraint(
                name="only_a_representative_has_a_scope",
                condition=Q(role__in=sorted(OF_A_COMPANY)) | Q(scope=RoleLevel.FULL),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit or self.company or ''}".strip()


class Cover(models.Model):
    """Absence: for some days `stand_in` reaches what `away` reaches as an officer. `ends` is the first day after."""

    away = models.ForeignKey(User, models.CASCADE, related_name="covers")
    stand_in = models.ForeignKey(User, models.CASCADE, related_name="stands_in")
    starts = models.DateField()
    ends = models.DateField()

    policy = Policy(
        user="away",
        acts={"see": _ADMINISTRATORS | {Standing.OWNER}, "end": _ADMINISTRATORS | {Standing.OWNER}},
    )
    personal = Personal("away", 2 * YEAR, "ends", also="stand_in")

    class Meta:
        ordering = ("-starts", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="a_cover_has_days", condition=Q(ends__gt=models.F("starts"))),
            models.CheckConstraint(name="nobody_covers_oneself", condition=~Q(away=models.F("stand_in"))),
        ]

    def __str__(self) -> str:
        return f"{self.stand_in_id} for {self.away_id}"


class Spent(models.Model):
    """How much of a limit somebody has used in a span of time, over all processes. `who` is a hash."""

    who = models.CharField(max_length=64)
    until = models.BigIntegerField(db_index=True)  # seconds since 1970, at which the span is over
    used = models.PositiveIntegerField(default=0)

    policy = NOBODY

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["who", "until"], name="spent_is_counted_once")
        ]


class DemoWorld(models.Model):
    """That this site holds the fictional world of the demo, and since when. At most one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    made = models.DateTimeField()

    policy = NOBODY


class Invitation(models.Model):
    """A letter with a link that makes an account with a role. Only the hash of its secret is kept."""

    email = models.EmailField()
    role = models.CharField(max_length=20, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True)
    scope = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RoleLevel], default=RoleLevel.FULL)
    ends = models.DateField(null=True, blank=True)  # of the role
    on_hold = models.DateTimeField(null=True, blank=True)  # passed on to the role
    language = models.CharField(max_length=7, default="zh-hans")
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent = models.DateTimeField()
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)

    policy = Policy(acts={"see": _ADMINISTRATORS, "change": _ADMINISTRATORS})
    personal = Personal(None, timedelta(days=30), "expires", address="email", secret=("secret_hash",))
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    not_in_journal = ("email", "secret_hash")

    def __str__(self) -> str:
        return f"invitation {self.pk}"
