"""Who asks, whether they may, and how much more: decided here for the API and the assistants' tools alike."""

import ipaddress
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from luodi.web.accounts.limits import network_of
from luodi.web.accounts.models import User
from luodi.web.api.actions import SEEN_EVERY, use_key
from luodi.web.api.models import ApiKey, KeyScope
from luodi.web.api.queries import key_of
from luodi.web.api.refusals import BadApiKey, NotPermitted, TooManyRequests
from luodi.web.api.throttling import asker, bucket

#: What one question counts for: a landing plan takes about as long as ten answers on access.
COST: Final = {"match": 3, "ownership": 3, "advise": 10, "questions": 10}

_CALLER: Final = "luodi.caller"


@dataclass(frozen=True)
class Caller:
    """Somebody who was let in; `limit` is None where nothing is counted."""

    who: str
    limit: int | None
    key: ApiKey | None = None

    @property
    def has_key(self) -> bool:
        return self.key is not None

    @property
    def user(self) -> User | None:
        """Whose key it is; what they may see, `accounts.access` says."""
        return self.key.owner if self.key else None

    def may(self, scope: KeyScope) -> bool:
        return self.key is not None and scope.value in self.key.scopes


def admit(request: HttpRequest, scope: KeyScope, cost: int = 1) -> Caller:
    """Raises `BadApiKey`, `NotPermitted` or `TooManyRequests`."""
    caller = _caller(shown_key(request.META), address_of(request.META), scope)
    request.META[_CALLER] = caller  # for `add_limit`, a refusal included
    spend(caller, cost)
    return caller


def admit_user(request: HttpRequest, scope: KeyScope, cost: int = 1) -> Caller:
    """The same for what belongs to a person. Raises `BadApiKey` without a key, `NotPermitted` for nobody's key."""
    caller = admit(request, scope, cost)
    if caller.key is None:
        raise BadApiKey("api.needs-api-key-user-with", scope=scope.value)
    if caller.user is None:
        raise NotPermitted("api.api-key-nobodys-belongs-people", start=caller.key.start)
    return caller


def let_in(key: str | None, address: str, scope: KeyScope, cost: int) -> Caller:
    """For a request that Django does not know."""
    caller = _caller(key, address, scope)
    spend(caller, cost)
    return caller


def add_limit(request: HttpRequest, response: HttpResponseBase) -> None:
    """`RateLimit-Policy` and `RateLimit`: the limit, what is left of it and for how many seconds, as far as known."""
    caller: Caller | None = request.META.get(_CALLER)
    if caller is None or caller.limit is None:
        return
    now = time.time()
    left = bucket.left(caller.who, caller.limit, int(now // 60))
    response.headers["RateLimit-Policy"] = f'"minute";q={caller.limit};w=60'
    response.headers["RateLimit"] = f'"minute";r={left};t={60 - int(now % 60)}'


def spend(caller: Caller, cost: int) -> None:
    """Count what is asked. Raises `TooManyRequests`."""
    if caller.limit is None or cost < 1:
        return
    now = time.time()
    if not bucket.spend(caller.who, min(cost, caller.limit), caller.limit, int(now // 60)):
        seconds = 60 - int(now % 60)
        raise TooManyRequests("api.limit-minute-used-up", limit=caller.limit, seconds=seconds)


def _caller(key: str | None, address: str, scope: KeyScope) -> Caller:
    if key is None:
        limit = None if _is_own_machine(address) else settings.API_PER_MINUTE
        return Caller(asker(network_of(address)), limit)
    now = timezone.now()
    try:
        found = key_of(key, at=now)
    except BadApiKey:
        spend(_caller(None, address, scope), 1)  # guessing is counted like asking
        raise
    if scope.value not in found.scopes:
        raise NotPermitted("api.api-key", start=found.start, scopes=found.scopes, scope=scope.value)
    if found.used is None or found.used < now - SEEN_EVERY:
        use_key(found, at=now)
    return Caller(found.start, found.per_minute, found)


def shown_key(meta: dict[str, str]) -> str | None:
    """The key of `Authorization: Bearer` or `X-API-Key`. Raises `BadApiKey` for another way to sign in."""
    header = meta.get("HTTP_AUTHORIZATION", "")
    if header:
        kind, _, text = header.partition(" ")
        if kind.casefold() != "bearer" or not text.strip():
            raise BadApiKey("api.send-api-key-authorization")
        return text.strip()
    return meta.get("HTTP_X_API_KEY") or None


def address_of(meta: dict[str, str]) -> str:
    """Where a request comes from; behind a proxy, what the proxy added last."""
    if settings.BEHIND_PROXY:
        return meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or meta.get("REMOTE_ADDR", "")
    return meta.get("REMOTE_ADDR", "")


def _is_own_machine(address: str) -> bool:
    """A trial is asked from its own machine, and nobody is to be kept from it there."""
    if settings.PRODUCTION or settings.BEHIND_PROXY:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
