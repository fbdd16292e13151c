"""A form that makes something, sent twice by a double click or a reload, makes it once.

The page carries a key (`once_input()` in its form); what came of it is kept beside it for a day, in the transaction of
the act. The same key with other words in the form is another form, as when somebody goes back and writes anew.
"""

import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from markupsafe import Markup

FIELD: Final = "once"
FIELD_OF_ACTS: Final = "key"
_KEPT: Final = 24 * 3600  # seconds


def once_input() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(16))


def once(request: HttpRequest, make: Callable[[], str]) -> str:
    """What `make` gave, an address: done now, or when the same form came before. Two at once wait for each other."""
    if not request.POST.get(FIELD):
        return make()
    name = f"form:{_digest(request)}"
    with transaction.atomic():
        if cache.add(name, "", _KEPT):
            place = make()
            cache.set(name, place, _KEPT)
            return place
    return str(cache.get(name))


def _digest(request: HttpRequest) -> str:
    who = getattr(request.user, "pk", None)
    return sha256(repr((who, request.path, _sent(request.POST, request.FILES))).encode()).hexdigest()


def key_sent(request: HttpRequest) -> str:
    """That of the form of a request, before it is read."""
    return key_of(request.POST.get(FIELD_OF_ACTS, ""), request.POST, request.FILES)


def key_of(key: str, data: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> str:
    """The key of a form and of what was written into it: other words under the same key are another act, so that what
    somebody wrote anew on a page that they went back to is not taken for what they sent before."""
    return sha256(repr((key, _sent(data, files or {}))).encode()).hexdigest()[:43]


def _sent(data: Mapping[str, Any], files: Mapping[str, Any]) -> tuple[Any, ...]:
    """Every field and every file, without the token against forgery, which differs with each page."""
    names = sorted(name for name in data if name != "csrfmiddlewaretoken")
    return [(name, _all(data, name)) for name in names], [
        (name, [(one.name, one.size) for one in _all(files, name)]) for name in sorted(files)
    ]


def _all(values: Mapping[str, Any], name: str) -> list[Any]:
    return values.getlist(name) if isinstance(values, MultiValueDict) else [values[name]]
