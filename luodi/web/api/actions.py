"""Making, using and revoking keys: one function an act."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from luodi.errors import BadInput, MissingKey, UnknownValue, did_you_mean
from luodi.web.accounts.models import User
from luodi.web.api.models import ApiKey, KeyScope
from luodi.web.api.queries import hash_of, start_of
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write

SEEN_EVERY: Final = timedelta(minutes=5)  # how exactly it is known when a key was last used


class UnknownApiKey(UnknownValue):
    """No key begins like this."""

    code = "unknown-api-key"


@transaction.atomic
def add_key(
    name: str,
    scopes: Sequence[str],
    per_minute: int,
    *,
    at: datetime,
    owner: User | None = None,
    by: User | None = None,
    expires: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can read again.

    Raises `MissingKey` for a name that says nothing, `BadInput` for scopes that need an owner, or an end that is past.
    """
    wanted = sorted({KeyScope(scope) for scope in scopes})
    _could_be(name, wanted, owner, expires, at)
    text = f"luodi_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name.strip(),
        start=start_of(text),
        hash=hash_of(text),
        scopes=[scope.value for scope in wanted],
        per_minute=per_minute,
        owner=owner,
        made=at,
        expires=expires,
    )
    write("make", key, by=by, after=snapshot(key), at=at)
    return key, text


def _could_be(
    name: str, scopes: Sequence[KeyScope], owner: User | None, expires: datetime | None, at: datetime
) -> None:
    if not name.strip():
        raise MissingKey("api.say-whose-key-can-told", at="name")
    personal = [scope.value for scope in scopes if scope.is_personal]
    if personal and owner is None:
        raise BadInput("api.about-what-belongs-person", personal=personal, at="owner")
    if expires is not None and expires <= at:
        raise BadInput("api.key-ends-after-made", at="expires")


@transaction.atomic
def use_key(key: ApiKey, *, at: datetime) -> None:
    """Remember that a key was used; the first time is written down."""
    first = ApiKey.objects.filter(pk=key.pk, used=None).update(used=at)
    if first:
        write("use_first", key, by=key.owner, after={"start": key.start}, at=at)
    else:
        ApiKey.objects.filter(pk=key.pk, used__lt=at - SEEN_EVERY).update(used=at)


@transaction.atomic
def revoke_key(start: str, *, at: datetime, by: User | None = None) -> ApiKey:
    """The key is refused from now on; revoking it again changes nothing. `by` None is the operator.

    Raises `UnknownApiKey`, or `NotPermitted` where it is not theirs.
    """
    key = ApiKey.objects.select_for_update().filter(start=start_of(start)).first()
    if key is None:
        known = ApiKey.objects.values_list("start", flat=True)
        raise UnknownApiKey("api.no-api-key-begins-with", start_of=start_of(start), meant=did_you_mean(start, known))
    if by is not None:
        require(by, "revoke", key)
    if not key.is_revoked:
        before = snapshot(key)
        key.revoked = at
        key.save(update_fields=["revoked"])
        write("revoke", key, by=by, before=before, after=snapshot(key), at=at)
    return key
