"""Loops of any size are solved exactly, and both ways agree."""

import sys
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.extras import MissingExtra
from luodi.ownership.solve import MOST, SMALL, NoSolution, by_elimination, by_lifting, eliminate

Rows = dict[str, dict[str, Fraction]]


def ring(size: int, share: Fraction) -> Rows:
    """Each company holds `share` of the next one."""
    return {f"c{n}": {f"c{(n - 1) % size}": share} for n in range(size)}


def outcome(way, rows: Rows, constants: dict[str, Fraction]):
    try:
        return way(rows, constants)
    except NoSolution:
        return None


@st.composite
def parts(draw):
    """Parts of up to six companies whose shares may add up to less than the whole, the whole, or more."""
    size = draw(st.integers(1, 6))
    share = st.integers(0, 8).map(lambda n: Fraction(n, 8))
    names = [f"c{n}" for n in range(size)]
    rows = {name: {owner: draw(share) for owner in names} for name in names}
    return rows, {name: draw(share) for name in names}


@given(parts())
def test_lifting_agrees_with_elimination(part):
    rows, constants = part
    assert outcome(by_lifting, rows, constants) == outcome(by_elimination, rows, constants)


@pytest.mark.parametrize("size", [2, SMALL, SMALL + 1, 200])
def test_a_ring_is_solved_exactly(size):
    rows = ring(size, Fraction(99, 100))
    constants = {name: Fraction(1, 100) if name == "c0" else Fraction(0) for name in rows}
    found = eliminate(rows, constants)
    whole = Fraction(1, 100) / (1 - Fraction(99, 100) ** size)
    assert found["c0"] == whole and found["c1"] == whole * Fraction(99, 100)


@pytest.mark.parametrize("size", [3, SMALL + 1])
@pytest.mark.parametrize("share", [Fraction(1), Fraction(11, 10)])
def test_a_ring_that_nobody_outside_owns_or_that_is_overfull_has_no_solution(size, share):
    rows = ring(size, share)
    with pytest.raises(NoSolution):
        eliminate(rows, dict.fromkeys(rows, Fraction(0)))


def test_a_loop_is_solved_the_same_without_flint_up_to_a_size_and_refused_beyond(monkeypatch):
    rows = ring(MOST, Fraction(1, 2)) | {"c0": {f"c{n}": Fraction(1, 2 * MOST) for n in range(1, MOST)}}
    constants = dict.fromkeys(rows, Fraction(1, 7))
    with_flint = eliminate(rows, constants)
    monkeypatch.setitem(sys.modules, "flint", None)
    assert eliminate(rows, constants) == with_flint
    with pytest.raises(MissingExtra, match=rf"a loop of {MOST + 1} companies needs more packages: .*luodi\[bulk\]"):
        eliminate(ring(MOST + 1, Fraction(1, 2)), dict.fromkeys(ring(MOST + 1, Fraction(1)), Fraction(0)))


def test_three_hundred_companies_that_hold_each_other_are_solved_exactly():
    random = Random(7)
    names = [f"c{n}" for n in range(300)]
    rows = {name: {owner: Fraction(random.randint(1, 13), 100) for owner in random.sample(names, 7)} for name in names}
    constants = {name: Fraction(random.randint(0, 9), 100) for name in names}
    found = eliminate(rows, constants)
    for name in names:
        assert found[name] == constants[name] + sum(a * found[owner] for owner, a in rows[name].items())
