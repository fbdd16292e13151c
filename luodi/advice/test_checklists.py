"""Checklists: one question for several facts, and an answer for each of them that somebody gave."""

from datetime import date
from typing import Any

import pytest

from luodi.advice.asking import later
from luodi.advice.checklists import checklist, checklists, ticked, together, without
from luodi.advice.dialogue import Dialogue
from luodi.advice.lines import ask
from luodi.advice.question import shape
from luodi.errors import BadInput, UnknownKey
from luodi.rules.library import company_vocabulary

DAY = date(2026, 12, 1)
CLOUD = {"investor": {"country": "SG"}, "plans": [{"service": "B11", "place": "BJ", "share": 100}]}


def plan(**given: Any) -> dict[str, Any]:
    return ask("advise", {"profile": {**CLOUD, "has_mainland_company": False, **given}}, today=DAY)


def listed(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(q for q in document["questions"] if q["checklist"] == name)


def question(name: str, *ids: str) -> dict[str, Any]:
    return {**shape(company_vocabulary()[name]), "for": list(ids)}


def test_each_checklist_has_words_in_both_languages_and_help_for_each_item() -> None:
    for one in checklists().values():
        assert all(text[lang] for text in (one.label, one.text, one.help) for lang in ("zh", "en"))
        assert len(one.items) > 1


def test_a_name_that_is_none_gets_the_nearest() -> None:
    with pytest.raises(UnknownKey, match="service-features"):
        checklist("service-featres")


def test_facts_of_one_theme_are_one_question_and_one_left_alone_is_its_own() -> None:
    rows = [question("operates_app", "a"), question("mlps_level", "b"), question("operates_website", "a", "c")]
    made = together(rows)
    assert [row["checklist"] for row in made] == ["service-features", None]
    assert made[0]["attributes"] == ["operates_website", "operates_app"] and made[0]["for"] == ["a", "c"]
    assert made[0]["attribute"] == "operates_website"  # decides most
    alone = together([question("operates_app", "a")])[0]
    assert alone["checklist"] is None and alone["attributes"] == ["operates_app"] and alone["type"] == "boolean"


def test_no_item_is_known_already_and_a_known_one_leaves_the_list() -> None:
    before = listed(plan(), "service-features")["attributes"]
    after = listed(plan(operates_app=True), "service-features")["attributes"]
    assert "operates_app" in before and after == [name for name in before if name != "operates_app"]


def test_the_shape_that_programs_were_promised_still_holds() -> None:
    for q in plan()["questions"]:
        assert q["attribute"] in q["attributes"] and q["decides"] == len(q["for"]) and all(q["for"])


def test_a_program_that_answers_one_fact_at_a_time_goes_on() -> None:
    q = listed(plan(), "service-features")
    again = listed(
        plan(**{q["attribute"]: ["none"] if q["attribute"] == "pi_high_risk_processing" else True}), "service-features"
    )
    assert q["attribute"] not in again["attributes"]


# ---- ticks


def test_a_tick_is_a_yes_no_tick_a_no_and_not_sure_stays_unknown() -> None:
    q = listed(plan(), "service-features")
    found = ticked(q, ["operates_website", "pi_high_risk_processing:sensitive_pi"], ["operates_app"])
    assert found["operates_website"] is True and found["operates_app"] is None
    assert found["generative_ai_to_public"] is False and found["pi_high_risk_processing"] == ["sensitive_pi"]


def test_a_set_without_a_tick_is_none_and_one_that_is_half_unsure_is_not_known() -> None:
    q = listed(plan(), "service-features")
    assert ticked(q, [])["pi_high_risk_processing"] == ["none"]
    half = ticked(q, ["pi_high_risk_processing:sensitive_pi"], ["pi_high_risk_processing:automated_decision"])
    assert half["pi_high_risk_processing"] is None


@pytest.mark.parametrize(("ticks", "unsure"), [(["no_such"], []), (["operates_app"], ["operates_app"])])
def test_a_tick_that_cannot_be_is_refused(ticks: list[str], unsure: list[str]) -> None:
    with pytest.raises(BadInput):
        ticked(listed(plan(), "service-features"), ticks, unsure)


# ---- in a dialogue


def opened() -> Dialogue:
    dialogue = Dialogue()
    for name, text in (("investor", "sg"), ("service", "B11"), ("place", "BJ"), ("share", "100")):
        dialogue.answer(name, text)
    dialogue.answer("has_mainland_company", "false")
    return dialogue


def test_the_ticks_of_a_dialogue_are_the_facts_of_its_plan_and_back_takes_all_of_them() -> None:
    dialogue = opened()
    q = dialogue.question(DAY)
    assert q is not None and q["checklist"]
    dialogue.tick(q, q["items"][0]["ticks"][:1], q["items"][1]["ticks"][:1])
    assert dialogue.profile[q["attributes"][0]] and q["attributes"][1] in dialogue.not_sure
    again = Dialogue.resume(dialogue.saved(), at="saved.yaml")
    assert again.question(DAY) == dialogue.question(DAY) != q
    assert again.back() == "+".join(q["attributes"])
    assert again.question(DAY) == q


def test_what_one_is_not_sure_of_is_left_out_of_the_list_and_the_rest_is_still_asked() -> None:
    document = plan()
    q = listed(document, "service-features")
    left = without(q, q["attributes"][:1])
    assert left is not None and left["attributes"] == q["attributes"][1:]
    assert without(q, q["attributes"]) is None
    last = without(q, q["attributes"][:-1])
    assert last is not None and last["checklist"] is None and last["attribute"] == q["attributes"][-1]
    names = [one.name for one in later(document, q["attributes"])]
    assert "service-features" not in names
