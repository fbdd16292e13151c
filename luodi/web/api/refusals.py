"""Why a request is refused, each with its status, and the document that tells it. Nothing of Django is here."""

import json
from http import HTTPStatus
from typing import Any, ClassVar, Final

from luodi.errors import LuodiError
from luodi.message import said

PROBLEM: Final = "application/problem+json"


class Refused(LuodiError):
    """A request that is not even asked; `status` is that of HTTP."""

    status: ClassVar[int] = 400
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, reason: str, /, *, at: str | None = None, code: str | None = None, **params: Any) -> None:
        super().__init__(reason, at=at, **params)
        if code is not None:  # a problem told with a status of its own keeps the code that it has elsewhere
            self.code = code


class UnreadableBody(Refused):
    """A body that is no JSON document. What exactly is wrong with it keeps its own code."""

    code = "unreadable-body"


class TooDeep(UnreadableBody):
    code = "too-deep"


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


class FileGone(Refused):
    """A kept file that is not what was kept, or not there."""

    code = "file-gone"
    status = 410


class WrongMethod(Refused):
    code = "wrong-method"
    status = 405


class KeyReused(Refused):
    """An `Idempotency-Key` that was given to another request."""

    code = "key-reused"
    status = 422


class TooManyRequests(Refused):
    """The limit of this minute is used up; `seconds` until the next one."""

    code = "too-many-requests"
    status = 429

    def __init__(self, reason: str, /, *, seconds: int, **params: Any) -> None:
        super().__init__(reason, seconds=seconds, **params)
        self.seconds = seconds


class OurMistake(Refused):
    code = "our-mistake"
    status = 500


#: Problems of other rooms whose status is not 422.
_STATUSES: Final = {
    "not-permitted": 403,
    "not-found": 404,
    "cannot-write": 503,
    "not-in-register": 404,
    "register-unavailable": 503,
    "register-bad-answer": 502,
    **dict.fromkeys(
        (
            "not-now",
            "nobody-receives",
            "moved-on",
            "gate-missing",
            "own-work",
            "key-spent",
            "already-there",
            "at-work",
            "decided-already",
            "not-undone",
            "second-person",
        ),
        409,
    ),
}


def status_of(problem: LuodiError) -> int:
    """422 where a question was read and cannot be answered as it is put."""
    return problem.status if isinstance(problem, Refused) else _STATUSES.get(problem.code, 422)


def document(problem: LuodiError, lang: str = "en") -> dict[str, object]:
    """The problem as RFC 9457 has it, with our `code`, `reason`, `params`, `at`; `lang` is that of its texts."""
    status = status_of(problem)
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": printable(problem.message.said(lang)),
        "code": problem.code,
        **_printable(problem.message.as_json()),
        "at": None if problem.at is None else printable(said(problem.at, lang)),
    }


def as_text(problem: LuodiError, lang: str = "en") -> str:
    return json.dumps(document(problem, lang), ensure_ascii=False)


def _printable(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return printable(value) if isinstance(value, str) else value


def printable(text: str) -> str:
    """Text that can be sent: half a character of what was sent to us is replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
