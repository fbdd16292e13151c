"""The companies of a register that match otherwise under a draft: counts for each rule, and their ids."""

import csv
import io
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from luodi.editions import books, home_folder
from luodi.editor.archive import Files
from luodi.editor.readiness import trial
from luodi.errors import BadInput
from luodi.rules.book import Book
from luodi.rules.library import load_book
from luodi.text import safe_cell
from luodi.web.books.trials import Progress
from luodi.web.core.types import Json

IN_BULK: Final = ("policies", "steps", "rules")
MADE_UP: Final = 20_000  # companies of the fictional register, where the operator names no other
_POLL: Final = 0.3  # seconds
_MOST_LISTED: Final = 200_000  # ids in the list of companies


def can_count(book: Book) -> bool:
    """Whether rules of this book answer for companies one by one, by the vocabulary of companies."""
    return book.kind in IN_BULK and bool(book.rules) and "attributes" not in book.head


def of_companies(book: str, files: Files, on: date, progress: Progress) -> tuple[Json, bytes]:
    """Counts per rule before and after, and the ids of the companies that match otherwise, as CSV.

    `{"register", "made_up", "rows", "again", "rules": [{"id", "title", "before", "after", "new", "gone"}]}`. The
    answers of the edition in force are kept as a file of blocks, so that only changed rules are evaluated again.
    Raises `LuodiError` where the draft or the register cannot be read.
    """
    return _watched(lambda told: _companies(book, files, on, told), progress)


T = TypeVar("T")


def _watched(work: Callable[[Progress], T], progress: Progress) -> T:
    """Work in a thread of its own, which tells how far it is; `progress` is called here, and ends it by raising.

    The work calls back from threads of its own, and the database is not theirs.
    """
    seen, over = [(0, 0)], threading.Event()

    def told(done: int, whole: int) -> None:
        if over.is_set():
            raise _Over
        seen[0] = (done, whole)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(copy_context().run, work, told)
        try:
            while not wait([future], timeout=_POLL).done:
                progress(*seen[0])
        except BaseException:
            over.set()
            raise
        return future.result()


class _Over(Exception):
    """Nobody waits for the work any more."""


def _companies(book: str, files: Files, on: date, progress: Progress) -> tuple[Json, bytes]:
    from luodi.matching.asked import Out, RunOptions
    from luodi.matching.inputs import open_input
    from luodi.matching.run import bulk

    register, made_up = register_path(progress)
    old = load_book(book)
    earlier = _earlier(old, on, register)
    with tempfile.TemporaryDirectory(prefix="luodi-flips-") as home:
        if not earlier.exists():
            earlier.parent.mkdir(parents=True, exist_ok=True)
            options = RunOptions(on=on, out=Out.BLOCKS, to=earlier, rejects=Path(home) / "before.jsonl")
            bulk(old, open_input(register), options, progress=_halved(progress, 0))
            _forget(earlier)
        with trial(book, files):
            new = load_book(book)
            options = RunOptions(
                on=on,
                out=Out.BLOCKS,
                to=Path(home) / "after.blocks",
                rejects=Path(home) / "after.jsonl",
                since=earlier,
                changes=Path(home) / "changes.parquet",
            )
            report = bulk(new, open_input(register), options, progress=_halved(progress, 1)).as_json()
        listed = _csv(Path(home) / "changes.parquet")
    before = _counts(earlier, old)
    return {
        "register": register.name,
        "made_up": made_up,
        "rows": report["rows"],
        "rejected": report["rejected"],
        "again": report["changes"]["evaluated_again"],
        "left_out": [row["rule"] for row in report["left_out"]],
        "rules": list(_per_rule(before, report, old, new)),
    }, listed


def register_path(progress: Progress) -> tuple[Path, bool]:
    """The register that the operator names by LUODI_REGISTRY, else a fictional one, made on its first use."""
    named = os.environ.get("LUODI_REGISTRY", "")
    if named:
        path = Path(named).expanduser()
        if not path.exists():
            raise BadInput("books.register-named-luodi-registry-not", at=named)
        return path, False
    folder = home_folder() / "register" / f"made-up-{MADE_UP}"
    if not (folder / "companies.parquet").exists():
        from luodi.world.folder import make_world

        folder.parent.mkdir(parents=True, exist_ok=True)
        make_world(MADE_UP, 1, folder, progress=lambda *_: progress(0, 0))
    return folder / "companies.parquet", True


def _earlier(book: Book, on: date, register: Path) -> Path:
    """Where the answers of an edition are kept; another day, register or book beside it may give others."""
    seen = register.stat()
    what = f"{book.hash} {books().mark} {register.resolve()} {seen.st_size} {seen.st_mtime_ns} {on}"
    return home_folder() / "cache" / "flips" / f"{book.id}-{sha256(what.encode()).hexdigest()[:24]}.blocks"


def _forget(kept: Path, most: int = 6) -> None:
    """Only the last few answers are of use again."""
    files = sorted(kept.parent.glob("*.blocks"), key=lambda path: path.stat().st_mtime)
    for old in files[:-most]:
        old.unlink(missing_ok=True)


def _halved(progress: Progress, half: int) -> Callable[[int, int | None], None]:
    """Two passes over the same rows: the edition in force, then the draft."""
    return lambda done, total: progress(done + half * (total or 0), 2 * (total or 0))


def _counts(earlier: Path, book: Book) -> dict[str, dict[str, int]]:
    from luodi.matching.blocks import Blocks

    rules: dict[str, dict[str, int]] = {row["id"]: row for row in Blocks(earlier).document["rules"]}
    return rules


def _per_rule(before: dict[str, dict[str, int]], report: Json, old: Book, new: Book) -> Iterator[Json]:
    after = {row["id"]: row for row in report["rules"]}
    changed = {row["id"]: row for row in report["changes"]["rules"]}
    for rule in dict.fromkeys([*after, *before]):
        was, now, moved = before.get(rule), after.get(rule), changed.get(rule, {})
        if (
            not moved
            and was is not None
            and now is not None
            and all(was[k] == now[k] for k in ("yes", "unknown", "no"))
        ):
            continue
        title = (new if rule in new.by_id else old).rule(rule).title
        yield {
            "id": rule,
            "title": dict(title),
            "before": _three(was),
            "after": _three(now),
            "new": moved.get("newly_matching", 0),
            "gone": moved.get("no_longer_matching", 0),
        }


def _three(row: dict[str, int] | None) -> dict[str, int] | None:
    return None if row is None else {key: row[key] for key in ("yes", "unknown", "no")}


def _csv(changes: Path) -> bytes:
    """Ids only: whoever has the register knows the rest, and nobody else should."""
    import pyarrow.parquet as pq

    table = pq.read_table(changes)
    names = ["id" if "id" in table.column_names else "row", "rule", "change"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    columns = (map(safe_cell, table.column(name).slice(0, _MOST_LISTED).to_pylist()) for name in names)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()
