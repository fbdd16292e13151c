"""Marks stand where a shown text speaks of the question, and nothing of the text is lost."""

import pytest

from luodi.search.marks import Piece, marked, snippet


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("互联网数据中心业务", "数据中心", ["数据中心"]),
        ("Data centres and cloud", "centre cloud", ["centres", "cloud"]),
        ("Information services", "inform", ["Information"]),
        ("数据和数字", "数据", ["数据"]),
        ("nothing here", "数据", []),
        ("數據中心業務", "数据中心", ["數據中心"]),
        ("互联网数据中心", "數據中心", ["数据中心"]),
    ],
)
def test_marks_stand_on_what_was_asked_and_nothing_is_lost(text: str, query: str, hits: list[str]) -> None:
    pieces = marked(text, query)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.hit] == hits


def test_a_snippet_shows_where_the_word_stands() -> None:
    text = "x " * 200 + "cloud " + "y " * 200
    pieces = snippet(text, "cloud")
    assert Piece("cloud", True) in pieces
    assert sum(len(piece.text) for piece in pieces) < 200
