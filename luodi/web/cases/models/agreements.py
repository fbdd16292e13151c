"""What the two sides say of a fact between them: a promise kept, an obstacle solved, a pilot's test passed."""

from typing import ClassVar

from django.db import models

from luodi.casework.agreement import PartySide, Says, Standing, standing
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.cases.models.cases import COMPANY, FILE, STAFF, choices
from luodi.web.core.policy import Policy


class Statement(models.Model):
    """What one side says of a fact, never changed: where it stands follows from the last one. `about` and `number` name
    the record of a higher app, `due` is the day by which the other side, or a leader, answers.
    `company` is that of the partner where both sides are companies."""

    about = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="statements")
    side = models.CharField(max_length=10, choices=choices(PartySide))
    says = models.CharField(max_length=10, choices=choices(Says))
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due = models.DateField(null=True)

    policy = Policy(unit="unit", company="company", acts={"see": STAFF | COMPANY})
    personal = FILE
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    never_edited = ("about", "number", "side", "says", "words", "at", "due")
    not_in_journal = ("words",)

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["about", "number", "id"], name="statements_of_a_fact"),
            models.Index(fields=["unit", "says"], name="statements_of_a_unit"),
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"

    @property
    def standing(self) -> Standing:
        return standing(Says(self.says))
