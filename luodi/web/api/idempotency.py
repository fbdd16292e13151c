"""Storing once: the header `Idempotency-Key` makes a request that stores something have one effect, however often sent.

The answer is stored in the transaction of the effect, so there are both or neither, whenever the machine stops. The row
of the API key is locked first: of two that come at once the second waits, and gets the answer of the first.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from luodi.errors import UnknownValue
from luodi.message import Message
from luodi.web.api.admission import Caller
from luodi.web.api.models import ApiKey, Done
from luodi.web.api.refusals import KeyReused

KEPT: Final = timedelta(hours=24)
HEADER: Final = "Idempotency-Key"
_MOST: Final = 255
_REPEATED: Final = ("Location",)


def once(request: HttpRequest, caller: Caller, text: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `act` answers, or what it answered when the same was sent before. A refusal stores nothing and is not kept.

    Raises `KeyReused` where the name was given to another request.
    """
    name = _name(request)
    with transaction.atomic():
        if name is None or caller.key is None:
            return act()
        ApiKey.objects.select_for_update().get(pk=caller.key.pk)
        now = timezone.now()
        forget(now)
        digest = _digest(request, text)
        found = Done.objects.filter(key=caller.key, name=name).first()
        if found is not None:
            return _again(found, digest)
        response = act()
        _keep(caller.key, name, digest, response, now)
        return response


def forget(now: datetime) -> int:
    """Answers older than a day are gone; how many went."""
    return Done.objects.filter(at__lte=now - KEPT).delete()[0]


def _name(request: HttpRequest) -> str | None:
    """The name without the quotes that a structured header has. Raises `UnknownValue` for one that is none."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    quoted = len(given) > 1 and given[0] == given[-1] == '"'
    name = given[1:-1] if quoted else given
    if not (name.isascii() and name.isprintable() and 0 < len(name) <= _MOST):
        raise UnknownValue("api.name-1-characters-ascii-such", most=_MOST, at=Message("place.header-of", name=HEADER))
    return name


def _digest(request: HttpRequest, text: str) -> str:
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{text}".encode()).hexdigest()


def _again(found: Done, digest: str) -> HttpResponse:
    if found.digest != digest:
        raise KeyReused("api.another-request-had-name", at=Message("place.header-of", name=HEADER))
    response = answered(found.status, found.body, found.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _keep(key: ApiKey, name: str, digest: str, response: HttpResponse, now: datetime) -> None:
    headers = {header: response.headers[header] for header in _REPEATED if header in response.headers}
    Done.objects.create(
        key=key,
        name=name,
        digest=digest,
        status=response.status_code,
        headers=headers,
        body=response.content.decode(),
        at=now,
    )


def answered(status: int, body: str, headers: Mapping[str, str]) -> HttpResponse:
    kind = "application/json" if body else None
    response = HttpResponse(body, status=status, content_type=kind, headers=headers)
    if not body:
        del response.headers["Content-Type"]
    response.headers["Cache-Control"] = "no-store"
    return response


def stored(document: object, status: int = 200, **headers: str) -> HttpResponse:
    """The answer of an act, to be kept; without a document it is a 204."""
    if document is None:
        return answered(204, "", headers)
    return answered(status, json.dumps(document, ensure_ascii=False, separators=(",", ":")), headers)
