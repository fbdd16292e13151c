"""Who is asked what: never what nobody has yet, never what another fact answers, never twice."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.advice.asking import (
    EXISTS,
    KIND,
    OF_THE_FOUR,
    can_be_asked,
    conditions,
    following,
    follows,
    implied,
    later,
    settles,
    why_not,
    worth_asking,
)
from luodi.advice.lines import ask
from luodi.advice.question import shape
from luodi.profiles.facts import Facts
from luodi.rules.library import company_vocabulary, load_book

DAY = date(2026, 12, 1)
CLOUD = {"investor": {"country": "SG"}, "plans": [{"service": "B11", "place": "BJ", "share": 100}]}


def facts(**given: Any) -> Facts:
    vocabulary = company_vocabulary()
    return Facts(vocabulary, vocabulary.parse_facts(given))


def question(name: str, *ids: str) -> dict[str, Any]:
    return {**shape(company_vocabulary()[name]), "decides": len(ids), "for": list(ids)}


def asked(questions: list[dict[str, Any]], **given: Any) -> list[str]:
    return [found["attribute"] for found in worth_asking(questions, facts(**given), DAY)]


def plan(**given: Any) -> dict[str, Any]:
    return ask("advise", {"profile": {**CLOUD, **given}}, today=DAY)


# ---- the conditions


def test_each_fact_has_one_condition_and_every_name_is_of_the_vocabulary() -> None:
    rows = load_book("vocabulary").tables["asking"]
    names = [name for row in rows for names in row["ask"] for name in names]
    assert len(names) == len(set(names)) == len(conditions())
    assert set(names) <= set(company_vocabulary().attributes)
    assert all(row["says"]["zh"] and row["says"]["en"] for row in rows)


def test_no_condition_waits_for_itself() -> None:
    for name in conditions():
        assert name not in can_be_asked(name, facts(), DAY).missing


# ---- what follows


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({EXISTS: False}, {KIND: "not_established_yet"}),
        ({EXISTS: True}, {}),
        ({}, {}),
        ({KIND: "not_established_yet"}, {EXISTS: False}),
        ({KIND: "branch"}, {EXISTS: True}),
        ({"founded_date": "2020-01-01"}, {EXISTS: True}),
        ({"operates_app": True}, {}),
        ({EXISTS: False, KIND: "branch"}, {}),
    ],
)
def test_whether_there_is_a_company_follows_from_what_is_known(given: dict[str, Any], found: dict[str, Any]) -> None:
    assert implied(company_vocabulary().parse_facts(given)) == found


# ---- what is asked


def test_what_only_a_company_knows_waits_for_whether_there_is_one() -> None:
    found = worth_asking([question("employees", "a", "b"), question("operates_app", "c")], facts(), DAY)
    assert [row["attribute"] for row in found] == [EXISTS, "operates_app"]
    assert found[0]["for"] == ["a", "b"] and found[0]["decides"] == 2


def test_without_a_company_it_is_not_asked_and_with_one_it_is() -> None:
    questions = [question("employees", "a"), question("entity_type", "b"), question("operates_app", "c")]
    assert asked(questions, has_mainland_company=False) == ["operates_app"]
    assert asked(questions, entity_type="not_established_yet") == ["operates_app"]
    assert asked(questions, has_mainland_company=True) == ["employees", "entity_type", "operates_app"]


def test_data_that_has_not_left_cannot_be_counted() -> None:
    questions = [question("pi_export_count_ytd", "a")]
    assert asked(questions, has_mainland_company=True) == ["exports_pi"]
    assert asked(questions, has_mainland_company=True, exports_pi=True) == ["pi_export_count_ytd"]
    assert asked(questions, has_mainland_company=True, exports_pi=False) == []
    assert asked(questions, has_mainland_company=False, exports_pi=True) == []


def test_a_question_that_waits_for_one_that_waits_leads_to_the_first() -> None:
    assert asked([question("reinvested_profit_cny", "a")]) == [EXISTS]


@pytest.mark.parametrize(("country", "expected"), [("HK", 1), ("MO", 1), ("SG", 0)])
def test_the_certificate_is_asked_of_hong_kong_and_macao(country: str, expected: int) -> None:
    found = asked(
        [question("hk_macao_service_supplier", "a")], foreign_share="0.5", foreign_investor_countries=[country]
    )
    assert len(found) == expected


def test_what_was_asked_in_other_words_is_not_asked_again() -> None:
    assert asked([question(name, "a") for name in sorted(OF_THE_FOUR)]) == []


def test_the_question_that_comes_first_explains_itself() -> None:
    gate = worth_asking([question("employees", "a")], facts(), DAY)[0]
    assert all(set(gate[part]) == {"zh", "en"} for part in ("help", "example", "where"))


def test_why_a_fact_is_not_asked_can_be_said_in_both_languages() -> None:
    assert set(why_not("employees")) == {"zh", "en"}


@given(
    st.lists(st.sampled_from(sorted(company_vocabulary().attributes)), unique=True, max_size=12),
    st.booleans() | st.none(),
)
def test_nothing_is_asked_twice_and_what_is_asked_can_be(names: list[str], exists: bool | None) -> None:
    known = {} if exists is None else {EXISTS: exists}
    found = asked([question(name, "a") for name in names if name not in known], **known)
    assert len(found) == len(set(found))
    whole = facts(**known)
    assert all(can_be_asked(name, whole.having(implied(whole.given)), DAY).truth for name in found)


# ---- in a plan


def test_a_plan_asks_first_whether_there_is_a_company_and_fewer_questions_without_one() -> None:
    open_, without, with_one = plan(), plan(has_mainland_company=False), plan(has_mainland_company=True)
    assert open_["questions"][0]["attribute"] == EXISTS
    assert len(without["questions"]) < len(with_one["questions"]) / 2
    assert "entity_type" not in [q["attribute"] for q in without["questions"]]
    assert EXISTS not in [q["attribute"] for q in (*without["questions"], *with_one["questions"])]


def test_a_company_that_is_not_there_yet_gets_its_steps_as_before() -> None:
    before, now = plan(entity_type="not_established_yet"), plan(has_mainland_company=False)
    assert [s["id"] for s in before["steps"]] == [s["id"] for s in now["steps"]]


def test_later_questions_come_by_the_steps_they_settle_without_those_left_out() -> None:
    found = later(plan(has_mainland_company=True))
    assert [one.question for one in found] == plan(has_mainland_company=True)["questions"]
    undecided = {row["id"]: row for row in plan(has_mainland_company=True)["open_steps"]}
    worth = [
        sum(
            len(set(undecided[i]["missing"]) & set(one.question["attributes"])) / len(undecided[i]["missing"])
            for i in one.question["for"]
            if i in undecided
        )
        for one in found
    ]
    assert worth[0] > 5 and worth[0] >= max(worth) - 1 and worth[-1] == 0  # lanes weigh a little
    first = found[0].question["attributes"]
    rest = later(plan(has_mainland_company=True), first)
    assert not {name for one in rest for name in one.question["attributes"]} & set(first)


def test_what_an_answer_settles_is_what_lacks_nothing_else() -> None:
    document = plan(has_mainland_company=False)
    for one in document["questions"]:
        found = settles(one, document)
        assert found.alone + found.helps == len(set(one["for"]))
        rows = [
            row
            for row in (*document["open_steps"], *document["offered_steps"])
            if row["id"] in one["for"] and set(row["missing"]) <= set(one["attributes"])
        ]
        assert found.steps == len(rows)


# ---- what follows


def test_what_follows_by_law_or_by_its_meaning_is_not_asked_and_never_replaces_what_was_said() -> None:
    vocabulary = company_vocabulary()
    told = vocabulary.parse_facts({"entity_type": "limited_company", "exports_pi": False})
    found = {name: value for name, (value, _) in follows(told, DAY).items()}
    assert found["is_resident_enterprise"] is True and found["pi_export_count_ytd"] == 0
    said = vocabulary.parse_facts({"entity_type": "limited_company", "is_resident_enterprise": False})
    assert "is_resident_enterprise" not in follows(said, DAY)
    assert follows(vocabulary.parse_facts({"entity_type": "branch"}), DAY) == {}


def test_each_row_of_what_follows_says_why_in_both_languages_and_holds_its_own_condition() -> None:
    assert all(row.says["zh"] and row.says["en"] and row.then for row in following())


def test_what_follows_stands_among_the_derived_facts_with_its_reason() -> None:
    rows = {row["attribute"]: row for row in plan(entity_type="limited_company")["derived"]}
    assert "Enterprise Income Tax Law" in rows["is_resident_enterprise"]["from"]["en"]


# ---- readings


def test_what_is_so_for_every_share_of_the_plans_is_decided() -> None:
    plans = [{"service": "B24", "place": "BJ", "share": 100}, {"service": "B11", "place": "BJ", "share": 50}]
    document = ask(
        "advise", {"profile": {"investor": {"country": "HK", "cepa_qualified": True}, "plans": plans}}, today=DAY
    )
    lacking = {name for row in document["open_steps"] for name in row["missing"]}
    assert "fdi-initial-report" in {row["id"] for row in document["steps"]} and "foreign_share" not in lacking


def test_a_company_that_exists_founds_none_whatever_its_kind() -> None:
    document = plan(has_mainland_company=True)
    ids = {row["id"] for row in (*document["steps"], *document["open_steps"])}
    assert "establishment-registration" not in ids and "beneficial-owner-filing" in ids


def test_what_a_closed_service_says_is_asked_of_the_open_one() -> None:
    plans = [{"service": "C-GAME", "place": "BJ", "share": 100}, {"service": "B21-EC", "place": "BJ", "share": 100}]
    document = ask("advise", {"profile": {"investor": {"country": "JP"}, "plans": plans}}, today=DAY)
    assert "content_services" in {q["attribute"] for q in document["questions"]}


# ---- on offer


def test_what_nobody_has_to_take_is_on_offer_and_says_whom_it_is_for() -> None:
    document = plan()
    offered = {row["id"]: row for row in document["offered_steps"]}
    assert "trademark-registration" in offered and offered["trademark-registration"]["only_if"]
    assert all(row["obligation"] == "optional" and row["lane"] == "if_you_want" for row in offered.values())
    assert not [r for r in document["open_steps"] if r["obligation"] == "optional" and r["lane"] == "if_you_want"]
    assert document["totals"]["steps_offered"] == len(offered)
