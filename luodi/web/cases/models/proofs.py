"""What is stored of what a case can show: proofs, authorisations, checks, and the duties that continue."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.casework.authorisations import AuthState
from luodi.casework.verdicts import Ground, Verdict
from luodi.web.accounts.models import User
from luodi.web.cases.models.cases import COMPANY, OFFICERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy
from luodi.web.files.models import StoredFile


class Proof(models.Model):
    """A document of a case by what it proves (`proves`, a kind of the book). Withdrawn ones stay and prove nothing."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="proofs")
    proves = models.CharField(max_length=40)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    issued = models.DateField(null=True)
    expires = models.DateField(null=True)  # the last day on which it holds
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")  # a refused one
    verdict = models.CharField(max_length=10, choices=choices(Verdict), default=Verdict.PROPOSED)
    judged_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    judged = models.DateTimeField(null=True)
    seen_name = models.CharField(max_length=300, blank=True)  # what the verifier read in it
    seen_number = models.CharField(max_length=100, blank=True)
    seen_issued = models.DateField(null=True)
    ground = models.CharField(max_length=12, choices=choices(Ground), blank=True)  # why it was refused
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="case__unit",
        company="case__company",
        acts={
            "see": STAFF | COMPANY,
            "download": STAFF | COMPANY,
            "add": OFFICERS | COMPANY,
            "verify": OFFICERS,
            "withdraw": OFFICERS | COMPANY,
        },
    )
    personal = With("case")
    never_edited = ("proves", "issued", "expires", "at")

    class Meta:
        ordering = ("proves", "-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_proof_expires_after_it_was_issued",
                condition=Q(issued=None) | Q(expires=None) | Q(expires__gte=models.F("issued")),
            ),
            models.CheckConstraint(
                name="a_proof_is_refused_on_a_ground",
                condition=Q(verdict="refused") ^ Q(ground=""),
            ),
            models.CheckConstraint(
                name="a_verdict_has_its_moment",
                condition=Q(verdict="proposed") ^ Q(judged__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"proof {self.pk}"

    @property
    def is_refused(self) -> bool:
        return self.verdict == Verdict.REFUSED


class Authorisation(models.Model):
    """A permit that the company holds, with its life."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="authorisations")
    proof = models.OneToOneField(Proof, models.PROTECT, null=True, related_name="authorisation")
    kind = models.CharField(max_length=40)  # a kind of proof of the book
    number = models.CharField(max_length=100, blank=True)
    issuer = models.CharField(max_length=200, blank=True)  # blank, like `by`, in those of releases before 2026.12
    issued = models.DateField()
    expires = models.DateField(null=True)
    conditions = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=choices(AuthState), default=AuthState.ISSUED)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    checked = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="case__unit",
        company="case__company",
        acts={"see": STAFF | COMPANY, "work": OFFICERS, "check": OFFICERS},
    )
    personal = With("case")

    class Meta:
        ordering = ("issued", "id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["expires"], name="authorisations_by_end")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()


class CheckKind(StrEnum):
    SCREENING = "screening"
    SECURITY = "security"
    EXPORT_CONTROL = "export_control"
    DATA_EXPORT = "data_export"
    FUNDS = "funds"


class CheckResult(StrEnum):
    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class Check(models.Model):
    """What somebody looked into and found, from which source, and until when that holds. Not for the company."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=choices(CheckKind))
    result = models.CharField(max_length=10, choices=choices(CheckResult))
    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    valid_until = models.DateField(null=True)

    policy = Policy(unit="case__unit", acts={"see": STAFF, "add": OFFICERS, "overrule": OFFICERS})
    personal = With("case")
    not_in_journal = ("note",)

    class Meta:
        ordering = ("kind", "-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind}: {self.result}"


class Obligation(models.Model):
    """A duty that continues after the landing, by the plan. `due` None where it arises on a change alone."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="obligations")
    step = models.CharField(max_length=80)  # an id of the book landing-steps
    title = models.JSONField()
    every = models.CharField(max_length=20)  # year, change, .. as the plan has it
    when = models.JSONField(default=dict)  # {"zh", "en"}: when it is due, in words
    basis = models.JSONField(default=list)
    due = models.DateField(null=True)
    done = models.DateField(null=True)  # the last day on which it was met
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="case__unit", company="case__company", acts={"see": STAFF | COMPANY, "work": OFFICERS | COMPANY}
    )

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["due"], name="obligations_by_due")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "step"], name="a_case_has_a_duty_once")
        ]

    def __str__(self) -> str:
        return self.step
