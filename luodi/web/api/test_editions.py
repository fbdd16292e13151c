"""Editions with their files, and the feed of changes: pages, cursors, ETags."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from luodi.rules.library import load_book
from luodi.web.api.conftest import Program
from luodi.web.library import log
from luodi.web.library.editions import keep_editions
from luodi.web.library.models import Edition, Learned

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _kept(db: None) -> None:
    Edition.objects.all().delete()
    Learned.objects.all().delete()
    keep_editions(NOW)
    log.learn(NOW)


def publish() -> None:
    """Another edition of a book that is there."""
    Edition.objects.create(book="policies", version="next", hash="f" * 64, seen=NOW, files=b"", changes={"added": []})


def test_a_book_is_read_file_by_file_as_it_stands(program: Program) -> None:
    book = load_book("data-export-path")
    [row] = program.get("/api/v1/books/data-export-path/editions").json()["editions"]
    assert (row["hash"], row["version"], row["in_use"], row["seen"]) == (
        book.hash,
        book.version,
        True,
        "2026-11-25T08:00:00Z",
    )
    whole = program.get(f"/api/v1/books/data-export-path/editions/{row['hash'][:12]}").json()
    assert whole["changes"] is None and whole["files"]
    for file in whole["files"]:
        answer = program.get(f"/api/v1/books/data-export-path/editions/{row['hash']}/files/{file['name']}")
        assert answer["content-type"] == "application/yaml"
        assert answer.content == (Path(book.folder) / file["name"]).read_bytes()
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]


@pytest.mark.parametrize(
    "path",
    [
        *("nothing/editions", "policies/editions/abc", "policies/editions/000000000000"),
        f"policies/editions/{'%00' * 12}",
        *("policies/editions/{hash}/files/nothing.yaml", "policies/editions/{hash}/files/../../secret-key"),
    ],
)
def test_what_is_not_there_is_not_found(program: Program, path: str) -> None:
    at = path.replace("{hash}", Edition.objects.get(book="policies").hash)
    answer = program.get(f"/api/v1/books/{at}")
    assert answer.status_code == 404 and answer["content-type"] == "application/problem+json"


def test_editions_come_a_page_at_a_time(program: Program) -> None:
    for number in range(3):
        Edition.objects.create(book="policies", version=str(number), hash=str(number) * 64, seen=NOW, files=b"")
    first = program.get("/api/v1/books/policies/editions?limit=3").json()
    second = program.get(f"/api/v1/books/policies/editions?limit=3&cursor={first['next']}").json()
    assert [row["version"] for row in first["editions"]] == ["2", "1", "0"]
    assert [row["in_use"] for row in second["editions"]] == [True] and second["next"] is None


def follow(program: Program, cursor: str | None, limit: int = 100) -> tuple[list[dict[str, Any]], str]:
    """All that is new since a cursor, and the cursor for next time."""
    rows: list[dict[str, Any]] = []
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        document = program.get(f"/api/v1/changes?limit={limit}{more}").json()
        rows += document["changes"]
        cursor = document["next"]
        if cursor is None:
            return rows, document["since"]


def test_a_program_that_follows_sees_every_change_once(program: Program) -> None:
    rows, since = follow(program, None)
    assert len(rows) == Learned.objects.count() == len({row["id"] for row in rows})
    assert follow(program, since) == ([], since)
    publish()
    log.learn(NOW)
    new, later = follow(program, since)
    assert [row["kind"] for row in new] == ["edition"] and later != since


def test_nothing_new_is_a_304(program: Program) -> None:
    first = program.get("/api/v1/changes?limit=2")
    known = {"headers": {"if-none-match": first["etag"]}}
    assert program.get("/api/v1/changes?limit=2", **known).status_code == 304
    assert program.get("/api/v1/changes?limit=3", **known).status_code == 200
    publish()
    log.learn(NOW)
    assert program.get("/api/v1/changes?limit=2", **known).status_code == 200


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=201", "cursor=LTE", "limit=x"])
def test_a_wrong_wish_is_told(program: Program, query: str) -> None:
    assert program.get(f"/api/v1/changes?{query}").status_code == 422


def test_before_anything_was_learned_the_feed_is_empty(program: Program) -> None:
    Learned.objects.all().delete()
    assert program.get("/api/v1/changes").json()["changes"] == []
