"""A form that makes something, sent twice by a double click or a reload, makes it once.

The page carries a key (`once_input()` in its form); what came of it is kept beside it for a day, in the transaction of
the act. The same key with other words in the form is another form, as when somebody goes back and writes anew.
"""

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from markupsafe import Markup

FIELD: Final = "once"
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
    """Of who sends, every field and every file, without the token against forgery, which differs with each page."""
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name != "csrfmiddlewaretoken")
    files = sorted((name, one.name, one.size) for name, one in request.FILES.items())
    who = getattr(request.user, "pk", None)
    return sha256(repr((who, request.path, fields, files)).encode()).hexdigest()
