"""Facts that contradict each other give a question, not a stamp: every pair, and the same facts where they agree."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

DAY = date(2026, 12, 1)


def plan(raw: dict[str, Any], on: date = DAY) -> LandingPlan:
    return advise(parse_profile(raw, company_vocabulary()), on=on)


def asking(share: str | None = "100", service: str = "B24", place: str = "BJ", **more: Any) -> dict[str, Any]:
    one = {"service": service, "place": place, **({"share": share} if share is not None else {})}
    return {"investor": {"country": "DE"}, "plans": [one], **more}


def held(share: str, kind: str = "foreign") -> dict[str, Any]:
    rest = {"owner": "d", "company": "m", "share": f"{100 - int(share)}/100"}
    stakes = [{"owner": "f", "company": "m", "share": f"{share}/100"}, *([rest] if share != "100" else [])]
    return {"company": "m", "nodes": {"m": "company", "f": kind, "d": "domestic"}, "stakes": stakes}


#: What contradicts, what would agree, and the two facts that a gate names.
PAIRS = [
    ({"foreign_share": "0.3"}, {"foreign_share": "1"}, {"share", "foreign_share"}),
    ({"holdings": held("60")}, {"holdings": held("100")}, {"share", "holdings"}),
    ({"ownership_type": "private"}, {"ownership_type": "foreign_wholly_owned"}, {"ownership_type", "share"}),
    (
        {"foreign_investor_countries": ["FR"]},
        {"foreign_investor_countries": ["FR", "DE"]},
        {"investor", "foreign_investor_countries"},
    ),
    (
        {"hk_macao_service_supplier": "true"},
        {"hk_macao_service_supplier": "false"},
        {"investor", "hk_macao_service_supplier"},
    ),
    ({"registered_region_code": "310115"}, {"registered_region_code": "110105"}, {"place", "registered_region_code"}),
    (
        {"entity_type": "not_established_yet", "founded_date": "2020-01-01"},
        {"entity_type": "limited_company", "founded_date": "2020-01-01"},
        {"entity_type", "founded_date"},
    ),
]


@pytest.mark.parametrize(("wrong", "right", "names"), PAIRS, ids=lambda v: "-".join(sorted(v)) if v else "")
def test_two_facts_that_disagree_leave_the_answer_open_and_name_both(wrong, right, names):
    found = plan(asking(**wrong))
    assert found.verdict == "unknown" and found.access[0].without_gates == "allowed"
    gate = next(g for g in found.gates if set(g.between) == names)
    assert gate.holds is False and gate.text.zh and "?" in gate.text.en
    assert gate.ask in {question.attribute for question in found.questions}
    assert plan(asking(**right)).verdict == "allowed"


def test_the_profile_and_the_holdings_are_compared_where_the_plan_names_no_share():
    found = plan(asking(share=None, foreign_share="0.2", holdings=held("60")))
    assert {frozenset(g.between) for g in found.gates} == {frozenset(("foreign_share", "holdings"))}
    assert found.verdict == "unknown"


def test_a_mainland_investor_has_no_foreign_holders_and_no_foreign_share():
    raw = {"investor": {"country": "CN"}, "plans": [{"service": "B24", "place": "BJ", "share": "0"}]}
    assert plan(raw).verdict == "allowed"
    assert plan({**raw, "foreign_share": "0.4"}).verdict == "unknown"
    assert plan({**raw, "holdings": held("40")}).verdict == "unknown"


#: Every further pair, around a plan for a call centre in Beijing: what is said, and the two facts that a gate names.
FURTHER = [
    ({"investor": {"country": "CN"}, "share": "30"}, {"investor", "share"}),
    ({"investor": {"country": "CN", "cepa_qualified": "true"}, "share": "0"}, {"investor", "cepa_qualified"}),
    ({"investor": {"country": "DE", "cepa_qualified": "true"}, "share": "30"}, {"investor", "cepa_qualified"}),
    ({"investor": {"country": "CN"}, "ownership_type": "foreign_wholly_owned"}, {"investor", "ownership_type"}),
    ({"investor": {"country": "DE"}, "ownership_type": "private"}, {"investor", "ownership_type"}),
    ({"ownership_type": "private", "holdings": held("60")}, {"ownership_type", "holdings"}),
    ({"ownership_type": "foreign_wholly_owned", "holdings": held("60")}, {"ownership_type", "holdings"}),
    ({"ownership_type": "private", "foreign_share": "0.3"}, {"ownership_type", "foreign_share"}),
    ({"foreign_investor_countries": ["DE"], "share": "0"}, {"foreign_investor_countries", "share"}),
    ({"foreign_investor_countries": ["DE"], "foreign_share": "0"}, {"foreign_investor_countries", "foreign_share"}),
    ({"investor": {"country": "CN"}, "foreign_investor_countries": ["DE"]}, {"investor", "foreign_investor_countries"}),
    ({"investor": {"country": "CN"}, "hk_macao_service_supplier": "true"}, {"investor", "hk_macao_service_supplier"}),
    ({"investor": {"country": "DE"}, "foreign_share": "0"}, {"investor", "foreign_share"}),
    ({"investor": {"country": "DE"}, "holdings": held("100", "domestic")}, {"investor", "holdings"}),
    (
        {"foreign_investor_obtains_control": "false", "holdings": held("100")},
        {"foreign_investor_obtains_control", "holdings"},
    ),
    ({"has_mainland_company": "false", "founded_date": "2020-01-01"}, {"has_mainland_company", "founded_date"}),
    ({"has_mainland_company": "false", "entity_type": "limited_company"}, {"has_mainland_company", "entity_type"}),
    ({"has_mainland_company": "true", "entity_type": "not_established_yet"}, {"has_mainland_company", "entity_type"}),
]


@pytest.mark.parametrize(("said", "names"), FURTHER, ids=lambda v: "-".join(sorted(v)))
def test_every_further_pair_gives_a_question_and_no_stamp(said, names):
    more = dict(said)
    asked = {"service": "B24", "place": "BJ", **({"share": more.pop("share")} if "share" in more else {})}
    found = plan({"plans": [asked], **more})
    assert found.verdict == "unknown" and found.page_one.answer.stamp == "unknown" and found.steps is not None
    gate = next(gate for gate in found.gates if set(gate.between) == names)
    assert gate.holds is False and gate.text.zh and "Which one is right?" in gate.text.en
    assert gate.ask in {question.attribute for question in found.questions}


def test_the_examples_contradict_themselves_nowhere():
    for path in sorted((Path(__file__).parents[2] / "examples").glob("*.yaml")):
        found = advise(read_profile(path, company_vocabulary()), on=DAY)
        assert [gate for gate in found.gates if gate.id == "facts-agree"] == [], path.name


def test_a_no_stays_a_no_whatever_else_disagrees():
    found = plan(asking(service="C-NEWS", foreign_share="0.3"))
    assert found.verdict == "not_allowed" and found.gates


def test_only_the_plan_that_disagrees_is_left_open():
    raw = asking(foreign_share="1")
    raw["plans"] = [*raw["plans"], {"service": "B22", "place": "BJ", "share": "40"}]
    found = plan(raw)
    assert [row.answer for row in found.access] == ["allowed", "unknown"]


def test_a_contradiction_is_asked_before_anything_else():
    found = plan(asking(foreign_share="0.3"))
    assert found.questions[0].attribute == "share"
    assert found.page_one.answer.stamp == "unknown" and "30" in found.page_one.answer.decides.en


class TestOwnersAndControl:
    """What the holdings leave open, and who controls: no green stamp over either."""

    def test_owners_that_are_not_recorded_leave_a_capped_service_open(self):
        part = {
            "company": "m",
            "nodes": {"m": "company", "f": "foreign"},
            "stakes": [{"owner": "f", "company": "m", "share": "3/10"}],
        }
        found = plan(asking(share=None, service="B25", holdings=part))
        assert found.verdict == "unknown" and found.access[0].missing == ["holdings"]
        assert [gate.id for gate in found.gates] == ["unrecorded-owner"]
        told = {
            **part,
            "stakes": [*part["stakes"], {"owner": "d", "company": "m", "share": "7/10"}],
            "nodes": {**part["nodes"], "d": "domestic"},
        }
        assert plan(asking(share=None, service="B25", holdings=told)).verdict == "allowed"

    def test_a_share_in_the_plan_does_not_fill_what_the_register_leaves_out(self):
        part = {
            "company": "m",
            "nodes": {"m": "company", "f": "foreign"},
            "stakes": [{"owner": "f", "company": "m", "share": "3/10"}],
        }
        assert plan(asking(share="30", service="B25", holdings=part)).verdict == "unknown"

    @pytest.mark.parametrize(("control", "verdict"), [("true", "not_allowed"), (None, "allowed")])
    def test_basic_telecom_under_foreign_control_is_no_yes(self, control, verdict):
        more = {} if control is None else {"foreign_investor_obtains_control": control}
        found = plan(asking(share="49", service="A14", **more))
        assert found.verdict in (verdict, "conditional") if control is None else found.verdict == verdict
        assert bool(found.gates) == (control is not None) and (not found.steps) == (control is not None)

    def test_control_by_contract_over_a_closed_service_is_barred_or_a_caution(self):
        vie = {
            "company": "m",
            "nodes": {"m": "company", "d": "domestic", "f": "foreign", "w": "company"},
            "stakes": [{"owner": "d", "company": "m", "share": "1"}, {"owner": "f", "company": "w", "share": "1"}],
            "contracts": [{"controller": "w", "company": "m"}],
        }
        games = plan(asking(share=None, service="C-GAME", holdings=vie))
        assert games.verdict == "not_allowed" and games.gates[0].basis
        capped = plan(asking(share=None, service="B25", holdings=vie))
        assert capped.verdict == "unknown" and capped.page_one.risks[0].kind == "contract_control"
        assert capped.page_one.answer.stamp == "unknown"
