"""The landing plan: promises about the six example companies, and about what a gap in the facts does."""

from datetime import date
from pathlib import Path

import pytest

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
    return advise(parse_profile(raw, company_vocabulary()), on=on)


def example(name, on=TODAY):
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=on)


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
        document = advise(read_profile(path, company_vocabulary()), on=day)
        steps = by_id(document["steps"])
        assert document["totals"]["steps"] == len(steps)
        assert document["totals"]["documents"] == len({d["en"] for s in steps.values() for d in s["documents"]})
        assert document["totals"]["authorities"] == len({s["authority"]["en"] for s in steps.values()})
        for step in steps.values():
            assert set(step["needs"]) <= set(steps)
            assert all(steps[n]["earliest_finish"] <= step["earliest_finish"] for n in step["needs"])
            if step["working_days"] is not None:
                assert step["earliest_finish"] - step["earliest_start"] == step["working_days"]
            assert step["basis"] and all(b["rule"] == step["id"] for b in step["basis"])
            assert step["critical"] == (step["slack_days"] == 0)
        critical = [s["earliest_finish"] for s in steps.values() if s["critical"]]
        assert max(critical, default=0) == document["totals"]["working_days_critical"]
        assert min((s["earliest_start"] for s in steps.values()), default=0) == 0
        numbered = [source["n"] for source in document["sources"]]
        assert numbered == list(range(1, len(numbered) + 1))
        cited = {b["instrument"] for s in steps.values() for b in s["basis"]}
        assert cited <= {source["instrument"] for source in document["sources"]}

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

        found = list(texts(advise(read_profile(path, company_vocabulary()), on=TODAY)))
        assert found and all(text["zh"] and text["en"] for text in found)


class TestSteps:
    def test_the_cloud_company_takes_38_working_days_on_its_critical_path(self):
        document = plan(CLOUD, date(2024, 12, 2))
        assert document["totals"]["working_days_critical"] == 38
        # The day it starts from does not count (Civil Code, article 201), so the 38th day is 24 January.
        assert document["totals"]["finish_on"] == "2025-01-24"
        assert document["critical_path"][-2:] == ["icp-filing", "psb-network-filing"]

    def test_the_pilot_approval_stands_in_the_place_of_the_licence(self):
        steps = by_id(plan(CLOUD)["steps"])
        assert "vats-licence-intra-provincial" not in steps
        assert [a["id"] for a in steps["vats-pilot-approval"]["alternatives"]] == ["vats-licence-intra-provincial"]

    def test_but_not_for_a_service_outside_the_pilot(self):
        raw = {**CLOUD, "telecom_service_codes": ["B11", "B24"]}
        steps = by_id(plan(raw)["steps"])
        assert {"vats-pilot-approval", "vats-licence-intra-provincial"} <= set(steps)

    def test_certification_is_listed_beside_the_standard_contract(self):
        steps = by_id(example("rhein-werk-platform")["steps"])
        assert [a["id"] for a in steps["pi-export-standard-contract"]["alternatives"]] == ["pi-export-certification"]

    def test_what_is_handed_in_together_adds_no_days(self):
        steps = by_id(plan(CLOUD)["steps"])
        host, guest = steps["establishment-registration"], steps["fdi-initial-report"]
        assert guest["runs_with"] == host["id"] and guest["working_days"] == 0
        assert guest["earliest_finish"] == host["earliest_finish"]

    def test_a_step_without_a_time_counts_nothing_and_says_so(self):
        step = by_id(plan(CLOUD)["steps"])["vats-pilot-approval"]
        assert step["working_days"] is None
        assert step["earliest_start"] == step["earliest_finish"]
        assert "no text gives a time" in step["basis_of_days"]["en"]

    def test_calendar_days_are_converted_by_the_calendar_and_say_so(self):
        step = by_id(plan({**CLOUD, "telecom_service_codes": ["B24"]}, date(2024, 12, 2))["steps"])[
            "vats-licence-intra-provincial"
        ]
        assert (
            step["working_days"] == 38
        )  # 60 days from 5 December 2024 end on 3 February 2025; the Spring Festival lies between
        assert "60 calendar days" in step["basis_of_days"]["en"]

    def test_a_missing_fact_leaves_a_step_open_with_its_name(self):
        document = plan({k: v for k, v in CLOUD.items() if k != "operates_website"})
        assert "icp-filing" not in by_id(document["steps"])
        assert by_id(document["open_steps"])["icp-filing"]["missing"] == ["operates_website"]

    def test_an_open_step_counts_as_in_the_plan_for_what_waits_on_it(self):
        raw = {k: v for k, v in CLOUD.items() if k not in ("entity_type",)}
        document = plan(raw)
        step = by_id(document["steps"])["tax-registration"]
        assert step["waits_on_open"] == ["establishment-registration"]
        assert step["earliest_start"] == 3 and step["needs"] == []

    def test_optional_steps_never_lengthen_the_critical_path(self):
        without, with_mark = plan(CLOUD), plan({**CLOUD, "brands_to_protect": "true"})
        mark = by_id(with_mark["steps"])["trademark-registration"]
        assert mark["earliest_finish"] > 200 and mark["slack_days"] is None
        assert with_mark["totals"]["working_days_critical"] == without["totals"]["working_days_critical"]

    def test_a_foreign_applicant_goes_to_the_ministry(self):
        raw = {**CLOUD, "telecom_service_codes": ["B24"]}
        assert by_id(plan(raw)["steps"])["vats-licence-intra-provincial"]["authority"]["level"] == "national"


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
    def test_a_game_publisher_reads_no_and_the_nearest_open_way(self):
        document = example("sakura-games")
        first = document["access"][0]
        assert (first["answer"], first["cap"]) == ("not_allowed", 0)
        assert any(change["answer"] == "allowed" for change in first["would_change"])
        assert document["verdict"] == "not_allowed"

    def test_an_unknown_investor_is_asked_for_first(self):
        raw = {k: v for k, v in CLOUD.items() if k != "investor"}
        assert plan(raw)["questions"][0]["attribute"] == "investor"


class TestQuestions:
    def test_each_question_says_how_much_it_decides_and_for_what(self):
        for question in plan(CLOUD)["questions"]:
            assert question["decides"] == len(question["for"]) or question["decides"] == 0
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
    assert len(steps_book().steps) == 76


NO_REGION = {k: v for k, v in CLOUD.items() if k != "registered_region_code"}


class TestTheRegionOfThePlan:
    def test_a_place_in_beijing_settles_what_needs_no_district(self):
        document = plan(NO_REGION)
        assert "vats-pilot-approval" in by_id(document["steps"])
        region = next(row for row in document["derived"] if row["attribute"] == "registered_region_code")
        assert region["value"] == "11.." and "district" in region["from"]["en"]

    def test_but_a_district_policy_stays_open(self):
        policies = by_id(plan(NO_REGION)["policies"])
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

    def test_a_share_named_in_the_plan_stands(self):
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
        assert first["answer"] == "allowed" and "holdings" not in first

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
