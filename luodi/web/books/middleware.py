"""Middleware: one answer comes from one state of the books, and a day's edition is in force on its day."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from luodi.editions import Seen, look, reading
from luodi.errors import UnreadableFile

_LOG = logging.getLogger(__name__)
_AGAIN: Final = 30.0  # seconds until a process that could not bring an edition into force tries once more
_failed = -_AGAIN
_one_at_a_time: Final = threading.Lock()
_WITHOUT: Final = ("/healthz", "/readyz")  # they say what is wrong, so they must answer whatever is


def pin_books(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The books stay what they were when the request came, whoever publishes meanwhile."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path in _WITHOUT:
            return get_response(request)
        seen = _looked()
        if seen.awaited is not None and timezone.localdate() >= seen.awaited:
            on_its_day()
            seen = _looked()
        with reading(seen.books):
            return get_response(request)

    return answer


def on_its_day() -> None:
    """The background work does it when the day begins; a request that comes first does not wait for that.

    Where it fails the site goes on answering from the editions that are in force, and is not ready.
    """
    global _failed
    if time.monotonic() - _failed < _AGAIN:
        return
    from luodi.web.books.actions.in_force import settle

    try:
        with _one_at_a_time:  # whoever comes meanwhile waits, and then finds it done
            settle(timezone.now())
    except Exception:
        _failed = time.monotonic()
        _LOG.exception("an edition whose day has come cannot come into force")


def _looked() -> Seen:
    """What is in force; a file or folder that is damaged is made again from the database first."""
    try:
        return look()
    except UnreadableFile as problem:
        from luodi.web.books.actions.in_force import bring_out

        _LOG.warning("%s", problem)
        bring_out(timezone.now())
        return look()
