"""Books are reread on every edit, unless a process holds them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from luodi import editions
from luodi.rules import library
from luodi.rules.library import book_names, hold_books, let_books_go, load_book


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shelf of its own with two of the shipped books."""
    for name in ("vocabulary", "enterprise-size"):
        shutil.copytree(library.BOOKS / name, tmp_path / "books" / name)
    monkeypatch.setattr(editions, "SHIPPED", tmp_path / "books")
    monkeypatch.setenv("LUODI_HOME", str(tmp_path / "home"))
    let_books_go()
    yield tmp_path / "books"
    let_books_go()


def edit(shelf: Path) -> None:
    head = shelf / "enterprise-size" / "book.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")


def test_an_edit_is_noticed_at_once(shelf: Path) -> None:
    before = load_book("enterprise-size").hash
    edit(shelf)
    assert load_book("enterprise-size").hash != before


def test_a_process_that_holds_its_books_answers_from_them_until_it_lets_go(shelf: Path) -> None:
    hold_books()
    before = load_book("enterprise-size")
    edit(shelf)
    assert load_book("enterprise-size") is before
    assert book_names() == ["enterprise-size", "vocabulary"]
    let_books_go()
    assert load_book("enterprise-size").hash != before.hash


def test_an_answer_under_way_keeps_the_books_it_loaded(shelf: Path) -> None:
    with editions.reading():
        before = load_book("enterprise-size")
        edit(shelf)
        assert load_book("enterprise-size") is before
    after = load_book("enterprise-size")
    assert after.hash != before.hash
    with editions.reading():
        assert load_book("enterprise-size") is after
