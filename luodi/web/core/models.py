"""The keys that actions were sent with."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from luodi.web.core.personal_data import Personal
from luodi.web.core.policy import NOBODY


class ActionKey(models.Model):
    """An action that a form or a program sent with this key: the same key again has no second effect."""

    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=100)  # such as `cases.LandingCase.end`
    target = models.CharField(
        max_length=300
    )  # such as `cases.LandingCase 17`, `.. of` what it was added to; an address
    at = models.DateTimeField()

    policy = NOBODY
    personal = Personal("person", timedelta(days=90), "at", secret=("key",))
    not_in_journal = ("key",)
