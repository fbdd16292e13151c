"""Who controls the company, against what a service asks: Chinese control, and control by contract."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.access import AccessQuestion, Verdict, access_book, what_is_open
from luodi.access.control import (
    barred,
    contract_caution,
    needs_chinese_control,
    under_control,
    with_chinese_control,
    with_contract_control,
)
from luodi.access.holdings import Holdings, answer_held, at_share, open_to
from luodi.ownership import Stakes
from luodi.ownership.reading import stakes_from

BOOK = access_book()
DAY = date(2026, 12, 1)
BASIC = AccessQuestion(service="A12", place="BJ", investor="DE", cepa_qualified=False)
VIE = "F (foreign) -> W 100 %\nW => Mill\nFounder (domestic) -> Mill 100 %"


def held(picture: str, on: date = DAY) -> Holdings:
    return Holdings("Mill", Stakes.parse(picture), on)


def asked(picture: str, service: str = "A12", on: date = DAY, place: str = "BJ"):
    return open_to(BASIC.having(service=service, place=place), held(picture, on), BOOK)


class TestChineseControl:
    @pytest.mark.parametrize("service", ["A", "A11", "A12", "A14"])
    def test_basic_telecom_and_rows_that_name_it_need_it(self, service):
        answer = what_is_open(BASIC.having(service=service, share=49), BOOK, on=DAY)
        assert needs_chinese_control(answer, DAY, BOOK)

    def test_a_value_added_service_does_not(self):
        assert not needs_chinese_control(what_is_open(BASIC.having(service="B25", share=50), BOOK, on=DAY), DAY, BOOK)

    def test_every_row_whose_conditions_name_it_has_the_key(self):
        named = [t for t in BOOK.treatments if any(c["zh"] == "须由中方控股" for c in t.conditions)]
        assert named and all(t.rule.gives.get("chinese_control") == "true" for t in named)

    def test_a_chinese_controller_leaves_the_answer_as_it_is(self):
        found = held("F (foreign) -> Mill 49 %\nS (state) -> Mill 51 %")
        assert open_to(BASIC, found, BOOK) == at_share(BASIC, found, BOOK)
        assert open_to(BASIC, found, BOOK).is_open

    def test_a_foreign_controller_within_the_cap_is_a_no_with_the_chain(self):
        found = asked("F (foreign) -> A 60 %\nH (domestic) -> A 40 %\nA -> Mill 60 %\nS (state) -> Mill 40 %")
        assert found.verdict is Verdict.NOT_ALLOWED and found.basis and found.gate == "chinese-control"
        assert "F → A → Mill" in found.note["zh"] and "F → A → Mill" in found.note["en"]

    def test_foreign_votes_over_little_capital_are_a_no(self):
        found = asked("F (foreign) -> Mill 10 % votes 60 %\nS (state) -> Mill 90 % votes 40 %")
        assert found.verdict is Verdict.NOT_ALLOWED

    def test_votes_by_proxy_without_any_capital_are_a_no(self):
        assert asked("S (state) -> Mill 100 % proxy F\nF (foreign) -> X 100 %").verdict is Verdict.NOT_ALLOWED

    def test_a_foreign_controller_is_a_no_though_the_share_is_unknown(self):
        found = asked(
            "F (foreign) -> Mill ? votes 60 %\nE (foreign) -> Mill ? votes 0 %\nS (state) -> Mill 30 % votes 40 %"
        )
        assert (found.verdict, found.missing) == (Verdict.NOT_ALLOWED, ())

    def test_half_of_the_votes_is_not_enough_for_the_chinese_side(self):
        found = asked("F (foreign) -> Mill 49 % votes 50 %\nS (state) -> Mill 51 % votes 50 %")
        assert found.verdict is Verdict.NOT_ALLOWED and "一半" in found.note["zh"]

    def test_just_above_half_is(self):
        assert asked("F (foreign) -> Mill 49 % votes 49.9 %\nS (state) -> Mill 51 % votes 50.1 %").is_open

    def test_several_chinese_holders_together_are_enough(self):
        assert asked("F (foreign) -> Mill 49 %\nG (domestic) -> Mill 26 %\nS (state) -> Mill 25 %").is_open

    def test_a_controller_that_cannot_be_determined_is_unknown(self):
        found = asked("F (foreign) -> Mill 10 %\nS (state) -> Mill 51 %\nH (domestic) -> Mill 39 % votes ?")
        assert found.is_open  # the state alone has more than half
        found = asked("F (foreign) -> Mill 10 % votes ?\nS (state) -> Mill 51 % votes ?\nH (domestic) -> Mill 39 %")
        assert (found.verdict, found.missing) == (Verdict.UNKNOWN, ("holdings",))
        assert found.possible == (
            Verdict.NOT_ALLOWED,
            at_share(BASIC, held("F (foreign) -> Mill 10 %\nS (state) -> Mill 90 %"), BOOK).verdict,
        )

    def test_a_wholly_chinese_company_is_open(self):
        assert asked("S (state) -> Mill 50 %\nH (domestic) -> Mill 50 %").verdict is Verdict.ALLOWED

    def test_a_no_by_the_share_stays_what_it_was(self):
        found = held("F (foreign) -> Mill 60 %\nS (state) -> Mill 40 %")
        assert open_to(BASIC, found, BOOK) == at_share(BASIC, found, BOOK)

    def test_no_remedy_is_offered_that_control_would_bar(self):
        picture = "F (foreign) -> Mill 10 % votes 60 %\nS (state) -> Mill 90 % votes 40 %"
        assert answer_held(BASIC, held(picture), BOOK)["would_change"] == []


class TestControlByContract:
    def test_over_online_games_it_is_barred_by_the_notice_of_2009(self):
        found = asked(VIE, "C-GAME")
        assert found.verdict is Verdict.NOT_ALLOWED and found.gate == "contract-control"
        assert found.question.share is None  # no foreign share is not why
        assert [(row["instrument"], row["rule"]) for row in found.basis] == [("games-2009", "c-game-2009")]
        assert "合同" in found.note["zh"] and "by contract" in found.note["en"]

    def test_it_is_barred_though_the_owners_are_not_all_recorded(self):
        found = asked("F (foreign) -> W 100 %\nW => Mill\nFounder (domestic) -> Mill 60 %", "C-GAME")
        assert (found.verdict, found.missing) == (Verdict.NOT_ALLOWED, ())

    def test_it_is_barred_wherever_the_place_is(self):
        assert asked(VIE, "C-GAME", place=None).verdict is Verdict.NOT_ALLOWED

    def test_the_day_before_the_notice_nothing_barred_it(self):
        first = date(2009, 10, 10)
        found = [asked(VIE, "C-GAME", on=date.fromordinal(first.toordinal() - 1)), asked(VIE, "C-GAME", on=first)]
        assert found[0].verdict is not Verdict.NOT_ALLOWED and found[1].verdict is Verdict.NOT_ALLOWED

    @pytest.mark.parametrize("service", ["C-AV", "C-PUB", "B25"])
    def test_over_a_closed_or_capped_service_it_is_a_caution_and_no_green_stamp(self, service):
        question, found = BASIC.having(service=service), held(VIE)
        by_share = at_share(question, found, BOOK)
        caution = contract_caution(by_share, found, BOOK)
        assert by_share.verdict is Verdict.ALLOWED and not barred(by_share, found, BOOK)
        assert "外商投资法" in caution.says["zh"] and "Foreign Investment Law" in caution.says["en"]
        assert caution.basis[0]["instrument"] == "vie-silent"
        assert with_contract_control(by_share, found, BOOK).verdict is Verdict.UNKNOWN

    def test_over_a_service_open_to_every_share_it_changes_nothing(self):
        assert asked(VIE, "B21-EC").verdict is Verdict.ALLOWED

    def test_a_chinese_holder_of_the_contract_changes_nothing(self):
        assert asked("S (state) -> W 100 %\nW => Mill\nH (domestic) -> Mill 100 %", "C-GAME").verdict is Verdict.ALLOWED

    def test_a_holder_of_whom_it_cannot_be_determined_is_a_caution(self):
        found = asked("F (foreign) -> W 30 %\nW => Mill\nH (domestic) -> Mill 100 %", "C-GAME")
        assert found.verdict is Verdict.UNKNOWN

    def test_a_contract_over_the_company_above_counts(self):
        found = asked("F (foreign) => A\nA -> Mill 100 %\nH (domestic) -> A 100 %", "C-GAME")
        assert found.verdict is Verdict.NOT_ALLOWED

    def test_a_contract_over_a_small_holder_who_controls_nothing_does_not(self):
        picture = "F (foreign) => A\nA -> Mill 10 %\nH (domestic) -> A 100 %\nH -> Mill 90 %"
        assert asked(picture, "C-GAME").verdict is Verdict.ALLOWED

    def test_a_foreign_general_partner_is_a_caution_of_its_own(self):
        raw = {
            "nodes": {"Mill": "company", "Fund": "company", "G": "foreign", "H": "domestic"},
            "stakes": [
                {"owner": "H", "company": "Fund", "share": "1"},
                {"owner": "Fund", "company": "Mill", "share": "1"},
            ],
            "contracts": [{"controller": "G", "company": "Fund", "how": "general-partner"}],
        }
        found = Holdings("Mill", stakes_from(raw, "x"), DAY)
        answer = at_share(BASIC.having(service="C-GAME"), found, BOOK)
        caution = contract_caution(answer, found, BOOK)
        assert caution.contract.partner and caution.basis[0]["instrument"] == "qflp-gp"
        assert "2012" in caution.says["zh"] and "VIE" not in caution.says["en"]
        assert with_contract_control(answer, found, BOOK).verdict is Verdict.UNKNOWN

    def test_over_basic_telecom_it_is_foreign_control(self):
        found = asked(VIE)
        assert found.verdict is Verdict.NOT_ALLOWED and "F → W → Mill" in found.note["zh"]
        assert {row["rule"] for row in found.basis} == {"n-a12-49"}


PICTURES = [
    VIE,
    "F (foreign) -> Mill 49 %\nS (state) -> Mill 51 %",
    "F (foreign) -> Mill 30 %",
    "S (state) -> Mill 100 %",
    "F (foreign) => Mill",
    "F (foreign) -> Mill 10 % votes 60 %\nS (state) -> Mill 90 % votes 40 %",
]


@given(st.sampled_from(PICTURES), st.sampled_from(sorted(BOOK.services)), st.sampled_from(["BJ", "SH", "HAINAN", None]))
def test_control_never_makes_an_answer_more_open(picture, service, place):
    place = place if place in BOOK.zones else None
    question, found = BASIC.having(service=service, place=place), held(picture)
    before = at_share(question, found, BOOK)
    after = under_control(before, found, BOOK)
    assert after.verdict.openness <= before.verdict.openness
    assert after == before or after.note
    assert with_chinese_control(after, found, BOOK) == after
