"""A register of companies as a service over HTTP.

It is asked by `GET {LUODI_REGISTER_URL}/{code}` with `Accept: application/json`, and `Authorization: Bearer` where
there is a token. It answers 200 with the document of `luodi.registers.entries.entry_of`, or 404. Nothing else that it
sends is used: redirects and proxies are not followed, an answer has at most 1 MB and 15 seconds, and a question that
failed is not asked again by itself.
"""

import http.client
import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from luodi.errors import BadInput, LuodiError
from luodi.profiles.codes import check_credit_code
from luodi.registers.entries import BadAnswer, RegisterEntry, RegisterUnavailable, entry_of
from luodi.text import parse_json

_CONNECT: Final = 5  # seconds until it is connected, and without a sign of life
_WHOLE: Final = 15  # seconds for the whole answer
_MOST: Final = 1_000_000  # bytes
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """Where a register is asked, and what names us there."""

    host: str
    port: int | None
    path: str
    secure: bool
    token: str = field(default="", repr=False)

    @property
    def source(self) -> str:
        return self.host


def service_of(environment: Mapping[str, str]) -> Service | None:
    """By `LUODI_REGISTER_URL` and `LUODI_REGISTER_TOKEN`; None without an address. Raises `BadInput` for one that is no
    https:// address of a host: http:// goes to this machine alone."""
    text = environment.get("LUODI_REGISTER_URL", "").strip()
    if not text:
        return None
    token = environment.get("LUODI_REGISTER_TOKEN", "").strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadInput("registers.address", at="environment") from None
    if not _is_address(parts):
        raise BadInput("registers.address", at="environment")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise BadInput("registers.token", at="environment")
    return Service(str(parts.hostname), port, parts.path.rstrip("/"), parts.scheme == "https", token)


def _is_address(parts: SplitResult) -> bool:
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if not parts.hostname or not plain or not parts.path.isascii() or " " in parts.path:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class ServiceRegister:
    """A register over HTTP."""

    service: Service

    @property
    def source(self) -> str:
        return self.service.source

    def lookup(self, code: str) -> RegisterEntry | None:
        """One question, one answer."""
        check_credit_code(code)  # nothing else goes into the address
        status, raw = self._asked(code)
        if status == 404:
            return None
        if status != 200:
            raise _refused(status)
        try:
            document = parse_json(raw.decode("utf-8-sig"), "register")
        except (UnicodeDecodeError, LuodiError):
            raise BadAnswer("registers.no-json") from None
        return entry_of(document, source=self.source)

    def _asked(self, code: str) -> tuple[int, bytes]:
        line, late = self._line(), threading.Event()
        try:
            line.connect()
            with _closed_after(_WHOLE, line.sock, late):
                line.request("GET", f"{self.service.path}/{code}", headers=self._headers())
                answer = line.getresponse()
                raw = answer.read(_MOST + 1) if answer.status == 200 else b""
            if late.is_set():
                raise TimeoutError
        except ssl.SSLError as problem:
            _log.warning("the register %s: %s", self.service.host, problem)
            raise RegisterUnavailable("registers.no-certificate") from None
        except (OSError, http.client.HTTPException) as problem:
            _log.warning("the register %s: %s", self.service.host, type(problem).__name__)
            if late.is_set() or isinstance(problem, TimeoutError):
                raise RegisterUnavailable("registers.too-slow", seconds=_WHOLE) from None
            raise RegisterUnavailable("registers.no-answer") from None
        finally:
            line.close()
        if len(raw) > _MOST:
            raise BadAnswer("registers.too-large", most=_MOST)
        return answer.status, raw

    def _line(self) -> http.client.HTTPConnection:
        one = self.service
        if not one.secure:
            return http.client.HTTPConnection(one.host, one.port, timeout=_CONNECT)
        return http.client.HTTPSConnection(one.host, one.port, timeout=_CONNECT, context=ssl.create_default_context())

    def _headers(self) -> dict[str, str]:
        known = {"Accept": "application/json", "User-Agent": "Luodi"}
        return {**known, "Authorization": f"Bearer {self.service.token}"} if self.service.token else known


@contextmanager
def _closed_after(seconds: float, line: socket.socket, late: threading.Event) -> Iterator[None]:
    """Whoever sends a byte now and then is waited for no longer than whoever sends nothing."""

    def close() -> None:
        late.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _refused(status: int) -> LuodiError:
    if 300 <= status < 400:
        return BadAnswer("registers.elsewhere", status=status)
    if status in (401, 403):
        return RegisterUnavailable("registers.refuses", status=status)
    if status == 429 or status >= 500:
        return RegisterUnavailable("registers.busy", status=status)
    return BadAnswer("registers.other-status", status=status)
