"""Holdings in place of a typed share: looked through, compared with the cap, and what a change of hands would do."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.access import AccessQuestion, Verdict, access_book
from luodi.access.holdings import NEW_HOLDER, Holdings, answer, open_to, shown, transfers
from luodi.errors import BadInput, LuodiError
from luodi.ownership import Stakes

BOOK = access_book()
DAY = date(2026, 11, 24)
QUESTION = AccessQuestion(service="B25", place="BJ", investor="DE", cepa_qualified=False)


def held(picture, company="Mill"):
    return Holdings(company, Stakes.parse(picture), DAY)


CHAIN = """
    Nordlicht (foreign) -> Kranich 51 %
    Kranich -> Mill 51 %
    Founder (domestic) -> Kranich 49 %
    Founder -> Mill 49 %
"""
JUST_ABOVE = """
    Nordlicht (foreign) -> Kranich 75 %
    Founder (domestic) -> Kranich 25 %
    Kranich -> Mill 51 %
    Harbour (hmt) -> Mill 14 %
    Founder -> Mill 35 %
"""


class TestTheShare:
    def test_links_multiply_so_a_majority_of_a_majority_is_a_quarter(self):
        found = held(CHAIN)
        assert found.percent == Fraction("26.01")
        assert open_to(QUESTION, found, BOOK).verdict is Verdict.ALLOWED

    @pytest.mark.parametrize(("share", "verdict"), [("50 %", Verdict.ALLOWED), ("50.0001 %", Verdict.NOT_ALLOWED)])
    def test_exactly_at_the_cap_fits_and_just_past_it_does_not(self, share, verdict):
        found = held(f"Nordlicht (foreign) -> Mill {share}\nFounder (domestic) -> Mill ?")
        assert open_to(QUESTION, found, BOOK).verdict is verdict

    def test_every_definition_stands_beside_the_one_used_with_its_sign(self):
        found = held(CHAIN)
        document = shown(found, open_to(QUESTION, found, BOOK))
        assert (document["definition"], document["sign"], document["hmt"]) == ("equity", ">", "counted")
        assert document["to_cap"] == ["23.99", "23.99"]
        assert document["others"] == {
            "equity_foreign_only": "2601/10000",
            "equity_state": "0",
            "direct": "0",
            "votes": "2601/10000",
            "passthrough_ge_1o4": "51/100",
            "passthrough_ge_1o2": "51/100",
            "passthrough_gt_half": "51/100",
        }

    def test_an_unknown_stake_is_unknown_only_where_it_matters(self):
        small = held("Nordlicht (foreign) -> Mill ?\nSchwan (foreign) -> Mill ?\nFounder (domestic) -> Mill 60 %")
        large = held("Nordlicht (foreign) -> Mill ?\nSchwan (foreign) -> Mill ?\nFounder (domestic) -> Mill 40 %")
        assert open_to(QUESTION, small, BOOK).verdict is Verdict.ALLOWED
        unknown = open_to(QUESTION, large, BOOK)
        assert (unknown.verdict, unknown.missing) == (Verdict.UNKNOWN, ("holdings",))

    @pytest.mark.parametrize(
        ("share", "verdict"), [("50 %", Verdict.ALLOWED), ("49.99 %", Verdict.UNKNOWN), ("30 %", Verdict.UNKNOWN)]
    )
    def test_a_yes_needs_every_completion_of_what_is_not_recorded(self, share, verdict):
        assert open_to(QUESTION, held(f"Founder (domestic) -> Mill {share}"), BOOK).verdict is verdict

    def test_a_no_stays_a_no_whatever_is_not_recorded(self):
        assert open_to(QUESTION, held("Nordlicht (foreign) -> Mill 51 %"), BOOK).verdict is Verdict.NOT_ALLOWED

    def test_what_is_missing_is_said_in_both_languages(self):
        found = open_to(QUESTION, held("Founder (domestic) -> Mill 30 %"), BOOK)
        assert found.missing == ("holdings",) and found.gate == "unrecorded-owner"
        assert "70 %" in found.note["zh"] and "70 % of Mill" in found.note["en"]
        found = open_to(QUESTION, held("Xu (unknown) -> Mill 60 %\nFounder (domestic) -> Mill 40 %"), BOOK)
        assert "Xu" in found.note["zh"] and "Xu" in found.note["en"]

    def test_what_else_is_missing_is_named_too(self):
        found = open_to(QUESTION.having(place=None, service="B11"), held("Founder (domestic) -> Mill 30 %"), BOOK)
        assert found.missing == ("holdings", "place")

    def test_a_registered_foreign_holder_is_a_foreign_investor_though_the_share_is_unknown(self):
        game = QUESTION.having(service="C-GAME")
        found = held("Nordlicht (foreign) -> Mill ?\nSchwan (domestic) -> Mill ?\nFounder (domestic) -> Mill 60 %")
        assert found.equity.low == 0 and open_to(game, found, BOOK).verdict is Verdict.NOT_ALLOWED
        found = held("Xu (unknown) -> Mill 10 %\nFounder (domestic) -> Mill 90 %")
        assert open_to(game, found, BOOK).verdict is Verdict.UNKNOWN

    def test_no_foreign_chain_means_no_foreign_investor(self):
        found = open_to(QUESTION.having(investor=None), held("Founder (domestic) -> Mill 100 %"), BOOK)
        assert (found.verdict, found.basis) == (Verdict.ALLOWED, ())


class TestTheDocument:
    RAW = {"service": "B25", "place": "BJ", "investor": "DE"}  # noqa: RUF012
    GRAPH = {  # noqa: RUF012
        "company": "mill",
        "nodes": {"mill": "company", "north": "foreign", "founder": "domestic"},
        "stakes": [
            {"owner": "north", "company": "mill", "share": "3/5"},
            {"owner": "founder", "company": "mill", "share": "2/5"},
        ],
    }

    def test_it_names_the_definition_and_how_near_the_cap_it_lies(self):
        document = answer({**self.RAW, "holdings": self.GRAPH}, BOOK, on=DAY)
        seen = document["holdings"]
        assert (seen["definition"], seen["share"], seen["cap"], seen["to_cap"]) == (
            "equity",
            "3/5",
            "50",
            ["-10", "-10"],
        )
        assert seen["controller"] == "north" and seen["foreign_control"] is True and seen["control_open"] is False
        assert seen["control"]["path"] == ["north", "mill"]

    def test_it_says_what_is_not_recorded_and_that_control_is_open(self):
        graph = {**self.GRAPH, "stakes": [{"owner": "founder", "company": "mill", "share": "2/5"}]}
        seen = answer({**self.RAW, "holdings": graph}, BOOK, on=DAY)["holdings"]
        assert (seen["controller"], seen["control_open"], seen["foreign_control"]) == (None, True, None)
        assert [(row["company"], row["share"]) for row in seen["unrecorded"]] == [("mill", "3/5")]

    def test_a_share_and_holdings_at_once_are_refused(self):
        with pytest.raises(BadInput, match="not both"):
            answer({**self.RAW, "share": "50", "holdings": self.GRAPH}, BOOK, on=DAY)

    @pytest.mark.parametrize(
        ("graph", "hint"),
        [
            ({}, "company"),
            ({**GRAPH, "company": "mil"}, "`mill`"),
            ({**GRAPH, "nodes": {"mill": "compny"}}, "`company`"),
            ([], "mapping"),
            ({**GRAPH, "company": "north"}, "not a company"),
        ],
    )
    def test_bad_holdings_name_their_place(self, graph, hint):
        with pytest.raises(LuodiError) as caught:
            answer({**self.RAW, "holdings": graph}, BOOK, on=DAY, at="line 3")
        assert hint in str(caught.value) and "holdings" in str(caught.value)


class TestChangesOfHands:
    def test_the_smallest_transfer_comes_first_and_leads_exactly_to_the_cap(self):
        best = transfers(held(JUST_ABOVE), Fraction(1, 2))[0]
        assert (best.seller, best.buyer, best.share, best.after) == (
            "Harbour",
            "Founder",
            Fraction(9, 400),
            Fraction(1, 2),
        )

    def test_where_nobody_at_home_holds_yet_somebody_new_must_buy(self):
        found = transfers(held("Nordlicht (foreign) -> Mill 60 %\nHarbour (hmt) -> Mill 40 %"), Fraction(1, 2))
        assert {t.buyer for t in found} == {NEW_HOLDER}

    def test_nothing_is_offered_where_the_share_fits(self):
        assert transfers(held(CHAIN), Fraction(1, 2)) == []

    def test_the_answer_offers_them_before_other_changes(self):
        raw = {"service": "B25", "place": "BJ", "investor": "DE"}
        document = answer({**raw, "holdings": TestTheDocument.GRAPH}, BOOK, on=DAY)
        first = document["would_change"][0]
        assert first["set"]["transfer"]["percent"] == "10" and first["answer"] == "allowed"

    @given(st.integers(51, 100), st.integers(1, 99), st.integers(1, 99))
    def test_every_offered_transfer_really_brings_the_share_down_to_the_cap(self, middle, upper, cap):
        picture = f"""
            North (foreign) -> Bridge {upper} %
            South (domestic) -> Bridge {100 - upper} %
            Bridge -> Mill {middle} %
            Mill -> Bridge 0 %
            South -> Mill {100 - middle} %
        """
        company = held(picture)
        for transfer in transfers(company, Fraction(cap, 100)):
            assert transfer.after <= Fraction(cap, 100) < company.equity.low
