"""A word or code that is not there is read as the nearest one that is, within bounds."""

import pytest

from luodi.search.spelling import mended, near_codes

KNOWN = {"trademark": 5, "trade": 9, "cloud": 3, "clouds": 1, "data": 9, "center": 4, "licence": 2, "license": 7}
CODES = ["B", "B1", "B11", "B11-IRCS", "B12", "B2", "B21", "B21-EC", "A1", "C-MAP"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("trademrak", "trademark"),  # two letters changed places: one mistake
        ("tradmark", "trademark"),
        ("clodu", "cloud"),
        ("datacenter", "data center"),
        ("licenze", "license"),  # as near as licence, and in more texts
        ("clxxd", None),  # two mistakes in five letters
        ("cat", None),
        ("数据", None),
        ("b1l", None),
        ("zzzzzzzzzz", None),
    ],
)
def test_the_nearest_word_is_meant(word: str, meant: str | None) -> None:
    assert mended(word, KNOWN) == meant


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("B1l", ["B11", "B1"]),
        ("b1L", ["B11", "B1"]),
        ("BII", ["B11"]),
        ("B2l", ["B21", "B2"]),
        ("B13", ["B1"]),
        ("B21-E", ["B21-EC"]),
        ("C-MAPS", ["C-MAP"]),
        ("C1", ["B1", "A1"]),  # nothing likelier: one other character
        ("cloud", []),
        ("B11 x", []),
        ("", []),
        ("数据", []),
    ],
)
def test_a_code_is_read_as_what_one_error_away_is(typed: str, near: list[str]) -> None:
    assert near_codes(typed, CODES) == near
