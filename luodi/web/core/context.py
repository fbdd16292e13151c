"""What is known of the request under way: an id that its log lines and journal entries share."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

_request: ContextVar[str] = ContextVar("request", default="")
_channel: ContextVar[str] = ContextVar("channel", default="visitor")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)
_GIVEN: Final = re.compile(r"[0-9A-Za-z_-]{8,64}")


def request_id() -> str:
    return _request.get()


def channel() -> str:
    """Who acts where no person does: `visitor`, `command` or `task`."""
    return _channel.get()


def kept() -> dict[str, Any]:
    """What is read once for the request, command or task under way, by name; outside of one, nothing is kept."""
    held = _kept.get()
    return {} if held is None else held


@contextmanager
def acting_as(name: str, request: str = "") -> Iterator[None]:
    """Outside of a request: `with acting_as("command"): ..`."""
    tokens = _channel.set(name), _request.set(request or uuid.uuid4().hex)
    fresh = _kept.set({})
    try:
        yield
    finally:
        _channel.reset(tokens[0])
        _request.reset(tokens[1])
        _kept.reset(fresh)


def numbered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the id that came with the request if it has the shape of one, or a new one; it goes back too."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        with acting_as("visitor", given if _GIVEN.fullmatch(given) else ""):
            response = get_response(request)
            response.headers["X-Request-ID"] = request_id()
            return response

    return answer
