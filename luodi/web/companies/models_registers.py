"""What a register said of a company when somebody looked it up, and what was taken from it."""

from datetime import date
from typing import ClassVar

from django.db import models

from luodi.registers.entries import RegisterEntry, entry_of
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.core.personal_data import Kept
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Who

_WORKERS: frozenset[Who] = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


class RegisterExtract(models.Model):
    """An entry as the register gave it. What is taken of it stands as data of the company, with its source and day."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="register_extracts")
    code = models.CharField(max_length=18)
    said = models.JSONField()  # as `RegisterEntry.as_json`
    day = models.DateField()
    source = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    taken = models.JSONField(null=True)  # fields of `luodi.registers.differences`; None where nothing was taken
    taken_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    never_edited = ("code", "said", "day", "source", "at")
    policy = Policy(company="company", acts={"see": _WORKERS | {Role.LEADER}, "change": _WORKERS})
    personal = Kept(
        "登记信息中的股东姓名，与企业资料一同保存",
        "names of holders stand in registers and stay with what is kept of the company",
    )
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY)}
    not_in_journal = ("said", "taken")

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["company", "-at"], name="extracts_of_a_company")]

    def __str__(self) -> str:
        return f"{self.code} {self.day}"

    @property
    def entry(self) -> RegisterEntry:
        day: date = self.day
        return entry_of(self.said, source=self.source, day=day.isoformat())
