"""Idempotency keys: a form or a program that sends the same twice, by a double click or a reload, has one effect.

A form carries a key. What counts is that key together with what was filled in, so somebody who goes back to a page and
writes something else sends another action. `once` serves forms whose answer is an address.
"""

import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from markupsafe import Markup

from luodi.web.core.errors import KeyReused
from luodi.web.core.models import ActionKey
from luodi.web.core.types import AnyUser

FIELD: Final = "once"
FIELD_OF_ACTIONS: Final = "key"


def new_key() -> str:
    return secrets.token_urlsafe(16)


def find_key(key: str, action: str, person: AnyUser) -> ActionKey | None:
    """The record of a key that had its effect, None for a new one.

    Raises `KeyReused` where it was sent with another action, or by another person whose account still exists.
    """
    found = ActionKey.objects.filter(key=key).first() if key else None
    if found is None:
        return None
    of_another = person is not None and found.person_id is not None and found.person_id != person.pk
    if found.action != action or of_another:
        raise KeyReused
    return found


def was_done(key: str, person: Any) -> bool:
    """Whether this person sent the key before and it had its effect: what the form asked for may not fit any more."""
    return bool(key) and ActionKey.objects.filter(key=key, person=person).exists()


# ---- forms


def once_input() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_key())


def once(request: HttpRequest, make: Callable[[], str]) -> str:
    """The address that `make` gave, now or when the same form came before; of two at once the second is undone."""
    if not request.POST.get(FIELD):
        return make()
    try:
        with transaction.atomic():
            return _once(request, make)
    except IntegrityError:
        with transaction.atomic():
            return _once(request, make)


def _once(request: HttpRequest, make: Callable[[], str]) -> str:
    person = request.user if request.user.is_authenticated else None
    key, action = _digest(request), f"form {request.path}"[:100]
    found = find_key(key, action, person)
    if found is not None:
        return found.target
    address = make()
    ActionKey.objects.create(key=key, person=person, action=action, target=address, at=timezone.now())
    return address


def _digest(request: HttpRequest) -> str:
    return sha256(repr((request.user.pk, request.path, _sent(request.POST, request.FILES))).encode()).hexdigest()


def key_sent(request: HttpRequest) -> str:
    """That of the form of a request, before it is read."""
    return key_of(request.POST.get(FIELD_OF_ACTIONS, ""), request.POST, request.FILES)


def key_of(key: str, data: Mapping[str, object], files: Mapping[str, object] | None = None) -> str:
    """The key of a form and of what was filled in."""
    return sha256(repr((key, _sent(data, files or {}))).encode()).hexdigest()[:43]


def _sent(data: Mapping[str, object], files: Mapping[str, object]) -> tuple[object, object]:
    """Every field and every file, without the token against forgery, which differs with each page."""
    names = sorted(name for name in data if name != "csrfmiddlewaretoken")
    return [(name, _all(data, name)) for name in names], [
        (name, [(one.name, one.size) for one in _all(files, name)]) for name in sorted(files)
    ]


def _all(values: Mapping[str, object], name: str) -> list[Any]:
    return values.getlist(name) if isinstance(values, MultiValueDict) else [values[name]]
