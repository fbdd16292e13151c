"""What is stored of programs that ask: their keys, and how much they asked this minute."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from luodi.web.core.personal_data import YEAR, Personal, With
from luodi.web.core.policy import NOBODY, Policy
from luodi.web.core.roles import Role, Standing, Who

_OWN: frozenset[Who] = frozenset({Standing.OWNER, Role.ADMINISTRATOR})


class KeyScope(StrEnum):
    """What a key is good for."""

    READ = "read"
    ASK = "ask"
    BATCH = "batch"
    TOOLS = "tools"
    KEEP = "keep"  # saved answers of the key's user
    ENQUIRE = "enquire"  # enquiries that the key's user sent
    OFFICE = "office"  # enquiries that the key's user works on
    DEALINGS = "dealings"  # hand-offs, promises, offers, obstacles and policy questions of the key's user
    MATCH = "match"  # matches of the key's user, and agreeing to them

    @property
    def is_personal(self) -> bool:
        """Whether it is about what belongs to a person, so that the key must be that person's."""
        return self in (KeyScope.KEEP, KeyScope.ENQUIRE, KeyScope.OFFICE, KeyScope.DEALINGS, KeyScope.MATCH)


class ApiKey(models.Model):
    """A key by its beginning and the hash of the whole; the key itself is shown once and never stored."""

    name = models.CharField(max_length=200)
    start = models.CharField(max_length=16, unique=True)
    hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="api_keys")
    made = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)  # the last time, to five minutes
    revoked = models.DateTimeField(null=True)

    policy = Policy(user="owner", acts={"see": _OWN, "revoke": _OWN})
    not_in_journal = ("name", "hash", "used")

    personal = Personal("owner", YEAR, "revoked", secret=("hash",))

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["made", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.start})"

    @property
    def is_revoked(self) -> bool:
        return self.revoked is not None


class Allowance(models.Model):
    """How much one asker has been granted in one minute, over all processes."""

    who = models.CharField(max_length=64)
    minute = models.BigIntegerField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    policy = NOBODY

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "minute"], name="one_allowance_a_minute")]


class Done(models.Model):
    """The answer to a request that stored something, kept for a day, so that asking again gives it once more."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="done")
    name = models.CharField(max_length=255)  # the Idempotency-Key
    digest = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    policy = NOBODY
    personal = With("key")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "name"], name="one_effect_a_name")]
