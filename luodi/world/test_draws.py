"""Chance that everybody gets alike, spread as the tables say."""

import numpy as np
import pytest

from luodi.places import is_division
from luodi.profiles.codes import check_industry, industries
from luodi.world.draws import Draws, Spread, Weights
from luodi.world.names import SYLLABLES, stems
from luodi.world.shape import longest, shape


def test_the_bits_of_a_name_are_those_of_every_machine():
    assert Draws(1, 0, 2).bits("employees").tolist() == [7083240397927226249, 4810531576133275105]


def test_each_name_each_block_and_each_seed_has_a_stream_of_its_own():
    streams = [Draws(seed, block, 50).evenly(name) for seed in (1, 2) for block in (0, 1) for name in ("a", "b")]
    assert len({tuple(stream) for stream in streams}) == 8


def test_more_rows_begin_like_fewer():
    assert (Draws(1, 0, 90).evenly("a", 3)[:10] == Draws(1, 0, 10).evenly("a", 3)).all()


def test_words_come_as_often_as_they_weigh():
    weights = Weights({"often": 3, "seldom": 1, "never": 0})
    counts = np.bincount(Draws(1, 0, 40_000).pick("word", weights), minlength=3)
    assert counts[2] == 0 and abs(counts[0] / 40_000 - 0.75) < 0.01


def test_a_spread_goes_through_its_knots():
    spread = Spread([[0, 1], [0.5, 9], [1, 999]])
    assert spread.at(np.array([0.0, 0.5])).tolist() == pytest.approx([1, 9])
    assert spread.at(np.array([0.25, 0.75])).tolist() == pytest.approx([20**0.5 - 1, 10_000**0.5 - 1])


def test_a_spread_has_a_tail_beyond_its_last_table_and_only_grows():
    spread = Spread([[0, 1], [0.99, 1000], [1, 1_000_000]])
    found = spread.at(np.linspace(0, 1 - 2**-53, 200_001))
    assert (np.diff(found) >= 0).all()
    assert found[-1] == pytest.approx(1_000_000, rel=1e-6)
    assert found[-20] < 950_000


def test_numbers_below_zero_are_spread_in_even_steps():
    assert Spread([[0, -10], [1, 10]]).at(np.array([0.0, 0.25, 0.5])).tolist() == [-10, -5, 0]


def test_a_matrix_is_spread_like_its_rows():
    spread = Spread([[0, 1], [1, 500]])
    evenly = Draws(1, 0, 3000).evenly("a", 2)
    assert (spread.at(evenly)[:, 1] == spread.at(evenly[:, 1].copy())).all()


def test_no_two_numbers_share_a_stem():
    assert len(set(SYLLABLES)) == 64
    for seed in (0, 1, 77):
        first, second = stems(seed, np.arange(1 << 20) * 16 + seed % 16)
        assert len(np.unique(first * 4096 + second)) == 1 << 20


def test_the_shape_names_places_and_industries_that_there_are():
    assert [code for code in shape().regions.words if not is_division(code)] == []
    for code in shape().industries.words:
        check_industry(code)
        assert code in industries()
    for table in ("technical", "revenue_per_employee", "branches", "fdi_classes"):
        assert [code for code in shape().industries.words if longest(code, shape().raw[table]) is None] == [], table


def test_the_shape_describes_attributes_that_there_are_with_their_values():
    vocabulary = shape().vocabulary
    for name, row in shape().raw["attributes"].items():
        allowed = vocabulary[name].allowed or ()
        assert set(row.get("choose", row.get("some", ()))) <= set(allowed), name
