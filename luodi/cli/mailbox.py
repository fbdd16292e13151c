"""The mailbox outside where mail of cases arrives: a Maildir on this machine, or one that is read by IMAP.

What is read there is marked as seen once it was put where it belongs, and stays: nothing is deleted.
"""

import imaplib
import io
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from luodi.errors import BadInput, LuodiError

Put: TypeAlias = Callable[[IO[bytes]], object]
_PORTS: Final = {"imaps": 993, "imap": 143}
_PATIENCE: Final = 30  # seconds
_MOST: Final = 200  # messages at a time
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class NoMailbox(LuodiError):
    """The mailbox does not answer, or does not let us in."""

    code = "no-mailbox"


def mailbox_of(address: str) -> SplitResult:
    """`imaps://user:password@host/INBOX` (TLS), `imap://..` (STARTTLS) or `maildir:///var/mail/luodi`. Raises
    `BadInput`; the message holds no password."""
    parts = urlsplit(address)
    is_folder = parts.scheme == "maildir" and not parts.netloc and parts.path.startswith("/")
    if not is_folder and not (parts.scheme in _PORTS and parts.hostname and parts.username):
        raise BadInput("mail.luodi-mail-in", at="environment")
    return parts


def fetch(parts: SplitResult, put: Put, limit: int) -> int:
    """Hand on what is new, of a message beyond `limit` bytes no more than shows it; how many messages that were.

    Raises `NoMailbox` where it does not answer, or does not let us in, and what `put` raises; what was not put is new
    the next time.
    """
    try:
        return _from_folder(Path(parts.path), put) if parts.scheme == "maildir" else _from_server(parts, put, limit)
    except (OSError, imaplib.IMAP4.error) as problem:
        raise NoMailbox("cli.mailbox-does-not-answer", said=str(problem)) from None


def _from_folder(path: Path, put: Put) -> int:
    """A Maildir: what is new goes on to what was seen."""
    new = sorted((path / "new").iterdir())[:_MOST]
    for one in new:
        with one.open("rb") as file:
            put(file)
        one.rename(path / "cur" / f"{one.name.partition(':')[0]}:2,S")
    return len(new)


def _from_server(parts: SplitResult, put: Put, limit: int) -> int:
    with _signed_in(parts) as server:
        _, found = server.uid("SEARCH", "UNSEEN")
        new = (found[0] or b"").split()[:_MOST]
        for name in (one.decode("ascii") for one in new):
            put(io.BytesIO(_message(server, name, limit + 1)))
            server.uid("STORE", name, "+FLAGS", r"(\Seen)")
    return len(new)


def _message(server: imaplib.IMAP4, name: str, most: int) -> bytes:
    """All of it, but of one that is too large no more than shows that it is."""
    _, told = server.uid("FETCH", name, "(RFC822.SIZE)")
    size = _SIZE.search(told[0] if told and isinstance(told[0], bytes) else b"")
    what = "(BODY.PEEK[])" if size and int(size[1]) <= most else f"(BODY.PEEK[]<0.{most}>)"
    _, answer = server.uid("FETCH", name, what)
    for one in answer or ():
        if isinstance(one, tuple):
            return bytes(one[1])
    raise imaplib.IMAP4.error(f"message {name} cannot be read")


@contextmanager
def _signed_in(parts: SplitResult) -> Iterator[imaplib.IMAP4]:
    """`imaps` speaks TLS from the start; `imap` begins it (STARTTLS), except on this machine."""
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    server: imaplib.IMAP4
    if parts.scheme == "imaps":
        server = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=_PATIENCE)
    else:
        server = imaplib.IMAP4(host, port, timeout=_PATIENCE)
    with server:
        if parts.scheme == "imap" and host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(ssl.create_default_context())
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(f'"{unquote(parts.path.strip("/")) or "INBOX"}"')
        yield server
