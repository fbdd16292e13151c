"""The stages of a case: which move leads where."""

import pytest

from luodi.casework.stages import ORDER, End, Move, Stage, after, ended
from luodi.casework.states import NotNow


def test_a_case_goes_through_every_stage_in_order() -> None:
    stage, seen = Stage.OPENED, [Stage.OPENED]
    for move in (Move.ADVANCE,) * 4 + (Move.CLAIM, Move.VERIFY, Move.ADVANCE):
        stage = after(stage, move)
        seen.append(stage)
    assert tuple(seen) == ORDER


@pytest.mark.parametrize("move", [Move.ADVANCE, Move.OVERRIDE, Move.VERIFY])
def test_a_landing_is_claimed_by_its_own_act_alone(move: Move) -> None:
    with pytest.raises(NotNow):
        after(Stage.OPERATING, move)


@pytest.mark.parametrize("move", [Move.ADVANCE, Move.OVERRIDE, Move.CLAIM, Move.BACK])
def test_a_claim_is_verified_or_rejected_and_nothing_else(move: Move) -> None:
    with pytest.raises(NotNow):
        after(Stage.CLAIMED, move)


def test_a_rejected_claim_is_operating_again() -> None:
    assert after(Stage.CLAIMED, Move.REJECT) is Stage.OPERATING


def test_a_case_goes_back_one_stage_but_never_from_a_verified_landing() -> None:
    assert after(Stage.PLANNED, Move.BACK) is Stage.SCOPED
    for stage in (Stage.OPENED, Stage.VERIFIED, Stage.AFTERCARE):
        with pytest.raises(NotNow):
            after(stage, Move.BACK)


@pytest.mark.parametrize("end", [End.LOST, End.WITHDRAWN, End.REFUSED])
def test_a_case_that_has_ended_stays_where_it_was(end: End) -> None:
    for stage in Stage:
        for move in Move:
            with pytest.raises(NotNow):
                after(stage, move, end)


def test_a_case_ends_once_and_can_be_reopened() -> None:
    assert ended(End.NONE, End.LOST) is End.LOST
    assert ended(End.LOST, End.NONE) is End.NONE
    with pytest.raises(NotNow):
        ended(End.LOST, End.WITHDRAWN)
    with pytest.raises(NotNow):
        ended(End.NONE, End.NONE)
