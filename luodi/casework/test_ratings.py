"""When a case is rated, what is poor, and from how many ratings on there is a share."""

import pytest

from luodi.casework.ratings import Occasion, Satisfaction, is_poor, occasion_of
from luodi.casework.stages import ORDER, End, Stage


@pytest.mark.parametrize("stage", ORDER)
def test_an_open_case_is_rated_from_its_verified_landing_on(stage: Stage) -> None:
    landed = stage in (Stage.VERIFIED, Stage.AFTERCARE)
    assert occasion_of(stage, End.NONE) == (Occasion.LANDING if landed else None)


@pytest.mark.parametrize("end", [End.LOST, End.WITHDRAWN, End.REFUSED])
@pytest.mark.parametrize("stage", ORDER)
def test_a_case_that_has_ended_is_rated_whatever_its_stage(stage: Stage, end: End) -> None:
    assert occasion_of(stage, end) is Occasion.END


def test_the_two_lowest_grades_are_poor() -> None:
    assert [n for n in range(1, 6) if is_poor(n)] == [1, 2]


def test_a_share_needs_thirty_ratings() -> None:
    assert Satisfaction(29, 29).share is None and Satisfaction(29, 29).interval is None
    found = Satisfaction(30, 27)
    assert found.share == 0.9 and found.interval is not None
    low, high = found.interval
    assert low < 0.9 < high <= 1 and (round(low, 3), round(high, 3)) == (0.744, 0.965)
