"""Encryption of what lies on the disk: AES-256-GCM in blocks, so that a file is read as it comes and no block can be
changed, moved, taken away or put under another name without being noticed.

A sealed file: `LUODI-1\\n`, 8 bytes that name the key, 16 random bytes from which with the key that of the file is
made (HKDF-SHA-256), then blocks of 64 KiB with 16 bytes of seal each. A block is numbered, the last one marked.
"""

import base64
import binascii
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from luodi.errors import BadInput, LuodiError

_MAGIC: Final = b"LUODI-1\n"
_NAMED: Final = 8
_SALT: Final = 16
_HEAD: Final = len(_MAGIC) + _NAMED + _SALT
BLOCK: Final = 1 << 16
_SEAL: Final = 16


class DamagedFile(LuodiError):
    """A kept file that is not what was kept, or whose key is not among those of the site."""

    code = "damaged-file"


def keys_of(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """`LUODI_FILE_KEYS`: 32 bytes each in base64, with commas between; the first one seals. Raises `BadInput`."""
    given = [text.strip() for text in environment.get("LUODI_FILE_KEYS", "").split(",") if text.strip()]
    return tuple(_key(text, number) for number, text in enumerate(given, 1))


def _key(text: str, number: int) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise BadInput(
            "files.key-luodi-file-keys-not",
            number=number,
            at="environment",
        )
    return key


def sealed(blocks: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """The bytes of the sealed file; `blocks` are of any length. `name` is that under which it will lie."""
    head = _MAGIC + _named(key) + os.urandom(_SALT)
    cipher = _cipher(key, head)
    yield head
    for number, last, block in _numbered(_even(blocks, BLOCK)):
        yield cipher.encrypt(_nonce(number, last), block, name.encode())


def opened(blocks: Iterable[bytes], keys: Sequence[bytes], name: str) -> Iterator[bytes]:
    """What was sealed. Raises `DamagedFile`, at the latest before the block that is not whole."""
    source = iter(_even(blocks, BLOCK + _SEAL, first=_HEAD))
    head = next(source, b"")
    key = next((key for key in keys if head[:-_SALT] == _MAGIC + _named(key)), None)
    if key is None:
        raise DamagedFile("files.key-not-among-those-luodi", at=name)
    cipher = _cipher(key, head)
    found = False
    for number, last, block in _numbered(source):
        found = True
        try:
            yield cipher.decrypt(_nonce(number, last), block, name.encode())
        except InvalidTag:
            raise DamagedFile("files.changed-or-cut-off-disk", at=name) from None
    if not found:
        raise DamagedFile("files.cut-off-disk", at=name)


def is_sealed_with(head: bytes, key: bytes) -> bool:
    return head.startswith(_MAGIC + _named(key))


def _named(key: bytes) -> bytes:
    return sha256(b"luodi file key" + key).digest()[:_NAMED]


def _cipher(key: bytes, head: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=head[-_SALT:], info=head[:-_SALT]).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _numbered(blocks: Iterable[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    """Each with its number and whether it is the last."""
    held: bytes | None = None
    number = 0
    for block in blocks:
        if held is not None:
            yield number, False, held
            number += 1
        held = block
    if held is not None:
        yield number, True, held


def _even(blocks: Iterable[bytes], length: int, *, first: int = 0) -> Iterator[bytes]:
    """The same bytes in blocks of one length, the last one shorter; before them `first` bytes apart."""
    held = bytearray()
    wanted = first or length
    for block in chain(blocks):
        held += block
        while len(held) >= wanted:
            yield bytes(held[:wanted])
            del held[:wanted]
            wanted = length
    if held:
        yield bytes(held)
