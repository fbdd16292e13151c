"""How long one stays signed in: 12 hours at most, and for those who work here 30 minutes without doing anything."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from luodi.web.accounts.models import User
from luodi.web.core.permissions import request_memberships
from luodi.web.core.roles import STAFF
from luodi.web.core.words import say
from luodi.web.journal.actions import write

IDLE: Final = 30 * 60  # seconds
LONGEST: Final = 12 * 3600
_NOTED_EVERY: Final = 60  # a session is written once in so many seconds, not at every page
_BEGAN, _SEEN, _STAFF = "began", "seen", "works_here"


def watched(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a session that is over ends here. `request.session_over` says when it will be."""

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = time.time()
            if now >= _over(request.session):
                _end(request)
            else:
                _note(request, now)
                vars(request)["session_over"] = _over(request.session)
        return get_response(request)

    return answer


def over_at(request: HttpRequest) -> datetime | None:
    """When this session will be over unless something is done; None for whoever has not signed in."""
    over = getattr(request, "session_over", None)
    return datetime.fromtimestamp(over, tz=timezone.get_current_timezone()) if over else None


def _over(session: SessionBase) -> float:
    if _BEGAN not in session:
        return float("inf")
    longest = float(session[_BEGAN]) + LONGEST
    return min(longest, float(session[_SEEN]) + IDLE) if session[_STAFF] else longest


def _note(request: HttpRequest, now: float) -> None:
    session = request.session
    if _BEGAN not in session:
        session[_BEGAN] = now
    if now - session.get(_SEEN, 0) >= _NOTED_EVERY:
        session[_SEEN] = now
        session[_STAFF] = any(held.role in STAFF for held in request_memberships(request))


def _end(request: HttpRequest) -> None:
    user, key = request.user, request.session.session_key
    assert isinstance(user, User)
    UserSession.objects.filter(session_key=key).delete()
    write("session_over", user, by=user)
    logout(request)
    messages.info(request, say("accounts.said_session_over"))
