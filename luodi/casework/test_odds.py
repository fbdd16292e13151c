"""Odds say how sure they are, and nothing at all where cases are few."""

import pytest

from luodi.casework.odds import ENOUGH, Odds, agree, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 30, 0.0, 0.1135), (15, 30, 0.3315, 0.6685), (30, 30, 0.8865, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_that_of_wilson(hits: int, n: int, low: float, high: float) -> None:
    """263 with 81 is the example of Newcombe (1998), method 3."""
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_below_thirty_there_are_counts_alone() -> None:
    few, enough = Odds(10, ENOUGH - 1), Odds(10, ENOUGH)
    assert (few.share, few.interval) == (None, None)
    assert enough.share == pytest.approx(1 / 3) and enough.interval is not None


@pytest.mark.parametrize(("landed", "n"), [(-1, 3), (4, 3)])
def test_no_more_can_have_landed_than_were_decided(landed: int, n: int) -> None:
    with pytest.raises(ValueError, match="cannot have landed"):
        Odds(landed, n)


def test_odds_held_where_the_intervals_meet() -> None:
    assert agree(Odds(50, 100), Odds(55, 100)) is True
    assert agree(Odds(10, 100), Odds(80, 100)) is False
    assert agree(Odds(10, 100), Odds(8, 20)) is None
