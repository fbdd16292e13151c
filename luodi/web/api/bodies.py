"""Bodies of requests: JSON in UTF-8, of bounded size, and said to be so."""

import tempfile
from hashlib import sha256
from typing import IO, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from luodi.message import Message
from luodi.web.api.refusals import LengthRequired, TooLarge, UnreadableBody, WrongContentType

MAX_BYTES: Final = 1_000_000
JSON: Final = ("application/json",)
BYTES: Final = ("application/octet-stream",)
_IN_MEMORY: Final = 1 << 20
JSON_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/json-lines")


def body(request: HttpRequest, types: tuple[str, ...], at: str = "the body") -> str:
    """The text of a body. Raises `Refused` for one that is too large, of another type, or no UTF-8."""
    of_type(request, types)
    declared(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise _too_large()
    try:
        return request.body.decode("utf-8")
    except RequestDataTooBig:
        raise _too_large() from None
    except UnicodeDecodeError as problem:
        raise UnreadableBody("api.body-not-utf-8", start=problem.start + 1, at=at) from None
    except UnreadablePostError:
        raise UnreadableBody("api.body-ended-before-whole", at=at) from None


def _too_large() -> TooLarge:
    return TooLarge("api.body-most-bytes", max_bytes=MAX_BYTES)


def declared(request: HttpRequest) -> None:
    """Raises `LengthRequired` for a body that comes in pieces of unknown number."""
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        raise LengthRequired("api.say-how-long-body-content")


def of_type(request: HttpRequest, types: tuple[str, ...]) -> None:
    given = request.META.get("CONTENT_TYPE") or ""
    kind, _, parameters = given.partition(";")
    charset = parameters.partition("charset=")[2].strip(' "').casefold()
    if kind.strip().casefold() not in types or charset not in ("", "utf-8", "utf8"):
        raise WrongContentType(
            "api.send-utf-8-not", types=" or ".join(types), given=given[:80] or Message("api.no-content-type")
        )


def file_of(request: HttpRequest) -> tuple[IO[bytes], str]:
    """The body, kept on disk where it is long, and its SHA-256. Raises `Refused`."""
    of_type(request, BYTES)
    declared(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_LIMIT:
        raise TooLarge("api.file-most-mb", file_limit=settings.FILE_LIMIT // 1000000)
    kept, digest = tempfile.SpooledTemporaryFile(_IN_MEMORY), sha256()  # noqa: SIM115 - gone with the request
    try:
        while block := request.read(1 << 16):
            digest.update(block)
            kept.write(block)
    except UnreadablePostError:
        raise UnreadableBody("api.body-ended-before-whole", at=Message("place.body")) from None
    kept.seek(0)
    return kept, digest.hexdigest()
