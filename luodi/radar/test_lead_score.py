"""Scores of leads: every point has its evidence, what is missing is a range, and evidence grows old."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from luodi.errors import UnknownValue
from luodi.radar.lead_score import Evidence, Weights, score, stability, weights

DAY = date(2026, 11, 25)


def said(**parts: str) -> list[Evidence]:
    return [Evidence(part, value, DAY) for part, value in parts.items()]


ALL = said(
    fit="one", timing="try", openness="allowed", momentum="some", need="none", readiness="asked", conflicts="none"
)


def test_the_points_of_the_book_are_those_of_the_design() -> None:
    found = {part.id: (part.least, part.most) for part in weights().parts}
    assert found == {
        "fit": (0, 25),
        "timing": (0, 20),
        "openness": (0, 20),
        "momentum": (0, 15),
        "need": (0, 10),
        "readiness": (0, 10),
        "conflicts": (-20, 0),
    }
    assert [part.id for part in weights().parts if part.from_books] == ["openness"]


def test_points_add_up() -> None:
    made = score(ALL, weights(), on=DAY)
    assert made.low == made.high == 18 + 14 + 20 + 8 + 0 + 4 + 0 and made.missing == ()


def test_a_missing_part_is_unknown_and_not_zero() -> None:
    made = score([], weights(), on=DAY)
    assert (made.low, made.high) == (0, 100)
    made = score(said(fit="none"), weights(), on=DAY)
    assert (made.low, made.high) == (0, 75) and "fit" not in made.missing


def test_a_score_is_never_below_zero_and_says_that_its_parts_are() -> None:
    worst = said(fit="none", timing="wait", openness="closed", momentum="none", need="none", conflicts="blocked")
    made = score(worst, weights(), on=DAY)
    assert made.low == 0 and made.is_cut and sum(row.low for row in made.rows) < 0
    even = score(ALL, weights(), on=DAY)
    assert not even.is_cut and even.low == sum(row.low for row in even.rows)


@pytest.mark.parametrize(("days", "points"), [(0, "8"), (179, "4.0"), (180, "4.0"), (360, "2.0"), (3600, "0.0")])
def test_evidence_counts_half_after_its_half_life(days: int, points: str) -> None:
    made = score([Evidence("momentum", "some", DAY)], weights(), on=DAY + timedelta(days=days))
    row = next(row for row in made.rows if row.part.id == "momentum")
    assert row.low == row.high == Decimal(points) and row.full == 8


def test_what_has_no_half_life_does_not_grow_old() -> None:
    made = score(said(fit="several", conflicts="blocked"), weights(), on=DAY + timedelta(days=5000))
    assert {row.part.id: row.low for row in made.rows if row.known} == {"fit": 25, "conflicts": -20}


def test_the_latest_evidence_counts_and_that_of_later_days_is_not_known_yet() -> None:
    early, late = Evidence("fit", "one", DAY - timedelta(days=9)), Evidence("fit", "none", DAY)
    for found in ([early, late], [late, early]):
        assert score(found, weights(), on=DAY).rows[0].low == 0
        assert score(found, weights(), on=DAY - timedelta(days=1)).rows[0].low == 18
    assert score([Evidence("fit", "one", DAY), Evidence("fit", "beside", DAY)], weights(), on=DAY).rows[0].low == 6


def test_what_would_raise_it_names_the_most_first() -> None:
    made = score(said(fit="several", timing="act_now", openness="not_allowed", conflicts="none"), weights(), on=DAY)
    assert [(one.part.id, one.value, one.by) for one in made.would_raise()] == [
        ("openness", "allowed", 20),
        ("momentum", "strong", 15),
        ("need", "named", 10),
        ("readiness", "decided", 10),
    ]


def test_nobody_scores_by_what_the_book_does_not_have() -> None:
    for part, value in (("nationality", "x"), ("fit", "onne"), ("person", "x")):
        with pytest.raises(UnknownValue):
            weights().check(part, value)


def test_a_list_far_apart_is_stable_and_one_close_together_is_not() -> None:
    far = [ALL] * 10 + [
        said(
            fit="none",
            timing="wait",
            openness="not_allowed",
            momentum="none",
            need="none",
            readiness="none",
            conflicts="blocked",
        )
    ] * 5
    assert stability(far, weights(), on=DAY) == (10, 10)
    base = {"openness": "allowed", "momentum": "some", "need": "none", "readiness": "none", "conflicts": "none"}
    close = [said(fit="one", timing="watch", **base)] * 10 + [said(fit="beside", timing="act_now", **base)] * 10
    kept, of = stability(close, weights(), on=DAY)
    assert kept == 0 and of == 10
    assert stability([], weights(), on=DAY) == (0, 0)


def test_what_stays_among_the_best_is_what_scoring_everything_anew_says() -> None:
    random = Random(3)
    book = weights()
    for _ in range(12):
        leads = [
            [
                Evidence(part.id, random.choice(list(part.points)), DAY - timedelta(days=random.randrange(400)))
                for part in book.parts
                if random.random() < 0.7
            ]
            for _ in range(random.randrange(9, 25))
        ]
        kept = best = set(_best_of(leads, book))
        for at, part in enumerate(book.parts):
            for factor in (Decimal("0.8"), Decimal("1.2")):
                points = {value: given * factor for value, given in part.points.items()}
                other = (*book.parts[:at], replace(part, points=points), *book.parts[at + 1 :])
                kept = kept & set(_best_of(leads, replace(book, parts=other)))
        assert stability(leads, book, on=DAY) == (len(kept), len(best))


def _best_of(leads: list[list[Evidence]], book: Weights) -> list[int]:
    return sorted(range(len(leads)), key=lambda n: (-score(leads[n], book, on=DAY).middle, n))[:10]
