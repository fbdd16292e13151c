"""Why a request is refused, each with its status; and how that is told: `application/problem+json`."""

import json
import logging
from http import HTTPStatus
from typing import ClassVar, Final

from django.http import HttpRequest, HttpResponse

from luodi.errors import LuodiError

PROBLEM: Final = "application/problem+json"
_LOG = logging.getLogger(__name__)


class Refused(LuodiError):
    """A request that is not even asked; `status` is that of HTTP."""

    status: ClassVar[int] = 400
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, message: str, *, at: str | None = None, code: str | None = None) -> None:
        super().__init__(message, at=at)
        if code is not None:  # a problem told with a status of its own keeps the code that it has elsewhere
            self.code = code


class UnreadableBody(Refused):
    """A body that is no JSON document. What exactly is wrong with it keeps its own code."""

    code = "unreadable-body"


class WrongContentType(Refused):
    code = "wrong-content-type"
    status = 415


class TooLarge(Refused):
    code = "too-large"
    status = 413


class LengthRequired(Refused):
    code = "length-required"
    status = 411


class BadApiKey(Refused):
    """A key that does not exist, was revoked, or is not written as a key is."""

    code = "bad-api-key"
    status = 401
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="luodi"'}


class NotPermitted(Refused):
    code = "not-permitted"
    status = 403


class NoSuchAddress(Refused):
    code = "no-such-address"
    status = 404


class WrongMethod(Refused):
    code = "wrong-method"
    status = 405


class TooManyRequests(Refused):
    """The limit of this minute is used up; `seconds` until the next one."""

    code = "too-many-requests"
    status = 429

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class OurMistake(Refused):
    code = "our-mistake"
    status = 500


def status_of(problem: LuodiError) -> int:
    """422 where a question was read and cannot be answered as it is put."""
    return problem.status if isinstance(problem, Refused) else 422


def document(problem: LuodiError) -> dict[str, object]:
    """The problem as RFC 9457 has it, with our `code` and `at`."""
    status = status_of(problem)
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": printable(problem.message),
        "code": problem.code,
        "at": None if problem.at is None else printable(problem.at),
    }


def printable(text: str) -> str:
    """Text that can be sent: half a character of what was sent to us is replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def refuse(problem: LuodiError) -> HttpResponse:
    body = json.dumps(document(problem), ensure_ascii=False)
    headers = {"Cache-Control": "no-store", **(problem.headers if isinstance(problem, Refused) else {})}
    response = HttpResponse(body, status=status_of(problem), content_type=PROBLEM, headers=headers)
    if isinstance(problem, TooManyRequests):
        response.headers["Retry-After"] = str(problem.seconds)
    return response


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Anything under /api/v1/ that is not there."""
    return refuse(NoSuchAddress(f"there is nothing at {request.path_info[:200]}; see /api/v1/openapi.json"))


def our_mistake(request: HttpRequest, problem: Exception) -> HttpResponse:
    """A fault of ours, told without its details; the log has them, and never what was asked."""
    _LOG.error("a fault at %s", request.path_info, exc_info=problem)
    return refuse(OurMistake("this is our mistake; it was recorded. Try again in a while"))
