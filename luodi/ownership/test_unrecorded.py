"""What is not recorded is unknown, never nobody's: in each figure, in control, and against every completion."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.ownership import Interval, Kind, Node, Share, Stake, Stakes, answer, any_foreign, controller, equity
from luodi.ownership import parse_share as share
from luodi.ownership.answer import PASS_THROUGH
from luodi.ownership.conftest import fewer
from luodi.ownership.figures import direct, equity_state, votes

JUNE = date(2024, 6, 1)


def asked(picture: str, company: str = "Mill"):
    return answer(company, Stakes.parse(picture), on=JUNE)


def flags(found) -> dict[str, dict]:
    return {row["flag"]: row for row in found["flags"]}


class TestWhatIsMissing:
    def test_it_may_be_foreign_in_every_figure(self):
        stakes = Stakes.parse("H (domestic) -> Mill 60 %")
        for figure in (equity, direct, votes, equity_state):
            assert figure("Mill", stakes, on=JUNE) == Interval(Fraction(0), Fraction(2, 5))
        assert any_foreign("Mill", stakes, on=JUNE) is None

    def test_a_whole_register_has_no_interval(self):
        found = asked("H (domestic) -> Mill 60 %\nF (foreign) -> Mill 40 %")
        assert (found["equity"], found["any_foreign"], found["flags"]) == ("2/5", True, [])

    def test_it_is_unknown_on_any_layer(self):
        found = asked("H (domestic) -> A 90 %\nA -> Mill 50 %\nH -> Mill 50 %")
        assert found["equity"] == ["0", "1/20"]
        assert flags(found)["shares-under-one"]["at"] == "A"

    def test_a_company_without_owners_is_anybodys(self):
        found = asked("A -> Mill 30 %\nH (domestic) -> Mill 70 %")
        assert (found["equity"], found["any_foreign"], found["controller"]) == (["0", "3/10"], None, "H")
        assert flags(found)["no-owner"]["at"] == "A"

    def test_a_class_stated_for_the_rest_closes_it(self):
        found = asked("F (foreign) -> Mill 30 %\nPublic (domestic) -> Mill ?")
        assert (found["equity"], found["remainder"]) == ("3/10", "0")

    @pytest.mark.parametrize(("missing", "open_"), [("1/1000000000", False), ("2/1000000000", True)])
    def test_a_rounding_is_nobodys_and_just_more_is_unknown(self, missing, open_):
        found = asked(f"H (domestic) -> Mill {1 - Fraction(missing)}")
        assert isinstance(found["equity"], list) is open_
        assert found["any_foreign"] is (None if open_ else False)

    def test_holders_and_what_is_unrecorded_make_the_whole(self):
        found = asked("F (foreign) -> A 30 %\nA -> Mill 50 %\nH (domestic) -> Mill 20 %")
        assert (found["holders"], found["unrecorded"]) == ({"H": "1/5", "F": "3/20"}, "13/20")

    def test_nobody_is_made_up_in_holders_groups_or_chains(self):
        found = asked("F (foreign) -> Mill 30 %")
        assert (found["holders"], found["groups"], len(found["chains"])) == ({"F": "3/10"}, {"F": "3/10"}, 1)

    def test_a_holder_named_like_the_rest_stays_himself(self):
        nodes = {"Mill": Node("Mill", Kind.COMPANY), "Mill ?": Node("Mill ?", Kind.DOMESTIC)}
        stakes = Stakes(nodes, (Stake("Mill ?", "Mill", share("60 %")),))
        assert answer("Mill", stakes, on=JUNE)["holders"] == {"Mill ?": "3/5"}


class TestWhatFollows:
    def test_the_only_share_not_written_is_the_rest_and_the_answer_says_so(self):
        found = asked("F (foreign) -> Mill ?\nH (domestic) -> Mill 60 %")
        assert found["equity"] == "2/5"
        said = flags(found)["share-follows"]
        assert (said["at"], said["owner"], said["value"]) == ("Mill", "F", "2/5")
        assert "2/5" in said["says"]["zh"] and "2/5" in said["says"]["en"]

    def test_of_two_shares_not_written_none_follows(self):
        found = asked("F (foreign) -> Mill ?\nG (domestic) -> Mill ?\nH (domestic) -> Mill 60 %")
        assert (found["equity"], "share-follows" in flags(found)) == (["0", "2/5"], False)

    def test_of_a_single_holder_without_a_share_nothing_follows(self):
        found = asked("F (foreign) -> Mill ?")
        assert (found["equity"], found["any_foreign"], found["controller"]) == (["0", "1"], True, None)

    def test_beside_a_range_it_does_not_follow(self):
        found = asked("F (foreign) -> Mill ?\nH (domestic) -> Mill 50..60 %")
        assert found["equity"] == ["0", "1/2"]

    def test_where_the_others_have_the_whole_the_register_is_contradictory_and_reported(self):
        found = asked("F (foreign) -> Mill ?\nH (domestic) -> Mill 100 %")
        assert (found["equity"], found["any_foreign"]) == ("0", True)
        assert flags(found)["nothing-left"]["owner"] == "F"

    def test_a_share_is_taken_with_its_days(self):
        stakes = Stakes.parse("F (foreign) -> Mill 30 % to 2024-06-01\nK (hmt) -> Mill ?\nH (domestic) -> Mill 60 %")
        assert equity("Mill", stakes, on=date(2024, 5, 31)) == Interval.exactly(Fraction(2, 5))
        assert equity("Mill", stakes, on=JUNE) == Interval.exactly(Fraction(2, 5))


class TestARegisteredHolder:
    def test_he_holds_more_than_nothing(self):
        found = asked("F (foreign) -> Mill ?\nG (domestic) -> Mill ?\nH (domestic) -> Mill 60 %")
        assert (found["equity"], found["any_foreign"]) == (["0", "2/5"], True)

    def test_also_above_a_company_whose_own_share_is_not_known(self):
        picture = "F (foreign) -> A 1\nA -> Mill ?\nG (domestic) -> Mill ?\nH (domestic) -> Mill 60 %"
        assert any_foreign("Mill", Stakes.parse(picture), on=JUNE) is True

    def test_half_and_a_registered_holder_whom_one_controls_are_more_than_half(self):
        picture = "F (foreign) -> A 1\nA -> Mill ?\nF -> Mill 50 %\nG (domestic) -> Mill ?"
        assert controller("Mill", Stakes.parse(picture), on=JUNE) == "F"

    def test_votes_that_are_not_known_may_be_none(self):
        picture = (
            "F (foreign) -> Mill 50 % votes 50 %\nF -> Mill 10 % votes ?\nH (domestic) -> Mill 40 % votes 20..40 %"
        )
        found = asked(picture)
        assert (found["controller"], "control-open" in flags(found)) == (None, True)


class TestControl:
    def test_more_than_half_stays_more_than_half(self):
        assert asked("F (foreign) -> Mill 51 %")["controller"] == "F"

    def test_exactly_half_may_be_more(self):
        found = asked("F (foreign) -> Mill 50 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)

    def test_whatever_an_open_company_controls_is_open(self):
        found = asked("F (foreign) -> A 30 %\nA -> Mill 60 %\nH (domestic) -> Mill 40 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)

    def test_too_little_is_missing_to_decide(self):
        found = asked("F (foreign) -> Mill 45 %\nH (domestic) -> Mill 50 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, True)
        found = asked("F (foreign) -> Mill 33 %\nG (foreign) -> Mill 32 %\nH (domestic) -> Mill 32 %")
        assert (found["controller"], "control-open" in flags(found)) == (None, False)

    def test_a_contract_decides_whoever_the_owners_are(self):
        assert asked("F (foreign) => Mill")["controller"] == "F"

    def test_a_manager_is_not_called_for_while_an_owner_may_be_hidden(self):
        found = asked("S (state) -> Mill 70 %")
        assert "no-beneficial-owner" not in flags(found) and "beneficial-owner-unrecorded" in flags(found)
        found = asked("S (state) -> Mill 80 %")
        assert "no-beneficial-owner" in flags(found)

    def test_who_falls_short_may_have_what_is_not_recorded(self):
        found = asked("H (domestic) -> Mill 20 %\nS (state) -> Mill 74 %")
        assert flags(found)["beneficial-owner-open"]["at"] == "H"


class TestListedCaps:
    def test_what_is_missing_may_exceed_them(self):
        caps = asked("F (foreign) -> Mill 8 %\nH (domestic) -> Mill 60 %")["listed_caps"]
        assert (caps["single"]["exceeds"], caps["total"]["exceeds"], caps["domestic_route"]["open"]) == (
            None,
            None,
            None,
        )

    def test_what_is_missing_may_be_too_little(self):
        caps = asked("F (foreign) -> Mill 8 %\nH (domestic) -> Mill 91 %")["listed_caps"]
        assert (caps["single"]["exceeds"], caps["total"]["exceeds"], caps["domestic_route"]["open"]) == (
            False,
            False,
            True,
        )

    def test_a_holder_of_unknown_kind_may_be_foreign(self):
        caps = asked("X (unknown) -> Mill 12 %\nH (domestic) -> Mill 88 %")["listed_caps"]
        assert (caps["single"]["share"], caps["single"]["exceeds"]) == (["0", "3/25"], None)


# ---- every completion


@st.composite
def gapped(draw: st.DrawFn) -> Stakes:
    """Up to four companies whose stakes are known, unknown or in bands, and often do not make the whole."""
    companies = [f"C{i}" for i in range(draw(st.integers(1, 4)))]
    kinds = {"F": Kind.FOREIGN, "K": Kind.HMT, "H": Kind.DOMESTIC}
    nodes = {c: Node(c, Kind.COMPANY) for c in companies} | {n: Node(n, kind) for n, kind in kinds.items()}
    stakes = []
    for company in companies:
        room = 8
        for owner in draw(st.lists(st.sampled_from([*nodes]), max_size=3, unique=True)):
            size = draw(st.integers(1, max(1, room)))
            text = draw(st.sampled_from([f"{size}/8", f"{size}/8", "?", f"{size}/16..{size}/8"]))
            if share(text).low * 8 <= room and owner != company:
                room -= -(-share(text).low * 8 // 1)
                stakes.append(Stake(owner, company, share(text)))
    return Stakes(nodes, tuple(stakes))


HAIR = Fraction(1, 1000)


def completions(stakes: Stakes) -> Iterator[Stakes]:
    """Each open share at its least, or with all that is left; the rest with a foreign or a domestic newcomer."""
    companies = [n for n, node in stakes.nodes.items() if node.kind is Kind.COMPANY]
    for chosen in product(*(list(_completed(c, stakes)) for c in companies)):
        nodes = {**stakes.nodes, "New": Node("New", Kind.FOREIGN), "Neu": Node("Neu", Kind.DOMESTIC)}
        yield Stakes(nodes, tuple(stake for some in chosen for stake in some))


def _completed(company: str, stakes: Stakes) -> Iterator[list[Stake]]:
    held = [s for s in stakes.stakes if s.company == company]
    opened = [s for s in held if not s.share.known]
    lows = {s.owner: HAIR if s.share.unknown else s.share.low for s in held}
    follows = len(opened) == 1 < len(held) and opened[0].share.unknown
    if follows:
        lows[opened[0].owner] = Fraction(0)
    left = 1 - sum(lows.values(), Fraction(0))
    if left < 0:
        return
    takers = [s.owner for s in opened if s.share.unknown] or []
    if not follows:
        takers += ["New", "Neu"]
    for taker in takers if left else ["Neu"]:
        shares = {**lows, taker: lows.get(taker, Fraction(0)) + left}
        yield [Stake(owner, company, _exactly(value)) for owner, value in shares.items() if value]


def _exactly(value: Fraction) -> Share:
    return Share(value, value, str(value))


@fewer
@given(gapped())
def test_every_completion_lies_inside_and_the_ends_are_approached(stakes: Stakes):
    found = [(equity("C0", one, on=JUNE), any_foreign("C0", one, on=JUNE)) for one in completions(stakes)]
    if not found:
        return
    whole, reached = equity("C0", stakes, on=JUNE), any_foreign("C0", stakes, on=JUNE)
    lows, highs = [one.low for one, _ in found], [one.high for one, _ in found]
    assert all(whole.low <= low for low in lows) and all(high <= whole.high for high in highs)
    assert float(min(lows)) == pytest.approx(float(whole.low), abs=0.05)
    assert float(max(highs)) == pytest.approx(float(whole.high), abs=0.05)
    if reached is not None:
        assert {answer for _, answer in found} == {reached}


@fewer
@given(gapped())
def test_a_controller_that_is_named_is_the_one_in_every_completion(stakes: Stakes):
    whole = answer("C0", stakes, on=JUNE)
    open_ = "control-open" in flags(whole)
    assert not (open_ and whole["controller"])
    if "control-circular" in flags(whole):
        return
    for one in completions(stakes):
        named = controller("C0", one, on=JUNE)
        if not open_:
            assert named == whole["controller"], (named, whole["controller"])


@given(gapped(), st.data())
def test_the_rest_may_be_anybodys_also_a_recorded_holders_or_another_companys(stakes: Stakes, data):
    one = _turned_out(stakes, data)
    if one is None:
        return
    whole, found = answer("C0", stakes, on=JUNE), answer("C0", one, on=JUNE)
    for name in FIGURES:
        (low, high), (least, greatest) = _ends(whole[name]), _ends(found[name])
        assert low <= least and greatest <= high, name
    assert whole["any_foreign"] in (None, found["any_foreign"])
    circular = {"control-circular"} & {*flags(whole), *flags(found)}
    if "control-open" not in flags(whole) and not circular:
        assert controller("C0", one, on=JUNE) == whole["controller"]


FIGURES = ("equity", "equity_foreign_only", "direct", "votes", *PASS_THROUGH)


def _ends(figure) -> tuple[Fraction, Fraction]:
    low, high = figure if isinstance(figure, list) else [figure] * 2
    return Fraction(low), Fraction(high)


def _turned_out(stakes: Stakes, data) -> Stakes | None:
    """One completion: open shares somewhere in their range, the rest with anybody there is or a newcomer."""
    nodes = {**stakes.nodes, "New": Node("New", Kind.FOREIGN), "Neu": Node("Neu", Kind.DOMESTIC)}
    found = []
    for company in (n for n, node in stakes.nodes.items() if node.kind is Kind.COMPANY):
        held = [s for s in stakes.stakes if s.company == company]
        opened = [s for s in held if not s.share.known]
        left = 1 - sum((HAIR if s.share.unknown else s.share.low for s in held), Fraction(0))
        if left < 0:
            return None
        follows = len(opened) == 1 < len(held) and opened[0].share.unknown
        fitting = [s for s in opened if s.share.high - s.share.low >= left]
        others = [] if follows else [n for n in nodes if n != company and n not in {s.owner for s in held}]
        taker = data.draw(st.sampled_from([*(s.owner for s in fitting), *others]))
        shares = {s.owner: HAIR if s.share.unknown else s.share.low for s in held}
        shares[taker] = shares.get(taker, Fraction(0)) + left
        found += [Stake(owner, company, _exactly(value)) for owner, value in shares.items() if value]
    return Stakes(nodes, tuple(found))
