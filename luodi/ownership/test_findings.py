"""Who controls a company and through whom, who does so by contract, what is not recorded: in two languages."""

from datetime import date

import pytest
from hypothesis import given

from luodi.ownership import Stakes, controller
from luodi.ownership.conftest import JUNE, fewer, registers
from luodi.ownership.findings import Findings, Side, findings

DAY = date(2026, 12, 1)


def found(picture: str, company: str = "Mill") -> Findings:
    return findings(Stakes.parse(picture).on(DAY).above(company), company)


class TestTheController:
    def test_a_foreign_one_is_named_with_the_chain_down_to_the_company(self):
        one = found(
            "F (foreign) -> A 60 %\nH (domestic) -> A 40 %\nA -> B 100 %\nB -> Mill 51 %\nH -> Mill 49 %"
        ).controller
        assert (one.id, one.side, one.path, one.open) == ("F", Side.FOREIGN, ("F", "A", "B", "Mill"), False)
        assert "F → A → B → Mill" in one.says["zh"] and "foreign" in one.says["en"]

    @pytest.mark.parametrize("kind", ["domestic", "state"])
    def test_domestic_holders_and_the_state_are_the_chinese_side(self, kind):
        one = found(f"H ({kind}) -> Mill 51 %\nF (foreign) -> Mill 49 %")
        assert (one.controller.side, one.chinese_side) == (Side.CHINESE, True)

    def test_holders_from_hong_kong_are_foreign(self):
        assert found("K (hmt) -> Mill 51 %\nH (domestic) -> Mill 49 %").controller.side is Side.FOREIGN

    def test_one_of_unknown_kind_is_on_no_side(self):
        one = found("X (unknown) -> Mill 51 %\nH (domestic) -> Mill 49 %")
        assert (one.controller.id, one.controller.side, one.chinese_side) == ("X", None, None)

    def test_a_company_that_nobody_controls_is_on_no_side(self):
        one = found("F (foreign) -> A 50 %\nH (domestic) -> A 50 %\nA -> Mill 60 %\nH -> Mill 40 %")
        assert (one.controller.id, one.controller.side, one.chinese_side) == ("A", None, None)

    def test_where_something_is_not_recorded_it_cannot_be_determined(self):
        one = found("F (foreign) -> Mill 30 %").controller
        assert (one.id, one.open, one.path) == (None, True, ())
        assert "无法判断" in one.says["zh"] and "cannot be told" in one.says["en"]

    def test_where_everything_is_recorded_nobody_controls(self):
        one = found("F (foreign) -> Mill 50 %\nH (domestic) -> Mill 50 %")
        assert (one.controller.id, one.controller.open, one.chinese_side) == (None, False, False)

    def test_a_circle_of_companies_cannot_be_determined(self):
        assert found("A -> Mill 60 %\nMill -> A 60 %\nF (foreign) -> A 40 %\nH (domestic) -> Mill 40 %").controller.open

    def test_a_contract_is_a_link_of_the_chain(self):
        one = found("F (foreign) -> W 100 %\nW => Mill\nH (domestic) -> Mill 100 %").controller
        assert (one.path, one.by_contract) == (("F", "W", "Mill"), True)

    def test_names_are_shown_where_there_are_any(self):
        from luodi.ownership.reading import stakes_from

        raw = {
            "nodes": {"m": {"kind": "company", "name": "麦田"}, "f": {"kind": "foreign", "name": "Nordlicht"}},
            "stakes": [{"owner": "f", "company": "m", "share": "1"}],
        }
        one = findings(stakes_from(raw, "x").on(DAY).above("m"), "m").controller
        assert "Nordlicht → 麦田" in one.says["zh"]


class TestTheChineseSide:
    def test_several_chinese_holders_are_added(self):
        one = found("F (foreign) -> Mill 49 %\nG (domestic) -> Mill 26 %\nH (domestic) -> Mill 25 %")
        assert (one.controller.id, one.chinese_side) == (None, True)

    def test_exactly_half_is_not_enough(self):
        picture = (
            "F (foreign) -> Mill 25 %\nE (foreign) -> Mill 25 %\nG (domestic) -> Mill 25 %\nH (state) -> Mill 25 %"
        )
        assert found(picture).chinese_side is False

    def test_a_holder_counts_for_whoever_controls_it(self):
        picture = (
            "F (foreign) -> A 60 %\nH (domestic) -> A 40 %\nA -> Mill 40 %\nE (foreign) -> Mill 20 %\nH -> Mill 40 %"
        )
        assert found(picture).chinese_side is False

    def test_what_is_not_recorded_may_be_either(self):
        assert found("G (domestic) -> Mill 26 %\nH (domestic) -> Mill 20 %").chinese_side is None
        assert found("G (domestic) -> Mill 31 %\nH (domestic) -> Mill 20 %").chinese_side is True


class TestContracts:
    def test_a_foreign_one_is_reported_with_who_stands_behind(self):
        (one,) = found("F (foreign) -> W 100 %\nW => Mill\nH (domestic) -> Mill 100 %").contracts
        assert (one.controller, one.company, one.top, one.foreign) == ("W", "Mill", "F", True)
        assert "VIE" in one.says["zh"] and "F" in one.says["en"]

    def test_a_chinese_one_and_one_of_whom_it_cannot_be_determined(self):
        (one,) = found("S (state) -> W 100 %\nW => Mill\nH (domestic) -> Mill 100 %").contracts
        assert one.foreign is False
        (one,) = found("F (foreign) -> W 30 %\nW => Mill\nH (domestic) -> Mill 100 %").contracts
        assert (one.top, one.foreign) == (None, None)

    def test_one_above_the_company_is_reported_too(self):
        (one,) = found("F (foreign) => A\nA -> Mill 100 %\nH (domestic) -> A 100 %").contracts
        assert (one.company, one.foreign) == ("A", True)


class TestWhatIsNotRecorded:
    def test_each_company_on_the_way_is_named_with_how_much(self):
        rows = found("H (domestic) -> A 90 %\nA -> Mill 50 %\nH -> Mill 40 %").unrecorded
        assert [(row.company, row.share.as_json()) for row in rows] == [("Mill", "1/10"), ("A", "1/10")]
        assert "10 %" in rows[0].says["zh"] and "10 % of Mill" in rows[0].says["en"]

    def test_nothing_is_said_of_a_whole_register(self):
        one = found("H (domestic) -> Mill 60 %\nF (foreign) -> Mill ?")
        assert (one.unrecorded, one.unknown_holders) == ((), ())

    def test_a_holder_of_unknown_kind_is_named(self):
        (row,) = found("X (unknown) -> A 50 %\nH (domestic) -> A 50 %\nA -> Mill 100 %").unknown_holders
        assert (row.id, row.share.as_json()) == ("X", "1/2")


@fewer
@given(registers())
def test_the_controller_and_its_chain_are_those_of_the_engine(stakes: Stakes):
    for company in (name for name, node in stakes.nodes.items() if node.kind == "company"):
        view = stakes.on(JUNE).above(company)
        one = findings(view, company).controller
        assert one.id == controller(company, stakes, on=JUNE)
        if one.id is not None:
            assert (one.path[0], one.path[-1], len(set(one.path))) == (one.id, company, len(one.path))
