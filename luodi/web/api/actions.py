"""Making and revoking keys."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from luodi.errors import MissingKey, UnknownValue, did_you_mean
from luodi.web.accounts.models import User
from luodi.web.api.models import ApiKey, Scope
from luodi.web.api.queries import hash_of, start_of


class UnknownApiKey(UnknownValue):
    """No key begins like this."""

    code = "unknown-api-key"


@transaction.atomic
def add_key(
    name: str, scopes: Sequence[str], per_minute: int, *, owner: User | None = None, at: datetime
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can read again. Raises `MissingKey` for a name that says nothing."""
    if not name.strip():
        raise MissingKey("say whose key it is, so that it can be told from the others", at="name")
    text = f"luodi_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name.strip(),
        start=start_of(text),
        hash=hash_of(text),
        scopes=sorted({Scope(scope).value for scope in scopes}),
        per_minute=per_minute,
        owner=owner,
        made=at,
    )
    return key, text


@transaction.atomic
def revoke_key(start: str, *, at: datetime) -> ApiKey:
    """The key is refused from now on; revoking it again changes nothing. Raises `UnknownApiKey`."""
    key = ApiKey.objects.select_for_update().filter(start=start_of(start)).first()
    if key is None:
        known = ApiKey.objects.values_list("start", flat=True)
        raise UnknownApiKey(f"no API key begins with `{start_of(start)}`.{did_you_mean(start, known)}")
    if not key.is_revoked:
        key.revoked = at
        key.save(update_fields=["revoked"])
    return key
