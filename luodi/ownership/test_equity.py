"""One company, exactly: each case of the methods page, and enumeration of all choices on small random graphs."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.ownership import (
    Interval,
    Kind,
    Node,
    Share,
    Stake,
    Stakes,
    answer,
    any_foreign,
    controller,
    direct,
    equity,
    equity_foreign_only,
    equity_state,
    parse_share,
    passthrough,
    votes,
)
from luodi.ownership.conftest import closed
from luodi.ownership.stakes import UnknownCompany

JUNE = date(2024, 6, 1)
FOUR_ANSWERS = """
    Nordlicht (foreign) -> Kranich 51 %
    Kranich -> Mill 51 %
    Han (domestic) -> Kranich 49 %
    Han -> Mill 49 %
"""


def exactly(text: str) -> Interval:
    return Interval.exactly(Fraction(text))


def share(picture: str, company: str = "Mill") -> Interval:
    return equity(company, Stakes.parse(picture), on=JUNE)


class TestOneChainFourAnswers:
    stakes = Stakes.parse(FOUR_ANSWERS)

    def test_shares_multiply_along_a_chain(self):
        assert equity("Mill", self.stakes, on=JUNE) == exactly("2601/10000")

    def test_control_follows_the_majority_at_each_layer(self):
        assert controller("Mill", self.stakes, on=JUNE) == "Nordlicht"

    @pytest.mark.parametrize("name", ["passthrough_ge_1o4", "passthrough_ge_1o2", "passthrough_gt_half"])
    def test_holdings_count_in_full_once_the_threshold_is_reached(self, name):
        assert passthrough("Mill", self.stakes, name, on=JUNE) == exactly("51/100")

    def test_the_first_layer_has_no_foreign_holder(self):
        assert direct("Mill", self.stakes, on=JUNE) == exactly("0")

    def test_a_foreign_holder_is_reached(self):
        assert any_foreign("Mill", self.stakes, on=JUNE) is True


def test_two_chains_add():
    assert share(
        "F (foreign) -> A 50 %\nF -> B 20 %\nA -> Mill 60 %\nB -> Mill 40 %\nH (domestic) -> A ?\nH -> B ?"
    ) == exactly("38/100")


def test_the_same_pair_twice_adds():
    assert share(
        "F (foreign) -> A 1/2\nH (domestic) -> A 1/2\nA -> Mill 20 %\nA -> Mill 30 %\nH -> Mill 50 %"
    ) == exactly("1/4")


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ("F (foreign) -> A 1/2\nA -> B 1/2\nB -> Mill 1", "1/4"),
        ("F (foreign) -> A 100 %\nA -> B 100 %\nB -> Mill 50 %", "1/2"),
        ("F (foreign) -> A 85 %\nA -> B 60 %\nB -> Mill 100 %", "51/100"),
        ("F (foreign) -> A 1/3\nA -> B 3/4\nB -> Mill 100 %", "1/4"),
    ],
)
def test_exactly_a_quarter_a_half_and_51_percent_through_layers(picture, expected):
    found = equity("Mill", closed(Stakes.parse(picture)), on=JUNE)
    assert found == exactly(expected)
    assert found.reaches(Fraction(expected)) is True
    assert found.reaches(Fraction(expected), ">") is False


class TestLoops:
    def test_own_shares_cancel(self):
        assert share("F (foreign) -> Mill 40 %\nH (domestic) -> Mill 40 %\nMill -> Mill 20 %") == exactly("1/2")

    def test_a_loop_is_solved(self):
        picture = "F (foreign) -> A 40 %\nB -> A 60 %\nA -> B 50 %\nH (domestic) -> B 50 %"
        assert share(picture, "A") == exactly("4/7")
        assert share(picture, "B") == exactly("2/7")

    def test_a_loop_that_nobody_owns_is_open_and_flagged(self):
        stakes = Stakes.parse("A -> B 1\nB -> A 1\nA -> Mill 40 %\nF (foreign) -> Mill 60 %")
        assert equity("A", stakes, on=JUNE) == Interval(Fraction(0), Fraction(1))
        found = answer("Mill", stakes, on=JUNE)
        assert found["equity"] == ["3/5", "1"]
        assert ("ownerless-loop", {"A", "B"}) in [(f["flag"], set(f["at"])) for f in found["flags"]]

    def test_a_company_that_owns_all_of_itself_is_open(self):
        assert share("Mill -> Mill 100 %") == Interval(Fraction(0), Fraction(1))

    def test_a_loop_that_leaks_is_not_open(self):
        assert share("A -> B 1/2\nB -> A 1\nH (domestic) -> B 1/2", "A") == exactly("0")

    def test_a_loop_that_leaks_to_somebody_unrecorded_is_open(self):
        assert share("A -> B 1/2\nB -> A 1", "A") == Interval(Fraction(0), Fraction(1))

    def test_a_loop_that_holds_more_than_itself_is_flagged_and_open(self):
        stakes = Stakes.parse("A -> B 1\nB -> A 1\nF (foreign) -> A 20 %")
        found = answer("A", stakes, on=JUNE)
        assert found["equity"] == ["0", "1"]
        assert {"overfull-loop", "shares-over-one"} <= {f["flag"] for f in found["flags"]}

    def test_a_nearly_closed_loop_is_solved_directly(self):
        nearly = "A -> B 99.9999 %\nB -> A 99.9999 %\nF (foreign) -> A 0.0001 %\nH (domestic) -> B 0.0001 %"
        assert share(nearly, "A") == exactly("1000000/1999999")

    def test_a_loop_of_99_percent_is_exact(self):
        picture = "A -> B 99 %\nB -> A 99 %\nF (foreign) -> A 1 %\nH (domestic) -> B 1 %"
        assert share(picture, "A") == exactly("100/199")

    def test_a_residual_is_no_bound_of_the_error(self):
        """Jacobi stops early here: the step is far smaller than the distance to the solution."""
        a, b = 0.99969, 0.99969
        x = y = 0.0
        for _ in range(3000):
            x, y = a * y + (1 - a), b * x
        solved = float(share(f"B -> A {a}\nA -> B {b}\nF (foreign) -> A {round(1 - a, 5)}", "A").low)
        residual, error = abs(a * y + (1 - a) - x), abs(solved - x)
        assert error > 1000 * residual > 0


class TestDays:
    picture = "F (foreign) -> Mill 30 % from 2024-06-01 to 2024-07-01\nH (domestic) -> Mill 70 %"

    @pytest.mark.parametrize(
        ("day", "expected"),
        [(date(2024, 5, 31), "0"), (JUNE, "3/10"), (date(2024, 6, 30), "3/10"), (date(2024, 7, 1), "0")],
    )
    def test_the_first_day_counts_and_the_last_does_not(self, day, expected):
        assert equity("Mill", Stakes.parse(self.picture), on=day).low == Fraction(expected)

    def test_a_stake_changes_hands_on_one_day(self):
        stakes = Stakes.parse("F (foreign) -> Mill 1 to 2024-06-01\nH (domestic) -> Mill 1 from 2024-06-01")
        assert equity("Mill", stakes, on=JUNE - timedelta(days=1)) == exactly("1")
        assert equity("Mill", stakes, on=JUNE) == exactly("0")


class TestClasses:
    stakes = Stakes.parse(
        "F (foreign) -> Mill 10 %\nK (hmt) -> Mill 20 %\nS (state) -> Mill 30 %\nH (domestic) -> Mill 40 %"
    )

    def test_hmt_counts_unless_left_out(self):
        assert equity("Mill", self.stakes, on=JUNE) == exactly("3/10")
        assert equity_foreign_only("Mill", self.stakes, on=JUNE) == exactly("1/10")

    def test_the_state_is_a_figure_of_its_own(self):
        assert equity_state("Mill", self.stakes, on=JUNE) == exactly("3/10")

    def test_votes_may_differ_from_capital(self):
        stakes = Stakes.parse("F (foreign) -> Mill 10 % votes 60 %\nH (domestic) -> Mill 90 % votes 40 %")
        assert votes("Mill", stakes, on=JUNE) == exactly("3/5")
        assert equity("Mill", stakes, on=JUNE) == exactly("1/10")
        assert controller("Mill", stakes, on=JUNE) == "F"


class TestNominees:
    def test_a_nominee_chain_leads_to_the_person_behind(self):
        stakes = Stakes.parse("Li (domestic) -> A 60 % for Erika\nA -> Mill 50 %\nErika (foreign) -> A 10 %")
        assert equity("Mill", closed(stakes), on=JUNE) == exactly("7/20")
        assert "nominee" in {flag["flag"] for flag in answer("Mill", stakes, on=JUNE)["flags"]}

    def test_a_proxy_moves_votes_only(self):
        stakes = Stakes.parse("H (domestic) -> Mill 100 % proxy F\nF (foreign) -> X 1")
        assert equity("Mill", stakes, on=JUNE) == exactly("0")
        assert votes("Mill", stakes, on=JUNE) == exactly("1")
        assert controller("Mill", stakes, on=JUNE) == "F"


class TestIntervals:
    def test_an_unknown_share_can_take_what_is_left(self):
        found = share("F (foreign) -> Mill ?\nG (domestic) -> Mill ?\nH (domestic) -> Mill 40 %")
        assert found == Interval(Fraction(0), Fraction(3, 5))

    def test_the_only_unknown_share_follows_from_the_others(self):
        assert share("F (foreign) -> Mill ?\nH (domestic) -> Mill 40 %") == exactly("3/5")

    def test_a_figure_that_does_not_depend_on_it_is_determined(self):
        assert share("F (foreign) -> Mill 30 %\nH (domestic) -> Mill ?") == exactly("3/10")

    def test_nothing_is_left_for_it(self):
        assert share("F (foreign) -> Mill ?\nH (domestic) -> Mill 100 %") == exactly("0")

    def test_a_range_is_kept_and_what_it_leaves_is_unknown(self):
        assert share("F (foreign) -> Mill 25..50 %\nH (domestic) -> Mill 50 %") == Interval(
            Fraction(1, 4), Fraction(1, 2)
        )
        assert share("F (foreign) -> Mill 25..50 %\nH (domestic) -> Mill ?") == Interval(Fraction(1, 4), Fraction(1))

    def test_a_holder_of_unknown_kind_may_be_foreign(self):
        stakes = Stakes.parse("X (unknown) -> Mill 30 %\nH (domestic) -> Mill 70 %")
        assert equity("Mill", stakes, on=JUNE) == Interval(Fraction(0), Fraction(3, 10))
        assert any_foreign("Mill", stakes, on=JUNE) is None

    def test_unknown_shares_of_one_company_share_the_room(self):
        found = share("F (foreign) -> A ?\nF -> Mill ?\nA -> Mill ?\nH (domestic) -> A 50 %\nH -> Mill 20 %")
        assert found == Interval(Fraction(0), Fraction(4, 5))

    def test_an_open_loop_may_keep_everything_to_itself(self):
        found = share("Mill -> A 1\nA -> Mill ?\nH (domestic) -> Mill ?", "Mill")
        assert found == Interval(Fraction(0), Fraction(1))


class TestWhatDoesNotSum:
    def test_more_than_the_whole_is_flagged_and_not_scaled(self):
        found = answer("Mill", Stakes.parse("F (foreign) -> Mill 60 %\nH (domestic) -> Mill 60 %"), on=JUNE)
        assert (found["equity"], found["remainder"]) == ("3/5", "-1/5")
        assert [f["flag"] for f in found["flags"]] == ["shares-over-one"]

    def test_less_than_the_whole_leaves_a_remainder_that_may_be_anybodys(self):
        found = answer("Mill", Stakes.parse("F (foreign) -> Mill 30 %"), on=JUNE)
        assert (found["equity"], found["remainder"]) == (["3/10", "1"], "7/10")
        assert {"shares-under-one", "control-open"} <= {f["flag"] for f in found["flags"]}


def test_an_unknown_company_is_named_with_the_nearest():
    with pytest.raises(UnknownCompany, match="Did you mean `Kranich`"):
        equity("Kranick", Stakes.parse(FOUR_ANSWERS), on=JUNE)


# ---- enumeration: every corner of every company's choices, each solved on its own


@st.composite
def small_graphs(draw: st.DrawFn) -> Stakes:
    """Up to four companies, a foreign and a domestic holder, shares of sixths, some unknown; never above the whole."""
    companies = [f"C{i}" for i in range(draw(st.integers(1, 4)))]
    nodes = {c: Node(c, Kind.COMPANY) for c in companies}
    nodes |= {"F": Node("F", Kind.FOREIGN), "H": Node("H", Kind.DOMESTIC)}
    stakes = []
    for company in companies:
        owners = draw(st.lists(st.sampled_from([*nodes]), min_size=1, max_size=3, unique=True))
        room = 6
        for owner in owners:
            size = draw(st.integers(0, room))
            if draw(st.integers(0, 3)) == 0:
                stakes.append(Stake(owner, company, parse_share("?")))
            else:
                room -= size
                stakes.append(Stake(owner, company, Share(Fraction(size, 6), Fraction(size, 6), f"{size}/6")))
    return Stakes(nodes, tuple(stakes))


def corners(stakes: Stakes, company: str) -> list[dict[str, Fraction]]:
    """What is left goes to one of those who may have it: a holder whose share is unknown, or, unless that is the only
    one, somebody unrecorded, who is foreign or domestic. The best choice is one of these."""
    held = [s for s in stakes.stakes if s.company == company]
    known = {s.owner: s.share.low for s in held}
    room = 1 - sum(known.values(), Fraction(0))
    unknown = [s.owner for s in held if not s.share.known]
    others = unknown if len(unknown) == 1 and room < 1 else [*unknown, "F", "H"]
    return [{**known, owner: known.get(owner, Fraction(0)) + room} for owner in others] if room else [known]


def by_iteration(shares: dict[str, dict[str, Fraction]], start: float) -> dict[str, float]:
    """The fixed point that plain iteration reaches from 0 or from 1."""
    x = dict.fromkeys(shares, start)
    x |= {"F": 1.0, "H": 0.0}
    for _ in range(2000):
        x |= {c: sum(float(a) * x[o] for o, a in row.items()) for c, row in shares.items()}
    return x


@given(small_graphs())
def test_intervals_are_those_of_enumeration(stakes: Stakes):
    companies = [n for n, node in stakes.nodes.items() if node.kind is Kind.COMPANY]
    choices = [corners(stakes, c) for c in companies]
    least, greatest = dict.fromkeys(companies, 1.0), dict.fromkeys(companies, 0.0)
    for combined in product(*choices):
        shares = dict(zip(companies, combined, strict=True))
        low, high = by_iteration(shares, 0.0), by_iteration(shares, 1.0)
        least = {c: min(least[c], low[c]) for c in companies}
        greatest = {c: max(greatest[c], high[c]) for c in companies}
    for company in companies:
        found = equity(company, stakes, on=JUNE)
        assert float(found.low) == pytest.approx(least[company], abs=1e-6)
        assert float(found.high) == pytest.approx(greatest[company], abs=1e-6)
