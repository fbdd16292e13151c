"""The home page, the pages about the site itself, and what is said when something goes wrong."""

import sys
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from luodi.rules.library import book_names, load_book
from luodi.web.advisor.home import example_answer, sentence_box
from luodi.web.api.problems import database_away
from luodi.web.core.errors import is_full
from luodi.web.core.pages import page
from luodi.web.core.words import language
from luodi.web.site import dead


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/` sends to the visitor's language."""
    response = HttpResponseRedirect(f"/{language()}/")
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What it is, in ten seconds: a question, the two ways to ask it, and one answer."""
    return page(request, "site/home", begin=sentence_box(), example=example_answer(timezone.localdate(), language()))


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return page(request, "site/contact")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Help: how to ask, what "not sure" does, how to keep a result, whom to ask."""
    return page(request, "site/help")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "site/about", books=[load_book(name) for name in book_names()])


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "site/accessibility")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole in the site (RFC 9116); 404 where the settings name nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = datetime.combine(timezone.localdate() + timedelta(days=180), time(), tzinfo=UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: zh, en",
    ]
    if settings.ORIGIN:
        lines.append(f"Canonical: {settings.ORIGIN}/.well-known/security.txt")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


# ---- faults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _fault(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _fault(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or came too late."""
    return _fault(request, 403, "forged")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """With what such an address was for, and where to go instead."""
    return _fault(request, 404, was=dead.was(request.path_info))


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: the page must not need anything that may be what is broken.

    While the database does not answer it is no fault of the site, and what to do is said: 503.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return away(request)
    try:
        return _fault(request, 503, "full") if is_full(sys.exc_info()[1]) else _fault(request, 500)
    except Exception:
        return HttpResponse("500", status=500, content_type="text/plain")


def away(request: HttpRequest) -> HttpResponse:
    """The database does not answer: a page, or a problem for a program, that says when to ask again."""
    try:
        response = database_away() if request.path_info.startswith(settings.OWN_LIMITS) else _fault(request, 503)
    except Exception:
        response = HttpResponse("503", status=503, content_type="text/plain")
    response.headers["Retry-After"] = "60"
    response.headers["Cache-Control"] = "no-store"
    return response


def _fault(request: HttpRequest, status: int, key: str | None = None, **context: object) -> HttpResponse:
    with translation.override(translation.get_language()):
        return page(request, "site/fault", status, key=key or str(status), **context)
