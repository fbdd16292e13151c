"""Where the bytes lie: under `LUODI_HOME/files`, each file under a random name that only its owner on the system reads.

A name that ends in `.aes` is sealed. A file is there whole or not at all; what no row names any more is swept away.
"""

import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

from luodi.files import CannotWrite
from luodi.uploads import sealing
from luodi.uploads.sealing import DamagedFile

_NAME: Final = re.compile(r"[0-9a-f]{40}(\.aes)?")
_AES: Final = ".aes"


def new_place() -> str:
    return secrets.token_hex(20)


def put(place: str, blocks: Iterable[bytes]) -> None:
    """Keep what comes, sealed where the site has keys. Raises `CannotWrite`; then nothing is kept."""
    keys = settings.FILE_KEYS
    if keys:
        _write(_path(place + _AES), sealing.sealed(blocks, keys[0], place))
    else:
        _write(_path(place), blocks)


def read(place: str) -> Iterator[bytes]:
    """Its bytes, opened. Raises `DamagedFile`."""
    path = found(place)
    if path.suffix == _AES:
        return sealing.opened(_blocks(path), settings.FILE_KEYS, place)
    return _blocks(path)


def found(place: str) -> Path:
    """Raises `DamagedFile` where it is not there."""
    for path in (_path(place + _AES), _path(place)):
        if path.is_file():
            return path
    raise DamagedFile("files.not-disk", at=place)


def is_sealed(place: str) -> bool:
    return found(place).suffix == _AES


def reseal(place: str) -> bool:
    """Seal anew with the first key, or for the first time; whether that was needed."""
    keys, path = settings.FILE_KEYS, found(place)
    if not keys:
        return False
    with path.open("rb") as file:
        if path.suffix == _AES and sealing.is_sealed_with(file.read(64), keys[0]):
            return False
    _write(_path(place + _AES), sealing.sealed(read(place), keys[0], place))
    _path(place).unlink(missing_ok=True)
    return True


def discard(place: str) -> None:
    """Take it away, now or, while a backup reads the files, at the next sweep."""
    with swept_alone() as alone:
        if alone:
            unlink(place)


def all_places(older: float) -> Iterator[str]:
    """Those that have lain for `older` seconds, by folder; what was never finished is taken away on the way."""
    before = time.time() - older
    for path in sorted(Path(settings.MEDIA_ROOT).glob("*/*")):
        with suppress(FileNotFoundError):
            if not path.is_file() or path.stat().st_mtime > before:
                continue
            if _NAME.fullmatch(path.name):
                yield path.name.removesuffix(_AES)
            elif path.name.endswith(".part"):
                path.unlink()


def unlink(place: str) -> None:
    for path in (_path(place + _AES), _path(place)):
        path.unlink(missing_ok=True)


# ---- one lock, so that nothing is taken away under a backup


@contextmanager
def kept_whole() -> Iterator[None]:
    """While a backup reads: nothing is taken away."""
    with _lock() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def swept_alone() -> Iterator[bool]:
    """Whether no backup reads now."""
    with _lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _lock() -> Iterator[int]:
    """The folder above: that of the files changes places when a backup is put back."""
    descriptor = os.open(Path(settings.MEDIA_ROOT).parent, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


# ---- bytes


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(sealing.BLOCK):
            yield block


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for block in blocks:
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        os.replace(unfinished, path)
        _settle(path.parent)
    except OSError as problem:
        raise CannotWrite.because(problem, path) from None
    finally:
        with suppress(OSError):  # what cannot be written to need not be cleared
            unfinished.unlink()


def _settle(folder: Path) -> None:
    """The name too has reached the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
