"""Shares that count in full from a level on: exactly at the level, a hair beside it, and with bands that end there."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.ownership import Kind, Node, Stake, Stakes, parse_share, passthrough
from luodi.ownership.answer import PASS_THROUGH
from luodi.ownership.conftest import closed

JUNE = date(2024, 6, 1)
fewer = settings(max_examples=min(settings.default.max_examples, 400) * 2 // 5)


def below(stakes: str, layers: int = 0) -> Stakes:
    """Whatever is said of A, and T wholly below it through so many layers."""
    names = ["A", *(f"L{i}" for i in range(layers)), "T"]
    return closed(Stakes.parse("\n".join([stakes, *(f"{above} -> {name} 1" for above, name in pairwise(names))])))


TWELFTHS = "F (foreign) -> A 1/12\nK (hmt) -> A 1/12\nG (foreign) -> A 1/12"
CASES = [
    ("F (foreign) -> A 0.2499999999999999", "passthrough_ge_1o4", False),
    ("F (foreign) -> A 0.24999999999999999999", "passthrough_ge_1o4", False),
    ("F (foreign) -> A 0.25", "passthrough_ge_1o4", True),
    (TWELFTHS, "passthrough_ge_1o4", True),
    (TWELFTHS.replace("G (foreign) -> A 1/12", "G (foreign) -> A 0.08333333333333333"), "passthrough_ge_1o4", False),
    ("F (foreign) -> A 1/12\nF -> A 1/12\nF -> A 1/12", "passthrough_ge_1o4", True),
    ("F (foreign) -> A 1/2", "passthrough_ge_1o2", True),
    ("F (foreign) -> A 1/2", "passthrough_gt_half", False),
    ("F (foreign) -> A 0.1\nK (hmt) -> A 0.4", "passthrough_gt_half", False),
    ("F (foreign) -> A 0.50000000000000000001", "passthrough_gt_half", True),
    ("F (foreign) -> A 0.1\nA -> A 0.6", "passthrough_ge_1o4", True),
    ("F (foreign) -> A 1/5\nA -> A 0.6", "passthrough_gt_half", False),
    ("F (foreign) -> B 1/6\nF -> B 1/12\nB -> A 1/12\nF -> A 1/6\nA -> B 1/20", "passthrough_ge_1o4", True),
    # bands
    ("F (foreign) -> A >50..<75 %", "passthrough_gt_half", True),
    ("F (foreign) -> A 50..75 %", "passthrough_gt_half", None),
    ("F (foreign) -> A >25..50 %\nK (hmt) -> A 25 %", "passthrough_gt_half", True),
    ("F (foreign) -> A 25..50 %\nK (hmt) -> A 25 %", "passthrough_gt_half", None),
    ("F (foreign) -> A 10..<25 %\nH (domestic) -> A 80 %", "passthrough_ge_1o4", False),
    ("F (foreign) -> A 10..25 %\nH (domestic) -> A 75 %", "passthrough_ge_1o4", None),
    ("F (foreign) -> A 10..<25 %\nK (hmt) -> A 0..<25 %", "passthrough_ge_1o2", None),
    ("F (foreign) -> A 10..<25 %\nK (hmt) -> A 0..<26 %", "passthrough_ge_1o2", None),
    ("F (foreign) -> A ?\nH (domestic) -> A >50..75 %", "passthrough_ge_1o2", False),
    ("F (foreign) -> A ?\nH (domestic) -> A 50..75 %", "passthrough_ge_1o2", None),
    ("F (foreign) -> A ?\nK (hmt) -> A 20..<30 %\nH (domestic) -> A 50 %", "passthrough_ge_1o2", None),
    ("F (foreign) -> A 20 %\nA -> A >60..70 %", "passthrough_gt_half", True),
    ("F (foreign) -> A 20 %\nA -> A 50..<60 %\nH (domestic) -> A 20 %", "passthrough_ge_1o2", None),
    ("X (unknown) -> A 25 %", "passthrough_ge_1o4", None),
    ("X (unknown) -> A 0.2499999999999999", "passthrough_ge_1o4", False),
]


@pytest.mark.parametrize(("stakes", "name", "met"), CASES)
@pytest.mark.parametrize("layers", [0, 3])
def test_a_level_is_met_exactly_or_not(stakes, name, met, layers):
    found = passthrough("T", below(stakes, layers), name, on=JUNE)
    assert (found.low, found.high) == (met is True, met is not False)


SHARES = [
    "0.25",
    "0.2499999999999999",
    "0.24999999999999999999",
    "0.25000000000000000001",
    "1/4",
    "1/12",
    "1/6",
    "1/3",
    "1/8",
    "0.1",
    "0.05",
    "0.2",
    "1/2",
    "0.4999999999999999",
    "0.50000000000000000001",
    "2/3",
    "3/4",
    "0",
    "1",
    "?",
    ">1/4..<1/2",
    "1/4..1/2",
    ">1/2..<3/4",
    "1/5..<1/4",
    "0..1/4",
    "0..<1/2",
    "0.05..<0.15",
]
KINDS = {"F": Kind.FOREIGN, "K": Kind.HMT, "S": Kind.STATE, "H": Kind.DOMESTIC, "X": Kind.UNKNOWN}


@st.composite
def close(draw: st.DrawFn, shares: tuple[str, ...] = tuple(SHARES), most: int = 6) -> Stakes:
    """Registers whose shares lie at thresholds, a hair beside them, or in bands that end there."""
    companies = [f"C{i}" for i in range(draw(st.integers(1, most)))]
    nodes = {c: Node(c, Kind.COMPANY) for c in companies} | {n: Node(n, kind) for n, kind in KINDS.items()}
    stakes = []
    for company in companies:
        room = Fraction(1)
        for owner in draw(st.lists(st.sampled_from([*nodes]), max_size=4)):
            share = parse_share(draw(st.sampled_from(shares)))
            if share.low <= room:
                room -= share.low
                stakes.append(Stake(owner, company, share))
    return Stakes(nodes, tuple(stakes))


HAIR = Fraction(1, 10**6)


def placed(stakes: Stakes) -> Iterator[Stakes]:
    """The register with every open share at each eighth of its range, as far as they fit, and with all that is then
    left held by a foreign or by a domestic holder. Whoever is registered has at least a hair."""
    eighths = [Fraction(i, 8) for i in range(9)]
    choices = [_choices(s, stakes, eighths) for s in stakes.stakes]
    for values in product(*choices):
        total = {n: Fraction(0) for n, node in stakes.nodes.items() if node.kind is Kind.COMPANY}
        known = [Stake(s.owner, s.company, parse_share(str(v))) for s, v in zip(stakes.stakes, values, strict=True)]
        for s in known:
            total[s.company] += s.share.low
        if all(value <= 1 for value in total.values()):
            for owner in ("F", "H"):
                rest = (Stake(owner, company, parse_share(str(1 - value))) for company, value in total.items())
                yield Stakes(stakes.nodes, (*known, *rest))


def _choices(stake: Stake, stakes: Stakes, eighths: list[Fraction]) -> list[Fraction]:
    """What a share may be; the only one that is not written follows."""
    others = [s.share for s in stakes.stakes if s.company == stake.company and s is not stake]
    if stake.share.unknown and all(share.known for share in others) and any(share.low for share in others):
        return [max(HAIR, 1 - sum((share.low for share in others), Fraction(0)))]
    least = HAIR if stake.share.unknown else stake.share.low
    return sorted({least} | {v for v in eighths if least <= v <= stake.share.high})


@settings(fewer, max_examples=fewer.max_examples // 2)
@given(close(("1/4", "1/2", "1/8", "3/8", "?", "1/4..1/2", "0..1/2"), most=3), st.sampled_from(PASS_THROUGH))
def test_both_ends_are_the_answer_of_some_choice_and_no_choice_lies_outside(stakes: Stakes, name):
    """All shares are eighths, so the greatest choice is among those tried, up to the hairs."""
    kept = [s for s in stakes.stakes if s.owner != "X" and s.owner != s.company]
    opened = [s for s in kept if not s.share.known][3:]
    stakes = Stakes(stakes.nodes, tuple(s for s in kept if s not in opened))
    if any(e.over and not e.high for edges in stakes.on(JUNE).capital.values() for e in edges):
        return  # somebody registered, for whom the others leave nothing: contradictory
    whole = passthrough("C0", stakes, name, on=JUNE)
    found = [passthrough("C0", one, name, on=JUNE) for one in placed(stakes)]
    assert all(one.determined for one in found)
    ends = min(one.low for one in found), max(one.low for one in found)
    assert (float(whole.low), float(whole.high)) == pytest.approx((float(ends[0]), float(ends[1])), abs=1e-3)
    assert whole.low <= ends[0] and ends[1] <= whole.high
