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


def test_later_questions_come_by_what_they_are_worth_without_those_left_out() -> None:
    found = later(plan(has_mainland_company=True))
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    first = found[0].question["attribute"]
    assert first not in [one.question["attribute"] for one in later(plan(has_mainland_company=True), [first])]


def test_what_an_answer_settles_is_what_lacks_nothing_else() -> None:
    document = plan(has_mainland_company=False)
    for one in document["questions"]:
        found = settles(one, document)
        assert found.alone + found.helps == len(set(one["for"]))
        rows = [row for row in document["open_steps"] if row["missing"] == [one["attribute"]]]
        assert found.steps == len(rows)
