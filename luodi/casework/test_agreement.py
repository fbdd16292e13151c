"""What two sides may say of a fact between them, and where it stands then."""

import pytest

from luodi.casework.agreement import PartySide, Says, Standing, after, fits
from luodi.casework.states import NotNow

OWNER, PARTNER = PartySide.OWNER, PartySide.PARTNER


def test_a_fact_stands_when_the_other_side_agrees_and_no_side_answers_itself() -> None:
    assert after(None, OWNER, Says.PROPOSE) is Standing.PROPOSED
    assert after((OWNER, Says.PROPOSE), PARTNER, Says.AGREE) is Standing.AGREED
    for says in (Says.AGREE, Says.DISPUTE):
        with pytest.raises(NotNow):
            after((OWNER, Says.PROPOSE), OWNER, says)
        with pytest.raises(NotNow):
            after(None, PARTNER, says)


def test_after_a_disagreement_whoever_proposed_it_speaks() -> None:
    disputed = (PARTNER, Says.DISPUTE)
    assert after(disputed, OWNER, Says.PROPOSE) is Standing.PROPOSED
    assert after(disputed, OWNER, Says.CONCEDE) is Standing.CONCEDED
    assert not any(fits(disputed, PARTNER, says) for says in Says)


def test_only_whoever_proposed_it_takes_it_back_and_either_side_begins_anew() -> None:
    assert after((OWNER, Says.PROPOSE), OWNER, Says.CONCEDE) is Standing.CONCEDED
    assert not fits((OWNER, Says.PROPOSE), PARTNER, Says.CONCEDE)
    for side in (OWNER, PARTNER):
        assert after((OWNER, Says.CONCEDE), side, Says.PROPOSE) is Standing.PROPOSED


def test_nothing_follows_what_both_agreed_to() -> None:
    assert not any(fits((PARTNER, Says.AGREE), side, says) for side in (OWNER, PARTNER) for says in Says)
