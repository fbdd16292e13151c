"""The whole answer: chains that add up, control, affiliate groups, beneficial owners, flags and definitions."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.editions import SHIPPED
from luodi.ownership import Kind, Node, Share, Stake, Stakes, answer, controller, parse_share, passthrough
from luodi.ownership.definitions import definitions
from luodi.ownership.interval import Interval
from luodi.rules.book import file_hash

JUNE = date(2024, 6, 1)


def asked(picture: str, company: str = "Mill", **more):
    return answer(company, Stakes.parse(picture), on=JUNE, **more)


def flags(found) -> set[str]:
    return {row["flag"] for row in found["flags"]}


# ---- chains


def test_the_greatest_chain_comes_first():
    found = asked("F (foreign) -> A 50 %\nF -> Mill 10 %\nA -> Mill 60 %\nH (domestic) -> A 50 %\nH -> Mill 30 %")
    assert [(c["path"], c["share"]) for c in found["chains"]] == [
        (["F", "A", "Mill"], "3/10"),
        (["F", "Mill"], "1/10"),
    ]


def test_a_loop_is_one_factor():
    found = asked("F (foreign) -> Mill 40 %\nMill -> Mill 20 %\nH (domestic) -> Mill 40 %")
    assert (found["chains"][0]["share"], found["loop_factor"], found["equity"]) == ("2/5", "5/4", "1/2")


def test_what_is_not_listed_is_in_the_remainder():
    picture = "\n".join(f"F{i} (foreign) -> Mill {i}/100" for i in range(1, 11))
    found = asked(picture + "\nH (domestic) -> Mill 45 %", most_chains=3)
    assert [c["share"] for c in found["chains"]] == ["1/10", "9/100", "2/25"]
    assert (found["unlisted"], found["unrecorded"], found["remainder"]) == ("7/25", "0", "7/25")


def test_cross_held_layers_do_not_explode():
    lines = [f"F (foreign) -> L0_{i} 50 %\nH (domestic) -> L0_{i} 50 %" for i in range(4)]
    for layer in range(1, 20):
        lines += [f"L{layer - 1}_{a} -> L{layer}_{b} 1/4" for a in range(4) for b in range(4)]
    found = asked("\n".join(lines), "L19_0")
    assert found["equity"] == "1/2"
    assert len(found["chains"]) == 50
    assert Fraction(found["unlisted"]) + sum(Fraction(c["share"]) for c in found["chains"]) == Fraction(1, 2)


@st.composite
def registers(draw: st.DrawFn) -> Stakes:
    """Companies with shares that add up to the whole, loops included."""
    companies = [f"C{i}" for i in range(draw(st.integers(1, 6)))]
    nodes = {c: Node(c, Kind.COMPANY) for c in companies}
    nodes |= {"F": Node("F", Kind.FOREIGN), "K": Node("K", Kind.HMT), "H": Node("H", Kind.DOMESTIC)}
    stakes = []
    for company in companies:
        owners = draw(st.lists(st.sampled_from([*nodes]), min_size=1, max_size=4, unique=True))
        weights = [draw(st.integers(1, 5)) for _ in owners]
        for owner, weight in zip(owners, weights, strict=True):
            share = Fraction(weight, sum(weights))
            stakes.append(Stake(owner, company, Share(share, share, str(share))))
    return Stakes(nodes, tuple(stakes))


@given(registers())
def test_the_parts_of_the_chains_add_up(stakes: Stakes):
    found = answer("C0", stakes, on=JUNE, most_chains=4)
    if isinstance(found["equity"], list):
        assert flags(found) & {"ownerless-loop"}
        return
    listed = sum((Fraction(c["share"]) for c in found["chains"]), Fraction(0))
    carried = sum((Fraction(c["carries"]) for c in found["chains"]), Fraction(0))
    total = Fraction(found["equity"])
    assert listed * Fraction(found["loop_factor"]) == carried
    assert carried + Fraction(found["unlisted"]) == total
    assert Fraction(found["unlisted"]) >= 0
    assert Fraction(found["remainder"]) == Fraction(found["unlisted"]) + Fraction(found["unrecorded"])
    assert sum(map(Fraction, found["holders"].values())) + Fraction(found["unrecorded"]) == 1


@given(registers())
def test_all_chains_together_carry_the_whole_figure(stakes: Stakes):
    found = answer("C0", stakes, on=JUNE, most_chains=10_000)
    if not isinstance(found["equity"], list):
        assert found["unlisted"] == "0"


@given(registers())
def test_foreign_and_hmt_make_equity_and_all_classes_make_the_whole(stakes: Stakes):
    found = answer("C0", stakes, on=JUNE)
    if not isinstance(found["equity"], list):
        hmt = Fraction(found["holders"].get("K", "0"))
        assert Fraction(found["equity_foreign_only"]) + hmt == Fraction(found["equity"])
        assert found["any_foreign"] is (Fraction(found["equity"]) > 0)


@given(registers(), st.sampled_from(["passthrough_ge_1o4", "passthrough_ge_1o2"]))
def test_passing_through_more_easily_never_gives_less(stakes: Stakes, name: str):
    assert passthrough("C0", stakes, name, on=JUNE).low >= passthrough("C0", stakes, "passthrough_gt_half", on=JUNE).low


# ---- control


class TestControl:
    def who(self, picture: str, company: str = "Mill"):
        return controller(company, Stakes.parse(picture), on=JUNE)

    def test_exactly_half_is_no_control(self):
        assert self.who("F (foreign) -> Mill 50 %\nH (domestic) -> Mill 50 %") is None

    def test_votes_of_what_one_controls_are_added(self):
        picture = "H (domestic) -> A 60 %\nH -> B 60 %\nA -> Mill 30 %\nB -> Mill 21 %\nF (foreign) -> Mill 49 %"
        assert self.who(picture) == "H"

    def test_a_company_that_nobody_controls_is_itself_the_last(self):
        assert self.who("F (foreign) -> A 50 %\nH (domestic) -> A 50 %\nA -> Mill 60 %") == "A"

    def test_a_contract_controls_without_equity(self):
        stakes = Stakes.parse("F (foreign) -> W 100 %\nW => Mill\nH (domestic) -> Mill 100 %")
        found = answer("Mill", stakes, on=JUNE)
        assert (found["controller"], found["equity"], found["any_foreign"]) == ("F", "0", False)
        assert {"contract-control", "control-overruled"} <= flags(found)

    def test_two_contracts_are_a_dispute(self):
        found = asked("F (foreign) => Mill\nH (domestic) => Mill")
        assert (found["controller"], "control-disputed" in flags(found)) == (None, True)

    def test_a_contract_goes_before_votes_also_where_its_holder_is_settled_later(self):
        picture = """
            F (foreign) -> W 60 %
            Mill -> W 40 %
            W => Mill
            H (domestic) -> Mill 90 %
            W -> Mill 10 %
        """
        found = asked(picture)
        assert (found["controller"], "control-overruled" in flags(found)) == ("F", True)

    def test_a_contract_of_somebody_undetermined_leaves_control_open_whatever_the_votes(self):
        found = asked("F (foreign) -> W ?\nG (foreign) -> W ?\nH (domestic) -> W 40 %\nW => Mill\nH -> Mill 100 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)

    def test_a_contract_held_in_its_own_circle_is_no_control_by_votes_from_outside(self):
        found = asked("Mill -> W 60 %\nG (foreign) -> W 40 %\nW => Mill\nH (domestic) -> Mill 100 %")
        assert (found["controller"], "control-circular" in flags(found)) == (None, True)

    def test_a_company_controls_itself_by_no_contract(self):
        assert self.who("Mill => Mill\nH (domestic) -> Mill 60 %\nF (foreign) -> Mill 40 %") == "H"

    def test_what_lies_below_an_undetermined_company_of_a_loop_is_open_too(self):
        picture = """
            F (foreign) -> A ?
            G (foreign) -> A ?
            H (domestic) -> A 30 %
            B -> A 10 %
            A -> B 60 %
            H -> B 40 %
        """
        found = asked(picture, "B")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)

    def test_two_majorities_of_contradictory_votes_name_nobody(self):
        assert self.who("F (foreign) -> Mill 60 %\nH (domestic) -> Mill 60 %") is None

    def test_a_loop_controlled_from_outside(self):
        picture = "F (foreign) -> A 60 %\nB -> A 40 %\nA -> B 60 %\nH (domestic) -> B 40 %"
        assert self.who(picture, "A") == self.who(picture, "B") == "F"

    def test_a_loop_that_controls_itself_is_flagged(self):
        found = asked("A -> B 60 %\nB -> A 60 %\nF (foreign) -> A 40 %\nH (domestic) -> B 40 %", "A")
        assert (found["controller"], "control-circular" in flags(found)) == (None, True)

    def test_own_shares_have_no_vote(self):
        assert self.who("Mill -> Mill 20 %\nF (foreign) -> Mill 45 %\nH (domestic) -> Mill 35 %") == "F"

    def test_control_that_an_unknown_share_could_change_is_open(self):
        found = asked("F (foreign) -> Mill ?\nG (foreign) -> Mill ?\nH (domestic) -> Mill 40 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)

    def test_a_share_that_follows_controls(self):
        assert self.who("F (foreign) -> Mill ?\nH (domestic) -> Mill 40 %") == "F"

    def test_control_that_something_unrecorded_could_change_is_open(self):
        found = asked("F (foreign) -> Mill 45 %\nH (domestic) -> Mill 30 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)
        assert self.who("F (foreign) -> Mill 50.01 %\nH (domestic) -> Mill 30 %") == "F"

    def test_control_that_no_unknown_share_can_change_is_known(self):
        assert self.who("F (foreign) -> Mill ?\nH (domestic) -> Mill 60 %") == "H"

    def test_an_owner_of_a_foreign_company_is_above_it(self):
        assert self.who("S (state) -> F 100 %\nF (foreign) -> Mill 60 %\nH (domestic) -> Mill 40 %") == "S"


@given(registers())
def test_the_controller_is_the_one_that_nobody_else_has_more_than_half_of(stakes: Stakes):
    """By the closure of control from every node, without any order of work."""
    votes: dict[tuple[str, str], Fraction] = {}
    for s in stakes.stakes:
        votes[s.owner, s.company] = votes.get((s.owner, s.company), Fraction(0)) + s.share.low
    companies = [n.id for n in stakes.nodes.values() if n.kind is Kind.COMPANY]

    def reach(start: str) -> set[str]:
        found = {start}
        while True:
            more = {
                c
                for c in companies
                if c not in found
                and sum((v for (o, h), v in votes.items() if h == c and o in found and o != c), Fraction(0))
                > (1 - votes.get((c, c), Fraction(0))) / 2
            }
            if not more:
                return found
            found |= more

    under = {node: reach(node) for node in stakes.nodes}
    last = [node for node in under if not any(node in under[other] for other in under if other != node)]
    if not all(any(company in under[node] for node in last) for company in companies):
        return  # a loop that only controls itself: nobody is named there, and flags say so
    for company in companies:
        tops = [node for node in last if company in under[node] and node != company]
        assert controller(company, stakes, on=JUNE) == (tops[0] if len(tops) == 1 else None)


@given(registers(), st.data())
def test_a_controller_named_in_spite_of_unknown_shares_is_so_however_they_turn_out(stakes: Stakes, data):
    hidden = data.draw(st.sets(st.integers(0, len(stakes.stakes) - 1), max_size=4))
    kept = [s for i, s in enumerate(stakes.stakes) if i not in hidden]
    unknown = [replace(stakes.stakes[i], share=parse_share("?")) for i in hidden]
    told = Stakes(stakes.nodes, (*kept, *unknown))
    companies = [n.id for n in stakes.nodes.values() if n.kind is Kind.COMPANY]
    found = {c: (controller(c, told, on=JUNE), flags(answer(c, told, on=JUNE))) for c in companies}
    for turned in (stakes, Stakes(stakes.nodes, tuple([*kept, *_turned_out(kept, unknown, data)]))):
        for company, (named, shown) in found.items():
            if named is not None:
                assert controller(company, turned, on=JUNE) == named
            elif not shown & {"control-open", "control-circular"}:
                assert controller(company, turned, on=JUNE) is None


def _turned_out(kept: list[Stake], unknown: list[Stake], data) -> list[Stake]:
    """Each company gives what is left to one of its unknown stakes."""
    found = []
    for company in sorted({s.company for s in unknown}):
        left = 1 - sum((s.share.low for s in kept if s.company == company), Fraction(0))
        one = data.draw(st.sampled_from([s for s in unknown if s.company == company]))
        found.append(replace(one, share=Share(left, left, str(left))))
    return found


# ---- pass-through, groups, beneficial owners


def test_pass_through_below_the_threshold_counts_nothing():
    found = asked("F (foreign) -> A 24 %\nH (domestic) -> A 76 %\nA -> Mill 100 %")
    assert (found["passthrough_ge_1o4"], found["equity"]) == ("0", "6/25")


def test_pass_through_adds_the_holders_together():
    found = asked(
        "F (foreign) -> A 15 %\nK (hmt) -> A 10 %\nH (domestic) -> A 75 %\n"
        "A -> Mill 40 %\nF -> Mill 5 %\nH -> Mill 55 %"
    )
    assert found["passthrough_ge_1o4"] == "9/20"
    assert found["passthrough_ge_1o2"] == "1/20"


def test_both_signs_at_half():
    found = asked("F (foreign) -> A 50 %\nH (domestic) -> A 50 %\nA -> Mill 100 %")
    assert (found["passthrough_ge_1o2"], found["passthrough_gt_half"]) == ("1", "0")


def test_the_stakes_of_one_group_are_added():
    picture = """
        F (foreign) -> Mill 6 %
        F -> A 60 %
        A -> Mill 5 %
        G (foreign) -> Mill 10 %
        H (domestic) -> Mill 79 %
        H -> A 40 %
    """
    found = asked(picture)
    assert found["groups"] == {"H": "79/100", "F": "11/100", "G": "1/10"}
    assert found["listed_caps"]["single"] == {"group": "F", "share": "11/100", "exceeds": True}
    assert found["listed_caps"]["total"] == {"share": "21/100", "exceeds": False}


def test_exactly_ten_and_thirty_percent_are_within_the_caps():
    found = asked("\n".join(f"F{i} (foreign) -> Mill 10 %" for i in range(3)) + "\nH (domestic) -> Mill 70 %")
    caps = found["listed_caps"]
    assert (caps["single"]["exceeds"], caps["total"]["exceeds"]) == (False, False)
    assert caps["domestic_route"]["open"] is False


def test_the_domestic_route_ends_strictly_below_ten_percent():
    below = asked("F (foreign) -> Mill 9.99 %\nH (domestic) -> Mill 90.01 %")
    at = asked("F (foreign) -> Mill 10 %\nH (domestic) -> Mill 90 %")
    assert [f["listed_caps"]["domestic_route"]["open"] for f in (below, at)] == [True, False]


def test_a_declared_group_goes_before_control():
    stakes = Stakes.parse("F (foreign) -> Mill 6 %\nG (foreign) -> Mill 6 %\nH (domestic) -> Mill 88 %")
    nodes = {**stakes.nodes, **{n: Node(n, Kind.FOREIGN, group="Twins") for n in "FG"}}
    found = answer("Mill", Stakes(nodes, stakes.stakes), on=JUNE)
    assert found["groups"] == {"H": "22/25", "Twins": "3/25"}
    assert found["listed_caps"]["single"]["exceeds"] is True


class TestBeneficialOwners:
    def test_a_quarter_of_capital_is_enough(self):
        found = asked("H (domestic) -> Mill 25 %\nF (foreign) -> Mill 24.9 %\nS (state) -> Mill 50.1 %")
        assert found["beneficial_owners"] == [{"id": "H", "share": "1/4", "how": "equity"}]

    def test_votes_and_control_are_the_next_tests(self):
        found = asked(
            "H (domestic) -> Mill 10 % votes 60 %\nF (foreign) -> Mill 20 % votes 20 %\n"
            "S (state) -> Mill 70 % votes 20 %"
        )
        assert found["beneficial_owners"] == [{"id": "H", "share": "3/5", "how": "votes"}]
        found = asked("H (domestic) => Mill\nS (state) -> Mill 100 %")
        assert found["beneficial_owners"] == [{"id": "H", "share": "0", "how": "control"}]

    def test_a_foreign_company_is_looked_through_to_the_person(self):
        found = asked("Erika (foreign) -> F 80 %\nF (foreign) -> Mill 50 %\nH (domestic) -> Mill 50 %")
        assert found["beneficial_owners"] == [
            {"id": "H", "share": "1/2", "how": "equity"},
            {"id": "Erika", "share": "2/5", "how": "equity"},
        ]
        assert found["holders"] == {"F": "1/2", "H": "1/2"}

    def test_without_one_the_manager_must_be_named(self):
        found = asked("S (state) -> Mill 100 %")
        assert found["beneficial_owners"] == []
        assert "no-beneficial-owner" in flags(found)


# ---- definitions


def test_every_figure_names_its_sign_treatment_and_source():
    found = asked("F (foreign) -> Mill 1")
    for name in ("equity", "equity_foreign_only", "equity_state", "direct", "votes", "any_foreign", "controller"):
        row = found["definitions"][name]
        assert row["sign"] in (">", ">=")
        assert row["hmt"] in ("counted", "not_counted")
        assert row["source"]["zh"] and row["source"]["en"]
    assert found["on"] == "2024-06-01"


def test_every_fact_has_both_languages_and_a_confidence():
    for fact in definitions().facts.values():
        assert set(fact.text) == {"zh", "en"}
        assert fact.confidence in ("high", "medium", "low")
        assert all(set(more) == {"zh", "en"} for more in (fact.consequence, fact.note) if more)


def test_the_book_is_named_as_all_books_are():
    assert definitions().hash == file_hash(SHIPPED / "ownership")[0]


@pytest.mark.parametrize(("share", "met"), [("1/4", True), ("2499/10000", False)])
def test_a_definition_compares_with_its_own_sign(share: str, met: bool):
    assert definitions()["beneficial_owner"].met(Interval.exactly(Fraction(share))) is met
