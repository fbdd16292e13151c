"""Which edition of each book is in force here, and what was made of the books while they stood.

The books that ship with Luodi stand under `luodi/books`. A site may have published later editions; those lie in
folders under `LUODI_HOME/books`, and the file `current.json` beside them names them with their first days. It is
replaced at once, so whoever reads it sees all books before a publication or all after it.

    with reading():                 # one answer: the books stay what they were when it began
        ...
    @with_books()                   # a cache that belongs to these books, and goes with them
    def index() -> Index: ...
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from platformdirs import user_data_path

from luodi.errors import UnreadableFile
from luodi.message import Message

SHIPPED: Final = Path(__file__).parent / "books"
CURRENT: Final = "current.json"
_REMEMBERED: Final = 2  # states of the books: the one that answers, and the one before it or about to follow
P = ParamSpec("P")
T = TypeVar("T")


class HasFirstDay(Protocol):
    @property
    def first_day(self) -> date: ...


E = TypeVar("E", bound=HasFirstDay)


def in_force(editions: Sequence[E], on: date) -> E | None:
    """Of the editions of one book, in the order in which they were published: the one in force on a day.

    It is the last one whose first day has come; None means that the book as it ships is in force.
    """
    begun = [edition for edition in editions if edition.first_day <= on]
    latest = max((edition.first_day for edition in begun), default=None)
    return next((edition for edition in reversed(begun) if edition.first_day == latest), None)


@dataclass(frozen=True, slots=True)
class Listed:
    """An edition as `current.json` names it; `folder` is relative to the folder of the editions."""

    first_day: date
    folder: str
    hash: str


@dataclass(frozen=True)
class Schedule:
    """What `current.json` says: the day it was settled for, and the editions of each book, waiting ones included."""

    on: date
    books: Mapping[str, tuple[Listed, ...]]

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "books": {
                name: [{"from": e.first_day.isoformat(), "folder": e.folder, "hash": e.hash} for e in editions]
                for name, editions in sorted(self.books.items())
            },
        }

    def chosen(self, on: date | None = None) -> dict[str, Listed]:
        """Of each book the edition in force on a day, or on the day it was settled for if that is later."""
        day = max(self.on, on or self.on)
        found = {name: in_force(editions, day) for name, editions in self.books.items()}
        return {name: edition for name, edition in found.items() if edition is not None}

    def awaited(self) -> date | None:
        days = [e.first_day for editions in self.books.values() for e in editions if e.first_day > self.on]
        return min(days, default=None)


def home_folder() -> Path:
    """`LUODI_HOME`, or the platform's folder for a user's data."""
    named = os.environ.get("LUODI_HOME")
    return Path(named).expanduser() if named else _default_home()


@cache
def _default_home() -> Path:
    return user_data_path("luodi", appauthor=False)


def editions_folder() -> Path:
    return home_folder() / "books"


def read_schedule() -> Schedule | None:
    """None where this home never published anything. Raises `UnreadableFile`."""
    path = editions_folder() / CURRENT
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        books = {str(name): tuple(_listed(row) for row in rows) for name, rows in raw["books"].items()}
        return Schedule(date.fromisoformat(raw["on"]), books)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        words = Message("text.editions-force-cannot-read", problem=problem)
        raise UnreadableFile(words, at=str(path)) from None


def _listed(row: Mapping[str, str]) -> Listed:
    return Listed(date.fromisoformat(row["from"]), row["folder"], row["hash"])


# ---- the books as they stand


class Books:
    """All books between two changes: the folder of each, and whatever was made of them."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = dict(sorted(folders.items()))
        #: Tells this state from any other one.
        self.mark = sha256("\n".join(f"{name} {path}" for name, path in self.folders.items()).encode()).hexdigest()
        #: Functions with the caches that belong to these books.
        self.kept: dict[Callable[..., Any], Callable[..., Any]] = {}

    def keep(self, function: Callable[..., Any], maxsize: int | None) -> Callable[..., Any]:
        """`function` with a cache that belongs to these books."""
        return self.kept.setdefault(function, lru_cache(maxsize)(function))

    def having(self, name: str, folder: Path) -> "Books":
        """The same with one book from another folder; nothing is kept of what was made."""
        return Books({**self.folders, name: folder})


def books() -> Books:
    """Those of the answer under way, else those in force."""
    return _reading.get() or latest()


@contextmanager
def reading(chosen: Books | None = None) -> Iterator[Books]:
    """Until the block ends this thread, or task, answers from one state of the books: those in force if left out."""
    here = chosen or latest()
    token, loaded = _reading.set(here), _loaded.set({})
    try:
        yield here
    finally:
        _reading.reset(token)
        _loaded.reset(loaded)


@contextmanager
def answering() -> Iterator[None]:
    """A decorator of what answers a question: as `reading`, or within the answer under way a part of it."""
    if _reading.get() is not None:
        yield
        return
    with reading():
        yield


def loaded() -> dict[Any, Any] | None:
    """What the answer under way has loaded so far, which does not change until it ends; None outside of `reading`."""
    return _loaded.get()


def latest() -> Books:
    """The books in force at this moment. Raises `UnreadableFile`."""
    return look().books


@dataclass(frozen=True)
class Seen:
    """What was found, and what the file looked like then. `awaited` is the first day on which another edition comes
    into force."""

    mark: tuple[Any, ...]
    books: Books
    awaited: date | None


def look() -> Seen:
    """The books in force at this moment, and until when. Raises `UnreadableFile`."""
    global _seen
    found, mark = _seen, _mark()
    if found is None or found.mark != mark:
        with _lock:
            schedule = read_schedule()
            folders = shipped() if schedule is None else folders_of(schedule, _day)
            found = _seen = Seen(mark, of_folders(folders), schedule.awaited() if schedule else None)
    return found


def of_folders(folders: Mapping[str, Path]) -> Books:
    """The same folders give the same books, with what was made of them, as long as they are remembered."""
    key = tuple(sorted(folders.items()))
    found = _remembered.pop(key, None) or Books(folders)
    _remembered[key] = found
    for old in list(_remembered)[:-_REMEMBERED]:
        _remembered.pop(old, None)
    return found


def shipped() -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(SHIPPED.glob("*/book.yaml"))}


def folders_of(schedule: Schedule, on: date | None = None) -> dict[str, Path]:
    """The folder of each book on a day. Raises `UnreadableFile` for an edition that is not there."""
    found = shipped()
    for name, edition in schedule.chosen(on).items():
        folder = editions_folder() / edition.folder
        if not (folder / "book.yaml").is_file():
            words = Message("text.edition-force-not")
            raise UnreadableFile(words, at=str(folder))
        found[name] = folder
    return found


def read_on(day: date) -> None:
    """What day it is, given by the caller: an edition whose first day has come is in force, whoever wrote the file."""
    global _day
    _day = day


def _mark() -> tuple[Any, ...]:
    """Changes whenever another edition may be in force."""
    folder = editions_folder()
    try:
        seen = os.stat(folder / CURRENT)
    except FileNotFoundError:
        return SHIPPED, folder, _day
    return SHIPPED, folder, _day, seen.st_mtime_ns, seen.st_ino, seen.st_size


_day: date | None = None
_lock = threading.Lock()
_seen: Seen | None = None
_remembered: dict[tuple[tuple[str, Path], ...], Books] = {}
_reading: ContextVar[Books | None] = ContextVar("books", default=None)
_loaded: ContextVar[dict[Any, Any] | None] = ContextVar("loaded", default=None)


def with_books(maxsize: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function makes of the books, for as long as these books stand."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            here = _reading.get() or latest()
            kept = here.kept.get(function) or here.keep(function, maxsize)  # many thousand times a second
            found: T = kept(*args, **kwargs)
            return found

        return answer

    return decorate
