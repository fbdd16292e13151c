"""Making, using and revoking keys."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from luodi.errors import BadInput, MissingKey, UnknownValue, did_you_mean
from luodi.web.accounts.models import User
from luodi.web.api.forms import MakeKey
from luodi.web.api.models import ApiKey, KeyScope
from luodi.web.api.queries import hash_of, start_of
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.types import AnyUser

SEEN_EVERY: Final = timedelta(minutes=5)  # how exactly it is known when a key was last used


class UnknownApiKey(UnknownValue):
    """No key begins like this."""

    code = "unknown-api-key"


def new_text() -> str:
    """Of a key: nobody can guess it, and it is stored nowhere."""
    return f"luodi_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


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
    """A new key and its text, which nobody can read again. Raises what `make_key` raises."""
    text = new_text()
    made: ApiKey = make_key(name, scopes, per_minute, text, owner, expires, by=by, at=at)
    return made, text


@action("make", model=ApiKey, form=MakeKey, permission="revoke", creates=True)  # one may make what one may revoke
def make_key(
    name: str,
    scopes: Sequence[str],
    per_minute: int,
    text: str,
    owner: User | None = None,
    expires: datetime | None = None,
    *,
    at: datetime,
) -> Created:
    """A key with this text, of which the hash is kept.

    Raises `MissingKey` for a name that says nothing, `BadInput` for scopes that need an owner, or an end that is past.
    """
    wanted = sorted({KeyScope(scope) for scope in scopes})
    if not name.strip():
        raise MissingKey("api.say-whose-key-can-told", at="name")
    personal = [scope.value for scope in wanted if scope.is_personal]
    if personal and owner is None:
        raise BadInput("api.about-what-belongs-person", personal=personal, at="owner")
    if expires is not None and expires <= at:
        raise BadInput("api.key-ends-after-made", at="expires")
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
    return Created(key)


def use_key(key: ApiKey, *, at: datetime) -> None:
    """Remember that a key was used; the first time is written down."""
    if key.used is None:
        use_first(key, by=key.owner, at=at)
    ApiKey.objects.filter(pk=key.pk, used__lt=at - SEEN_EVERY).update(used=at)


@action("use_first", model=ApiKey, form=ActionForm, permission="see")
def use_first(key: ApiKey, *, at: datetime) -> Changed | Unchanged:
    return Unchanged() if key.used is not None else Changed({"used": at}, details={"start": key.start})


def revoke_key(start: str, *, at: datetime, by: AnyUser = None) -> ApiKey:
    """The key that begins so is refused from now on. Raises `UnknownApiKey`, or `NotPermitted` for
    that of somebody else."""
    key = ApiKey.objects.filter(start=start_of(start)).first()
    if key is None:
        known = ApiKey.objects.values_list("start", flat=True)
        raise UnknownApiKey("api.no-api-key-begins-with", start_of=start_of(start), meant=did_you_mean(start, known))
    revoked: ApiKey = revoke(key, by=by, at=at)
    return revoked


@action("revoke", model=ApiKey, form=ActionForm, permission="revoke")
def revoke(key: ApiKey, *, at: datetime) -> Changed | Unchanged:
    """Revoking it again changes nothing."""
    return Unchanged() if key.is_revoked else Changed({"revoked": at})
