"""How a refusal is answered: as `application/problem+json`."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from luodi.errors import LuodiError
from luodi.files import CannotWrite
from luodi.web.api.refusals import (
    PROBLEM,
    NoSuchAddress,
    OurMistake,
    Refused,
    TooManyRequests,
    as_text,
    status_of,
)
from luodi.web.core.errors import is_full

_LOG = logging.getLogger(__name__)


def language_asked(request: HttpRequest) -> str:
    """Of what is told to people: that of `lang`, else of `Accept-Language`, else English."""
    lang = request.GET.get("lang") or request.headers.get("Accept-Language", "")
    return "zh" if lang.strip().lower().startswith("zh") else "en"


def refuse(problem: LuodiError, request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **(problem.headers if isinstance(problem, Refused) else {})}
    response = HttpResponse(
        as_text(problem, language_asked(request)), status=status_of(problem), content_type=PROBLEM, headers=headers
    )
    if isinstance(problem, TooManyRequests):
        response.headers["Retry-After"] = str(problem.seconds)
    return response


def database_away() -> HttpResponse:
    """Nothing is read for it, since what could be read may be away."""
    problem = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "code": "database-away",
        "detail": "the database does not answer at the moment; ask again in a minute",
    }
    headers = {"Retry-After": "60", "Cache-Control": "no-store"}
    return JsonResponse(problem, status=503, content_type=PROBLEM, headers=headers)


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Anything under /api/v1/ that is not there."""
    return refuse(NoSuchAddress("api.nothing", path_info=request.path_info[:200]), request)


def our_mistake(request: HttpRequest, problem: Exception | type[Exception]) -> HttpResponse:
    """A fault of ours, told without its details; the log has them, and never what was asked. A database that does not
    answer is none: 503, as pages say it."""
    assert isinstance(problem, Exception)  # ninja hands over what was raised
    if isinstance(problem, OperationalError | InterfaceError):
        return database_away()
    if is_full(problem):
        return refuse(CannotWrite("api.disk-site-takes-nothing-more"), request)
    _LOG.error("a fault at %s", request.path_info, exc_info=problem)
    return refuse(OurMistake("api.our-mistake"), request)
