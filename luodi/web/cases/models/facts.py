"""What is stored of the open facts of a case: figures that are computed, and can be computed again."""

from typing import ClassVar

from django.db import models

from luodi.web.advisor.models import Determination
from luodi.web.cases.models.cases import LandingCase
from luodi.web.core.policy import NOBODY


class FactFigures(models.Model):
    """What the answer to each open fact would settle of a case, by its plan and its steps on a day. Whoever may see the
    case is shown them; a case whose plan is another one has none yet."""

    case = models.OneToOneField(LandingCase, models.PROTECT, related_name="+")
    determination = models.ForeignKey(Determination, models.PROTECT, related_name="+")
    on = models.DateField()
    worths = models.JSONField(default=dict)  # by fact: steps and working days, at least and at most, as in `Worth`

    policy = NOBODY

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["on"], name="figures_of_facts_by_day")]

    def __str__(self) -> str:
        return f"facts of {self.case_id}"
