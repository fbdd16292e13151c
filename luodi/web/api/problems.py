"""How a refusal is answered: as `application/problem+json`."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

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
from luodi.web.site.views import away, is_full

_LOG = logging.getLogger(__name__)


def refuse(problem: LuodiError) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **(problem.headers if isinstance(problem, Refused) else {})}
    response = HttpResponse(as_text(problem), status=status_of(problem), content_type=PROBLEM, headers=headers)
    if isinstance(problem, TooManyRequests):
        response.headers["Retry-After"] = str(problem.seconds)
    return response


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Anything under /api/v1/ that is not there."""
    return refuse(NoSuchAddress(f"there is nothing at {request.path_info[:200]}; see /api/v1/openapi.json"))


def our_mistake(request: HttpRequest, problem: Exception) -> HttpResponse:
    """A fault of ours, told without its details; the log has them, and never what was asked. A database that does not
    answer is none: 503, as pages say it."""
    if isinstance(problem, OperationalError | InterfaceError):
        return away(request)
    if is_full(problem):
        return refuse(CannotWrite("the disk of the site takes nothing more, and nothing was stored; ask again later"))
    _LOG.error("a fault at %s", request.path_info, exc_info=problem)
    return refuse(OurMistake("this is our mistake; it was recorded. Try again in a while"))
