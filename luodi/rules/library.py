"""Finding and loading books: the editions in force, and any folder; compiled once, reread on every edit.

Compiled books are kept as pickles in the user's cache folder. The key is the hash of every file of the book
(contents, not times) and of the code that compiles it, so an edit is never missed. A cache that cannot be
read or written costs time and nothing else.
"""

import hashlib
import logging
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import luodi
from luodi.editions import SHIPPED, books, loaded, with_books
from luodi.errors import UnreadableFile, did_you_mean
from luodi.profiles.codes import CHECKS
from luodi.profiles.vocabulary import Vocabulary, attributes_from
from luodi.rules.book import Book, UnknownBook, file_hash
from luodi.rules.book_reading import COMPANY_TOO, read_book
from luodi.text import read_yaml

BOOKS: Final = SHIPPED
_LOG = logging.getLogger("luodi.library")
T = TypeVar("T")
_OWN: Final = ("vocabulary", "law")


def book_names() -> list[str]:
    """The ids of the books that Luodi knows by name."""
    return list(books().folders)


def hold_books() -> None:
    """From now on this process answers from the books as they stand: no edit of a file is looked for.

    A server answers thousands of questions between two editions, and each would read every file to learn of none.
    Another edition that comes into force is noticed all the same: it lies in a folder of its own.
    """
    global _holding
    _holding = True
    for name in book_names():
        load_book(name)


def let_books_go() -> None:
    """Edits are looked for again."""
    global _holding
    _holding = False
    _held.cache_clear()


_holding = False


def cache_folder() -> Path:
    """Where compiled books are kept: under LUODI_HOME, else the platform's cache folder for the user."""
    home = os.environ.get("LUODI_HOME")
    if home:
        return Path(home) / "cache" / "books"
    base = os.environ.get("XDG_CACHE_HOME")
    if not base and sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    if not base and sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    return Path(base or Path.home() / ".cache") / "luodi" / "books"


@cache
def _code_hash() -> str:
    """Of the modules that make a compiled book what it is."""
    here = Path(__file__).parent
    digest = hashlib.sha256(f"{sys.version_info[:2]} {luodi.__version__}".encode())
    for path in (
        *sorted(here.glob("*.py")),
        *sorted((here.parent / "profiles").glob("*.py")),
        *(here.parent / f"{name}.py" for name in ("dates", "text", "values")),
    ):
        if not path.name.startswith(("test_", "conftest", "strategies")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def locate(name: str) -> Path:
    """The folder of a book given by id or by path."""
    if name in books().folders:
        return books().folders[name]
    folder = Path(name)
    if folder.is_dir():
        return folder
    if folder.exists():
        raise UnreadableFile("rules.book-folder-with-book-yaml-2", at=name)
    raise UnknownBook("rules.no-book", name=name, book_names=book_names(), meant=did_you_mean(name, book_names()))


@with_books()
def company_vocabulary() -> Vocabulary:
    """The company profile's words."""
    folder = locate("vocabulary")
    digest = _company_words()
    vocabulary: Vocabulary = _cached(f"words-{_label(folder)}", folder, digest, "", lambda: _read_vocabulary(folder))
    return replace(vocabulary, codes=CHECKS)


def _read_vocabulary(folder: Path) -> Vocabulary:
    rows = read_yaml(folder / "attributes.yaml", name="attributes.yaml")
    return Vocabulary("vocabulary", attributes_from(rows, at="attributes.yaml"))


def load_book(name: str | Path) -> Book:
    """A compiled book by id or folder. Raises what `read_book` raises, with file and line."""
    here = books().folders
    if _holding and name in here:
        return _held(here[str(name)], here["vocabulary"])
    kept = loaded()
    if kept is None or name not in here:
        return _read(locate(str(name)))
    key = here[str(name)], here["vocabulary"]
    if key not in kept:
        kept[key] = _read(key[0])
    found: Book = kept[key]
    return found


def _read(folder: Path) -> Book:
    """With every edit noticed."""
    return _load(folder.resolve(), file_hash(folder)[0], _words(folder))


@lru_cache(maxsize=64)
def _held(folder: Path, words: Path) -> Book:
    """Of one folder, read with the vocabulary of another one."""
    return _read(folder)


def _words(folder: Path) -> str:
    """The hash of the vocabulary that a book is read with; empty where it brings its own."""
    here = books().folders
    own = any(name in here and here[name].resolve() == folder.resolve() for name in _OWN)
    return "" if own or _brings_attributes(folder) else _company_words()


@with_books()
def _company_words() -> str:
    return file_hash(locate("vocabulary"))[0]


@lru_cache(maxsize=64)
def _load(folder: Path, digest: str, words: str) -> Book:
    company = company_vocabulary() if words else None
    book: Book = _cached(_label(folder), folder, digest, words, lambda: read_book(folder, company))
    return book


def _label(folder: Path) -> str:
    """Tells folders of one name apart, so that the edition kept for one does not push out the other's."""
    return f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def _brings_attributes(folder: Path) -> bool:
    """Whether its words are all its own: none, or some beside those of companies, are read with theirs."""
    path = folder / "book.yaml"
    head = b"\n" + path.read_bytes() if path.is_file() else b""
    return b"\nattributes:" in head and b"\nvocabulary: %s\n" % COMPANY_TOO.encode() not in head


def _cached(label: str, folder: Path, digest: str, salt: str, build: Any) -> Any:
    """What `build` makes of a folder whose files have the hash `digest`."""
    key = hashlib.sha256("|".join((_code_hash(), digest, salt, str(folder))).encode()).hexdigest()
    path = cache_folder() / f"{label}-{key[:32]}.pickle"
    try:
        with path.open("rb") as file:
            return pickle.load(file)
    except FileNotFoundError:
        pass
    except Exception as problem:  # a damaged cache of any kind is rebuilt, and said
        _LOG.warning("the cache %s cannot be read (%s); it is built again", path, problem)
    made = build()
    _keep(path, made)
    return made


def cached_with_books(name: str, digest: str, build: Callable[[], T]) -> T:
    """What `build` makes, kept beside the compiled books; `digest` is that of all it comes from, the books' compiler
    left out. A process that starts reads what another one made."""
    found: T = _cached(name, cache_folder(), digest, "", build)
    return found


def _keep(path: Path, made: object) -> None:
    import tempfile  # only whoever compiles a book waits for it

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            pickle.dump(made, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(name, path)
        for old in path.parent.glob(path.name.rsplit("-", 1)[0] + "-*.pickle"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as problem:
        _LOG.warning("the compiled book cannot be kept at %s (%s)", path, problem)
