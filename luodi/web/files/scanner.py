"""Asking a scanner for viruses: clamd, by its command INSTREAM, on a network address or a socket of this machine."""

import socket
from collections.abc import Iterable
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from luodi.errors import BadInput

_PATIENCE: Final = 60  # seconds without a sign of life
_BLOCK: Final = 1 << 16
_ANSWER: Final = 4096


class ScannerAway(Exception):
    """The scanner does not answer, or not as it should."""


def address_of(text: str) -> tuple[str, int] | str | None:
    """`tcp://host:3310` as a pair, `unix:///run/clamd.ctl` as a path, nothing as None. Raises `BadInput`."""
    if not text:
        return None
    parts = urlsplit(text)
    try:
        if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
            return parts.hostname, parts.port or 3310
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return parts.path
    except ValueError:
        pass
    raise BadInput("files.luodi-scanner-neither-tcp", at="environment")


def scan(blocks: Iterable[bytes], address: tuple[str, int] | str) -> str:
    """What was found, such as `Eicar-Test-Signature`; empty where nothing was. Raises `ScannerAway`."""
    try:
        with closing(_connected(address)) as line:
            answer = _asked(line, blocks)
    except OSError as problem:
        raise ScannerAway(str(problem)) from problem
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAway(answer or "it answered nothing")


def _connected(address: tuple[str, int] | str) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=_PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_PATIENCE)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _asked(line: socket.socket, blocks: Iterable[bytes]) -> str:
    """Each part goes with its length before it; one of no length ends the file."""
    try:
        line.sendall(b"zINSTREAM\0")
        for block in blocks:
            for start in range(0, len(block), _BLOCK):
                part = block[start : start + _BLOCK]
                line.sendall(len(part).to_bytes(4, "big") + part)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has said why, such as that the file is too large for it
    answer = b""
    while b"\0" not in answer and len(answer) < _ANSWER and (more := line.recv(_ANSWER)):
        answer += more
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
