"""What a message says. Anybody can send one, so nothing in it is believed: no charset, no length, no nesting, no name.

The headers are read as they came and decoded here: the parts of Python's `email` that read them by the book stop at
some of the broken ones.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email._policybase import Compat32
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from luodi.mail.decoding import decoded, header_text, one_line
from luodi.mail.html_text import text_of

MOST_TEXT: Final = 100_000  # characters
MOST_SUBJECT: Final = 300
MOST_FILES: Final = 50
_MOST_NESTED: Final = 40
_MOST_OF_A_HEADER: Final = 20_000
_MOST_REFERENCES: Final = 50
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,190}")
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_NESTS: Final = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_TO: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "resent-to", "x-forwarded-to")
_ENDINGS: Final = {"plain": "txt", "html": "html", "rfc822": "eml", "calendar": "ics", "octet-stream": "bin"}


@dataclass(frozen=True)
class MailFile:
    """A file that came with a message, under the name that its sender gave it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A message as it was read.

    `sender` is "" where there is not exactly one. `recipients` are all addresses that it was sent or passed on to.
    `references` are the messages that it follows, the nearest last. `dated` is what its sender says. `notes` say what
    its reader should know: `html`, `charset`, `cut` (text), `files` (more than are taken), `damaged`, `nested` and
    `large` (then only its headers were read). `automatic`: sent by a program, such as an answer during a holiday.
    `fingerprint` is the same for the same message, however it came, and no other has it.
    """

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    dated: datetime | None
    text: str
    files: tuple[MailFile, ...]
    notes: tuple[str, ...]
    automatic: bool
    fingerprint: str


class _AsItCame(Compat32):
    """Headers as they stand in the message, bytes beyond ASCII as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY: Final = _AsItCame()


def read_mail(raw: bytes, *, whole: bool = True) -> Mail:
    """`raw` from the first header to the end; not `whole`: its beginning alone, of one that was too large to take.
    Never raises for what a message says or how it is broken."""
    found = _Body()
    if not whole:
        found.notes.add("large")
    elif len(_NESTS.findall(raw)) > _MOST_NESTED:
        found.notes.add("nested")
    if found.notes:
        message: Message = BytesHeaderParser(policy=_POLICY).parsebytes(raw)
    else:
        message = BytesParser(policy=_POLICY).parsebytes(raw)
        _read(message, found, html=True)
    headers = _headers(message)
    text = "\n\n".join(part for part in found.texts if part)
    if len(text) > MOST_TEXT:
        found.notes.add("cut")
    return _mail(headers, text[:MOST_TEXT], found)


def _mail(headers: Mapping[str, list[str]], text: str, found: "_Body") -> Mail:
    senders = _addresses(headers.get("from", []))
    sender = senders[0] if len(senders) == 1 else ("", senders[0][0] if senders else "")
    ids = _ID.findall(_first(headers, "message-id"))
    replied = _ID.findall(_first(headers, "references")) + _ID.findall(_first(headers, "in-reply-to"))
    said = (ids[:1], senders[:1], _first(headers, "date"), _first(headers, "subject"), text)
    digest = sha256(repr(said).encode("utf-8", "surrogatepass"))
    for one in found.files:
        digest.update(sha256(one.content).digest())
    return Mail(
        message_id=ids[0] if ids else "",
        references=tuple(dict.fromkeys(replied[-_MOST_REFERENCES:])),
        sender=sender[1],
        sender_name=one_line(sender[0], 200),
        recipients=tuple(dict.fromkeys(address for _, address in _addresses(_all(headers, _TO)) if address)),
        subject=one_line(header_text(_first(headers, "subject")), MOST_SUBJECT),
        dated=_day(_first(headers, "date")),
        text=text,
        files=tuple(found.files),
        notes=tuple(sorted(found.notes)),
        automatic=_is_automatic(headers),
        fingerprint=digest.hexdigest(),
    )


# ---- headers


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(str(name).casefold(), []).append(re.sub(r"\r?\n", "", str(value))[:_MOST_OF_A_HEADER])
    return found


def _first(headers: Mapping[str, list[str]], name: str) -> str:
    return headers.get(name, [""])[0]


def _all(headers: Mapping[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in headers.get(name, [])]


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    """Names and addresses in small letters; what is no address is "" with what stands there as its name."""
    found = []
    for name, address in getaddresses(values):
        known = _ADDRESS.fullmatch(address)
        label = header_text(name or ("" if known else address))
        if known or label:
            found.append((label, address.casefold() if known else ""))
    return found


def _day(text: str) -> datetime | None:
    """What it says of its day, where that is one; a day without a zone is taken as UTC."""
    try:
        found = parsedate_to_datetime(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC) if timedelta(0) <= found - datetime(1980, 1, 1, tzinfo=UTC) else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _is_automatic(headers: Mapping[str, list[str]]) -> bool:
    """RFC 3834, and what older programs write in its place. A report of what could not be delivered is one too."""
    submitted = _first(headers, "auto-submitted").strip().casefold()
    kind = _first(headers, "content-type").strip().casefold()
    return (
        submitted not in ("", "no")
        or _first(headers, "precedence").strip().casefold() in ("bulk", "junk", "list", "auto_reply")
        or _first(headers, "return-path").strip() == "<>"
        or kind.startswith("multipart/report")
        or any(name in headers for name in ("list-id", "x-autoreply", "x-autorespond"))
    )


# ---- parts


@dataclass
class _Body:
    texts: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)


def _read(part: Message, found: _Body, *, html: bool) -> None:
    """A part with what it holds. `html` False: the same stands beside it as plain text."""
    try:
        kind = part.get_content_type()
        if part.is_multipart():
            below = _below(part)
            if kind == "message/rfc822":
                found.texts.append(_forwarded(below))
            plain = kind == "multipart/alternative" and any(_is_plain(one) for one in below)
            for one in below:
                _read(one, found, html=html and not plain)
        else:
            _read_leaf(part, kind, found, html)
    except Exception:  # what `email` raises for a broken part is written nowhere; the other parts are read
        found.notes.add("damaged")


def _below(part: Message) -> list[Message]:
    found = part.get_payload()
    return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []


def _is_plain(part: Message) -> bool:
    content = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else b""
    return isinstance(content, bytes) and bool(content.strip())


def _forwarded(below: list[Message]) -> str:
    headers = _headers(below[0]) if below else {}
    lines = (f"{name.title()}: {header_text(_first(headers, name))}" for name in ("from", "date", "subject"))
    return "\n".join(["----", *lines])


def _read_leaf(part: Message, kind: str, found: _Body, html: bool) -> None:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    named = part.get_filename()
    disposition = str(part.get("content-disposition", "")).strip().casefold()
    is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
    if is_text and not named and not disposition.startswith("attachment"):
        _read_text(part, kind, data, found, html)
    elif data or named:
        if len(found.files) >= MOST_FILES:
            found.notes.add("files")
        else:
            found.files.append(MailFile(_name(named, kind, len(found.files) + 1), data))


def _read_text(part: Message, kind: str, data: bytes, found: _Body, html: bool) -> None:
    text, fits = decoded(data, str(part.get_content_charset("")))
    if not fits:
        found.notes.add("charset")
    if kind != "text/html":
        found.texts.append(text.strip())
    elif html:
        found.notes.add("html")
        found.texts.append(text_of(text))


def _name(named: str | None, kind: str, number: int) -> str:
    """As its sender called it, with an ending: by its kind where it has none."""
    name = one_line(header_text(named or ""), 200) or f"part-{number}"
    if "." in name:
        return name
    below = kind.partition("/")[2]
    return f"{name}.{_ENDINGS.get(below, re.sub(r'[^a-z0-9]', '', below)[:8] or 'bin')}"
