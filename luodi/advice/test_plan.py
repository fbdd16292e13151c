"""The landing plan: promises about the example companies, and about what a gap in the facts does."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest

from luodi.access import AccessQuestion, access_book, what_is_open
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.advice.steps import steps_book
from luodi.calendar import WorkingCalendar
from luodi.errors import LuodiError
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 24)
FILES = sorted(EXAMPLES.glob("*.yaml"))


def plan(raw, on=TODAY):
    return advise(parse_profile(raw, company_vocabulary()), on=on).as_json()


@cache
def advised(name, on):
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=on)


def example(name, on=TODAY):
    return advised(name, on).as_json()


CLOUD = {
    "plans": [{"service": "B11", "place": "BJ", "share": "100"}],
    "investor": {"country": "SG"},
    "entity_type": "not_established_yet",
    "registered_region_code": "110105",
    "service_coverage": "one_province",
    "operates_website": "true",
    "server_in_mainland": "true",
}


def by_id(rows):
    return {row["id"]: row for row in rows}


class TestEveryExample:
    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    @pytest.mark.parametrize("day", [date(2021, 10, 18), date(2024, 12, 2), TODAY])
    def test_the_plan_hangs_together(self, path, day):
        document = example(path.stem, day)
        steps = by_id(document["steps"])
        assert document["totals"]["steps"] == len(steps)
        assert document["totals"]["documents"] == len({d["en"] for s in steps.values() for d in s["documents"]})
        assert document["totals"]["authorities"] == len({s["authority"]["en"] for s in steps.values()})
        for step in steps.values():
            assert set(step["needs"]) <= set(steps)
            assert all(steps[n]["finish"]["min"] <= step["finish"]["min"] for n in step["needs"])
            assert step["lane"] in ("to_open", "to_go_live", "if_you_want")
            assert step["basis"] and all(b["rule"] == step["id"] for b in step["basis"])
        numbered = [source["n"] for source in document["sources"]]
        assert numbered == list(range(1, len(numbered) + 1))
        cited = {b["instrument"] for s in steps.values() for b in s["basis"]}
        assert cited <= {source["instrument"] for source in document["sources"]}

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    @pytest.mark.parametrize("day", [date(2024, 12, 2), TODAY])
    def test_no_range_ends_before_it_begins_and_an_open_step_ends_nothing(self, path, day):
        document = example(path.stem, day)
        for step in (*document["steps"], *document["open_steps"]):
            for span in (step["start"], step["finish"]):
                assert span["max"] is None or span["min"] <= span["max"]
            if step["time"]["rests"] == "open":
                assert step["finish"]["max"] is None and step["time"]["max_working_days"] is None
        duration = document["totals"]["duration"]
        if duration is not None and duration["open"]:
            assert duration["max_working_days"] is None and duration["opens_on"]["latest"] is None

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_the_duration_is_that_of_the_required_steps_to_open(self, path):
        document = example(path.stem)
        duration = document["totals"]["duration"]
        to_open = [s for s in document["steps"] if s["lane"] == "to_open" and not s["preparation"]]
        assert (duration is None) == (not to_open)
        if duration is not None:
            assert duration["min_working_days"] == max(s["finish"]["min"] for s in to_open)
            opens = document["access"] or path.stem != "plum-courtyard"  # that one is there and asks for support only
            assert document["page_one"]["duration"] == (duration if opens else None)

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_page_one_is_short_and_says_nothing_that_the_rest_does_not(self, path):
        document = example(path.stem)
        one, steps = document["page_one"], by_id(document["steps"])
        policies = by_id(document["policies"])
        assert len(one["conditions"]) <= 3 and len(one["risks"]) <= 3 and len(one["unknown"]) <= 3
        assert len(one["next"]) <= 5 and all(act["step"] in steps or act["policy"] in policies for act in one["next"])
        assert len({licence["id"] for licence in one["licences"]}) == len(one["licences"])
        assert {u["attribute"] for u in one["unknown"]} <= {q["attribute"] for q in document["questions"]}

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_every_text_stands_in_both_languages(self, path):
        def texts(value):
            if isinstance(value, dict):
                if "zh" in value and "en" in value:
                    yield value
                for item in value.values():
                    yield from texts(item)
            elif isinstance(value, list):
                for item in value:
                    yield from texts(item)

        found = list(texts(example(path.stem)))
        assert found and all(text["zh"] and text["en"] for text in found)

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_the_document_is_read_back_as_the_plan_that_it_is(self, path):
        made = advise(read_profile(path, company_vocabulary()), on=TODAY)
        assert LandingPlan.of(json.loads(json.dumps(made.as_json()))).as_json() == made.as_json()


class TestSteps:
    def test_the_approval_that_decides_is_open_and_no_last_day_is_named(self):
        document = plan(CLOUD, date(2024, 12, 2))
        duration = document["totals"]["duration"]
        assert "vats-pilot-approval" in duration["open"]
        assert duration["max_working_days"] is None and duration["opens_on"]["latest"] is None
        # Papers 3 to 20, registration 1 to 5: what can be told stands apart from what cannot.
        assert duration["known"]["min"] == duration["min_working_days"] and duration["known"]["max"] >= 25

    def test_what_is_known_of_its_like_stands_beside_and_in_no_figure(self):
        step = by_id(plan(CLOUD)["steps"])["vats-pilot-approval"]
        assert step["time"]["usual"]["max"] == 128 and step["time"]["law"]["days"] == 60
        assert step["time"]["max_working_days"] is None and step["critical"]

    def test_papers_and_registration_come_one_after_the_other(self):
        steps = by_id(plan(CLOUD)["steps"])
        papers, founding = steps["foreign-investor-identity-authentication"], steps["establishment-registration"]
        assert papers["preparation"] and papers["finish"] == {"min": 3, "max": 20}
        assert founding["start"] == papers["finish"] and founding["finish"] == {"min": 4, "max": 25}
        assert papers["critical"] and founding["critical"]

    def test_the_pilot_approval_stands_in_the_place_of_the_licence(self):
        steps = by_id(plan(CLOUD)["steps"])
        assert "vats-licence-intra-provincial" not in steps
        assert [a["id"] for a in steps["vats-pilot-approval"]["alternatives"]] == ["vats-licence-intra-provincial"]

    def test_a_licence_has_the_one_name_of_its_reach(self):
        for codes, name in ((["B24"], "增值电信业务经营许可证"), (["B25"], None)):
            found = plan({**CLOUD, "telecom_service_codes": codes})["page_one"]["licences"]
            names = [row["name"]["zh"] for row in found]
            assert not [text for text in names if " / " in text]
            assert name is None or name in names

    def test_but_not_for_a_service_outside_the_pilot(self):
        raw = {**CLOUD, "telecom_service_codes": ["B11", "B24"]}
        steps = by_id(plan(raw)["steps"])
        assert {"vats-pilot-approval", "vats-licence-intra-provincial"} <= set(steps)

    def test_what_is_handed_in_together_takes_no_time_of_its_own(self):
        steps = by_id(plan(CLOUD)["steps"])
        host, guest = steps["establishment-registration"], steps["fdi-initial-report"]
        assert guest["runs_with"] == host["id"] and guest["time"]["rests"] == "with"
        assert guest["finish"] == host["finish"]

    def test_a_step_of_law_alone_takes_a_day_at_least_and_the_law_at_most(self):
        step = by_id(plan({**CLOUD, "telecom_service_codes": ["B24"]})["steps"])["mlps-grading-and-filing"]
        assert (step["time"]["min_working_days"], step["time"]["max_working_days"]) == (1, 10)

    def test_a_missing_fact_leaves_a_step_open_with_its_name(self):
        document = plan({k: v for k, v in CLOUD.items() if k != "operates_website"})
        assert "icp-filing" not in by_id(document["steps"])
        assert by_id(document["open_steps"])["icp-filing"]["missing"] == ["operates_website"]

    def test_what_a_missing_fact_may_add_lengthens_the_upper_end_only(self):
        without = {**CLOUD, "telecom_service_codes": ["B24"], "security_sensitive_sector": "none"}
        asked = {k: v for k, v in without.items() if k != "security_sensitive_sector"}
        known, open_ = (plan(raw)["totals"]["duration"] for raw in (without, asked))
        assert "foreign-investment-security-review" in open_["unsettled"]
        assert open_["min_working_days"] == known["min_working_days"] and open_["max_working_days"] is None

    def test_optional_steps_are_on_no_path(self):
        without, with_mark = plan(CLOUD), plan({**CLOUD, "brands_to_protect": "true"})
        mark = by_id(with_mark["steps"])["trademark-registration"]
        assert mark["lane"] == "if_you_want" and not mark["critical"] and mark["finish"]["min"] > 100
        assert with_mark["totals"]["duration"] == without["totals"]["duration"]

    def test_duties_and_rights_are_no_steps(self):
        document = plan(CLOUD)
        steps, duties = by_id(document["steps"]), by_id(document["obligations"])
        assert {"annual-report", "fdi-change-report", "psb-network-filing"}.isdisjoint(steps)
        assert {"annual-report", "psb-network-filing"} <= set(duties)
        assert all(duty["right"] == (name == "fie-complaint") for name, duty in duties.items())

    def test_a_foreign_applicant_goes_to_the_ministry(self):
        raw = {**CLOUD, "telecom_service_codes": ["B24"]}
        assert by_id(plan(raw)["steps"])["vats-licence-intra-provincial"]["authority"]["level"] == "national"

    def test_a_step_begins_with_its_rule_and_stands_under_coming_before(self):
        raw = {**CLOUD, "generative_ai_to_public": "true"}
        before, after = plan(raw, date(2025, 8, 31)), plan(raw, date(2025, 9, 1))
        assert "ai-content-labelling" not in by_id(before["steps"])
        assert by_id(before["coming"])["ai-content-labelling"]["begins"] == "2025-09-01"
        assert "ai-content-labelling" in by_id(after["steps"])


class TestFactsFromThePlan:
    def test_share_and_services_follow_from_the_plan_and_are_shown(self):
        derived = {row["attribute"]: row["value"] for row in plan(CLOUD)["derived"]}
        assert derived["foreign_share"] == 1 and derived["telecom_service_codes"] == ["B11"]

    def test_a_given_fact_is_never_replaced(self):
        document = plan({**CLOUD, "foreign_share": "0.3"})
        assert "foreign_share" not in {row["attribute"] for row in document["derived"]}

    def test_two_shares_derive_none(self):
        raw = {**CLOUD, "plans": [*CLOUD["plans"], {"service": "B12", "place": "BJ", "share": "40"}]}
        assert "foreign_share" not in {row["attribute"] for row in plan(raw)["derived"]}


class TestPolicies:
    def test_policies_of_other_regions_stand_aside_with_the_reason(self):
        document = example("qinghe-model")
        aside = by_id(document["policies_beside"])
        assert aside["gd-2026-si-subsidy"]["why"]["en"] == "a policy of another region"
        assert "gd-2026-si-subsidy" not in by_id(document["policies"])

    def test_an_amount_is_given_only_where_its_facts_are(self):
        document = example("qinghe-model")
        policies = by_id(document["policies"])
        assert policies["cn-rd-super-deduction-100"]["amount"] == {"currency": "CNY", "value": 16_000_000}
        assert policies["cn-hire-veterans"]["amount"] is None

    def test_claiming_twice_is_warned_of(self):
        pairs = [set(o["policies"]) for o in example("rhein-werk-platform")["overlaps"]]
        assert {"cn-rd-super-deduction-100", "cn-rd-super-deduction-120-ic"} in pairs

    def test_a_low_confidence_policy_never_decides(self):
        for document in (example("lantern-isle-cloud"), example("qinghe-model")):
            assert all(p["decides"] == (p["confidence"] != "low") for p in document["policies"])

    def test_an_expired_certificate_does_not_count(self):
        before = by_id(example("qinghe-model", date(2027, 10, 25))["policies"])["cn-cit-hnte-15"]["answer"]
        after = example("qinghe-model", date(2027, 10, 26))
        assert before == "match"
        assert by_id(after["policies"])["cn-cit-hnte-15"]["answer"] == "no_match"
        assert any("hnte" in warning["en"] for warning in after["warnings"])


class TestClosedServices:
    GAME: ClassVar = {"investor": {"country": "JP"}, "plans": [{"service": "C-GAME", "place": "BJ", "share": "100"}]}

    def test_a_no_has_no_steps_no_schedule_and_lawful_routes_in_their_place(self):
        document = plan(self.GAME)
        assert document["verdict"] == "not_allowed" and document["access"][0]["cap"] == 0
        assert document["steps"] == [] and document["open_steps"] == []
        assert document["totals"]["duration"] is None and document["page_one"]["duration"] is None
        offers = [route for route in document["routes"] if route["standing"] == "offer"]
        assert offers and all(route["basis"] and route["gives_up"]["en"] for route in offers)

    def test_what_a_route_leads_to_is_what_the_engine_answers_there(self):
        raw = {"investor": {"country": "DE"}, "plans": [{"service": "B11", "place": "CN", "share": "100"}]}
        route = by_id(plan(raw)["routes"])["pilot-place"]
        for there in route["access"]:
            asked = {"service": "B11", "share": "100", "investor": "DE", **there["set"]}
            found = what_is_open(AccessQuestion.parse(asked, access_book()), access_book(), on=TODAY)
            assert found.verdict.value == there["answer"] and found.is_open

    def test_control_by_contract_and_what_is_only_recalled_are_never_offered(self):
        routes = plan(self.GAME)["routes"]
        assert all(route["standing"] != "offer" for route in routes if route["confidence"] == "low")

    def test_the_open_service_of_two_keeps_its_steps(self):
        document = example("sakura-games")
        assert document["verdict"] == "mixed" and document["steps"]
        assert "game-publication-approval" not in by_id(document["steps"])

    def test_an_unknown_investor_is_asked_for_first(self):
        raw = {k: v for k, v in CLOUD.items() if k != "investor"}
        assert plan(raw)["questions"][0]["attribute"] == "investor"


class TestQuestions:
    def test_each_question_says_how_much_it_decides_and_for_what(self):
        for question in plan(CLOUD)["questions"]:
            assert question["decides"] == len(question["for"]) or question["decides"] == 0
            settles = question["settles"]
            assert settles["access"] + settles["steps"] + settles["policies"] > 0
            assert question["text"]["zh"] and question["text"]["en"]

    def test_a_known_fact_is_never_asked(self):
        asked = {q["attribute"] for q in plan(CLOUD)["questions"]}
        assert asked.isdisjoint(CLOUD)


class TestObligations:
    def test_the_first_annual_report_is_due_the_year_after_founding(self):
        due = by_id(plan(CLOUD, date(2024, 12, 2))["obligations"])["annual-report"]["next_due"]
        assert due == "2025-06-30"

    @pytest.mark.parametrize(("day", "due"), [("2026-06-30", "2026-06-30"), ("2026-07-01", "2027-06-30")])
    def test_the_window_of_the_day_decides_the_next_one(self, day, due):
        raw = {"entity_type": "limited_company", "founded_date": "2020-01-01"}
        assert by_id(plan(raw, date.fromisoformat(day))["obligations"])["annual-report"]["next_due"] == due


def test_days_after_the_last_announcement_are_said_to_be_provisional():
    assert plan(CLOUD, date(2024, 12, 2))["calendar"]["note"] is None
    late = plan(CLOUD, WorkingCalendar.china().announced_through)
    assert "not announced" in late["calendar"]["note"]["en"]


def test_an_empty_profile_gets_a_plan_of_questions():
    document = plan({})
    assert document["access"] == [] and document["verdict"] is None
    assert document["questions"]


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({"plans": [{"service": "B111", "place": "BJ", "share": "50"}]}, "B11"),
        ({"plans": [{"servce": "B11"}]}, "`service`"),
        ({"plans": [{"service": "B11", "place": "BJ", "share": "101"}]}, "above 100"),
        ({"investor": {"land": "DE"}}, "country"),
        ({"employes": "5"}, "`employees`"),
    ],
)
def test_bad_input_names_the_nearest_valid_word(raw, hint):
    with pytest.raises(LuodiError, match=hint):
        plan(raw)


def test_the_steps_book_has_no_cycle_and_no_dangling_name():
    assert len(steps_book().steps) == 98


NO_REGION = {k: v for k, v in CLOUD.items() if k != "registered_region_code"}


class TestTheRegionOfThePlan:
    def test_a_place_in_beijing_settles_what_needs_no_district(self):
        document = plan(NO_REGION)
        assert "vats-pilot-approval" in by_id(document["steps"])
        region = next(row for row in document["derived"] if row["attribute"] == "registered_region_code")
        assert region["value"] == "11.." and "district" in region["from"]["en"]

    def test_but_a_district_policy_stays_open(self):
        policies = by_id(plan({**NO_REGION, "entity_type": "limited_company"})["policies"])
        assert "registered_region_code" in policies["bj-chaoyang-mnc-hq-rent"]["missing"]

    def test_places_in_two_provinces_settle_nothing(self):
        raw = {**NO_REGION, "plans": [*CLOUD["plans"], {"service": "B11", "place": "SZ", "share": "100"}]}
        assert "registered_region_code" in by_id(plan(raw)["open_steps"])["vats-pilot-approval"]["missing"]


class TestHoldings:
    def test_the_share_is_looked_through_and_the_way_out_is_a_small_transfer(self):
        document = example("mill-weaver")
        first = document["access"][0]
        assert (first["answer"], first["holdings"]["percent"]) == ("not_allowed", ["52.25", "52.25"])
        assert first["would_change"][0]["set"]["transfer"]["percent"] == "2.25"
        assert "buys 2.25 %" in first["would_change"][0]["label"]["en"]
        assert "2.25 points above the cap" in first["chain"][0]["text"]["en"]

    def test_a_share_that_nobody_knows_leaves_the_plan_open_and_asks_for_it(self):
        held = {"company": "M", "nodes": {"M": "company", "F": "foreign"}}
        held["stakes"] = [{"owner": "F", "company": "M", "share": "?"}]
        document = plan({"investor": {"country": "DE"}, "plans": [{"service": "B25", "place": "BJ"}], "holdings": held})
        assert (document["verdict"], document["access"][0]["missing"]) == ("unknown", ["holdings"])
        first = document["questions"][0]
        assert (first["attribute"], first["for"], first["plan"]) == ("share", ["access-1"], 0)

    def test_foreign_share_and_control_follow_from_them_and_are_shown(self):
        derived = {row["attribute"]: row for row in example("mill-weaver")["derived"]}
        assert derived["foreign_share"]["value"] == 0.5225
        assert derived["foreign_investor_obtains_control"]["value"] is True
        assert derived["foreign_share"]["from"]["en"] == "looked through the holdings"

    def test_a_share_named_in_the_plan_that_the_holdings_contradict_leaves_the_answer_open(self):
        raw = {
            "plans": [{"service": "B25", "place": "BJ", "share": "50"}],
            "investor": {"country": "DE"},
            "holdings": {
                "company": "m",
                "nodes": {"m": "company", "f": "foreign"},
                "stakes": [{"owner": "f", "company": "m", "share": "1"}],
            },
        }
        first = plan(raw)["access"][0]
        assert (first["answer"], first["without_gates"]) == ("unknown", "allowed")

    def test_bad_holdings_name_the_file_and_the_record(self):
        raw = {"plans": [{"service": "B25", "place": "BJ"}], "holdings": {"company": "m", "nodes": {"m": "compny"}}}
        with pytest.raises(LuodiError, match="holdings"):
            plan(raw)


def test_a_yearly_duty_is_due_by_its_window_and_does_not_wander_through_short_years(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from types import SimpleNamespace

    from luodi.advice import obligations

    assert obligations.year_after("annual-report", date(2027, 6, 30)) == date(2028, 6, 30)
    assert obligations.year_after("a-step-that-is-gone", date(2028, 2, 29)) == date(2029, 2, 28)
    rule = SimpleNamespace(gives={"recurs": {"every": "year", "window": "01-01/02-29"}})
    monkeypatch.setattr(obligations, "load_book", lambda _: SimpleNamespace(by_id={"leap": rule}))
    day, seen = date(2028, 2, 29), []
    for _ in range(4):
        day = obligations.year_after("leap", day)
        seen.append(day.isoformat())
    assert seen == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
