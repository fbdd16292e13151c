"""What is stored of how companies rate the handling of their cases."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.casework.ratings import POOR, Occasion
from luodi.web.accounts.models import User
from luodi.web.cases.models.cases import COMPANY, LEADERS, STAFF, LandingCase, choices
from luodi.web.core.personal_data import With
from luodi.web.core.policy import Policy


class HandlingRating(models.Model):
    """The company's word on the whole handling of its case, 1 to 5, never changed. A poor one is answered by a leader
    who does not handle the case, by `due`."""

    case = models.ForeignKey(LandingCase, models.PROTECT, related_name="ratings")
    occasion = models.CharField(max_length=10, choices=choices(Occasion))
    rating = models.PositiveSmallIntegerField()
    rating_words = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due = models.DateField(null=True)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    replied = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="case__unit", company="case__company", acts={"see": STAFF | COMPANY, "reply": LEADERS})
    personal = With("case")
    never_edited = ("occasion", "rating", "rating_words", "at", "due")
    not_in_journal = ("rating_words", "reply")

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due"], condition=Q(due__isnull=False, replied=None), name="ratings_to_answer"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "occasion"], name="a_case_is_rated_once_an_occasion"),
            models.CheckConstraint(name="a_handling_is_one_to_five", condition=Q(rating__gte=1, rating__lte=5)),
            models.CheckConstraint(
                name="a_poor_handling_is_answered_by_a_day", condition=Q(rating__gt=POOR) ^ Q(due__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"

    @property
    def waits(self) -> bool:
        """Whether a leader has to answer it."""
        return self.due is not None and self.replied is None
