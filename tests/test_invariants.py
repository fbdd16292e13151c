"""Each invariant of the landing service has a test that is named after it, wherever it lives; and the one that is the
books' own stands here: an unknown fact never makes a "no".

1 gates · 2 one function for gates · 3 nobody judges what they prepared · 4 landings rest on proofs · 5 values are
counted contributions · 6 frozen editions · 7 published rules are tested and reviewed · 8 answers name what made them
· 9 stale in the same transaction · 10 answers or opinions · 11 moved days · 12 clocks · 13 computed states · 14
hidden names · 15 companies by decision, merges undone · 16 declared beside registered · 17 money · 18 rows in one
place · 19 exports · 20 keys · 21 one unit and a day · 22 promises · 23 notices once · 24 translations · 25 search
· 26 distinct companies · 28 my day is whole · 30 states with evidence · 32 days in a lifetime
"""

import re
from datetime import date
from pathlib import Path

import pytest

from luodi.access import AccessQuestion, access_book, what_is_open

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"def test_invariant_(\d\d)(?:_and_(\d\d))?_")
DAY = date(2024, 12, 2)
#: Those that no test is named after yet.
NOT_YET: set[int] = set()


def test_every_invariant_has_a_test_named_after_it() -> None:
    found = {
        int(number)
        for folder in ("luodi", "tests")
        for file in (ROOT / folder).rglob("test_*.py")
        for numbers in NAMED.findall(file.read_text(encoding="utf-8"))
        for number in numbers
        if number
    }
    wanted = set(range(1, 34)) - NOT_YET
    assert found == wanted, f"without a test: {sorted(wanted - found)}"


def verdict(service: str, place: str | None = None, share: int | None = None) -> str:
    return what_is_open(AccessQuestion(service, place, share, "DE"), access_book(), on=DAY).verdict.value


@pytest.mark.parametrize("service", [code for code in sorted(access_book().services) if code.startswith("B")])
def test_invariant_08_an_unknown_fact_makes_no_no_that_some_answer_would_lift(service: str) -> None:
    """Where a share or a place is not known and the answer is no, it is no for whatever they turn out to be."""
    shares, places = (1, 25, 49, 50, 51, 100), ("CN", "BJ", "SH", "SH-LINGANG", "HI-FTP", "SZ")
    for place in places:
        if verdict(service, place=place) == "not_allowed":
            assert {verdict(service, place=place, share=share) for share in shares} == {"not_allowed"}, place
    for share in shares:
        if verdict(service, share=share) == "not_allowed":
            assert {verdict(service, place=place, share=share) for place in places} == {"not_allowed"}, share
