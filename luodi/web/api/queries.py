"""Reading keys."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from luodi.web.accounts.access import visible
from luodi.web.api.models import ApiKey
from luodi.web.api.refusals import BadApiKey

LENGTH = 14  # of the beginning: luodi_ and eight characters


def start_of(text: str) -> str:
    return text[:LENGTH]


def hash_of(text: str) -> str:
    """Keys are random and long, so that a plain hash keeps them; a slow one would be paid on every request."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(text: str, *, at: datetime) -> ApiKey:
    """The key that somebody shows. Raises `BadApiKey`, the same for a wrong and an unknown one."""
    found = (
        ApiKey.objects.select_related("owner").filter(start=start_of(text)).first()
        if text.isascii() and text.isprintable() and len(text) < 200
        else None
    )
    if found is None or not hmac.compare_digest(found.hash, hash_of(text)):
        raise BadApiKey("there is no such API key; `luodi api-key add` makes one")
    if found.is_revoked:
        raise BadApiKey(f"the API key {found.start} was revoked")
    if found.expires is not None and found.expires <= at:
        raise BadApiKey(f"the API key {found.start} ended on {found.expires:%Y-%m-%d}; make a new one")
    if found.owner is not None and not found.owner.is_active:
        raise BadApiKey(f"the user of the API key {found.start} was shut out")
    return found


def keys() -> list[ApiKey]:
    return list(ApiKey.objects.select_related("owner"))


def keys_of(user: Any) -> QuerySet[ApiKey]:
    """Those of one person, the newest first."""
    return visible(user, ApiKey.objects.filter(owner=user)).order_by("-made", "-id")


def good_keys(user: Any, *, at: datetime) -> int:
    """How many keys of a person still let somebody in."""
    return keys_of(user).filter(Q(expires=None) | Q(expires__gt=at), revoked=None).count()
