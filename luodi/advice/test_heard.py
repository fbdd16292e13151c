"""Free text to the questions that remain: what was understood, what not, and never an error for what says nothing."""

from datetime import date
from typing import Any

import pytest

from luodi.advice.lines import ask
from luodi.errors import LuodiError, WrongType

TODAY = date(2026, 12, 1)
FOUR = ["investor", "service", "place", "share"]


def heard(sentence: Any, **more: Any) -> dict[str, Any]:
    return ask("questions", {"sentence": sentence, **more}, today=TODAY)


def names(document: dict[str, Any]) -> list[str]:
    return [row["attribute"] for row in document["questions"]]


@pytest.mark.parametrize(
    "sentence", ["Japanese game studio, wants to publish in Beijing, own all", "日本游戏公司，想在北京独资发行游戏"]
)
def test_a_sentence_that_says_all_four_leaves_none_of_them_to_ask(sentence: str) -> None:
    found = heard(sentence)
    assert found["profile"] == {
        "investor": {"country": "JP"},
        "plans": [{"service": "C-GAME", "place": "BJ", "share": "100"}],
    }
    assert not set(FOUR) & set(names(found))
    assert {row["fact"] for row in found["understood"]["guesses"]} == set(FOUR)


@pytest.mark.parametrize(
    "text", ["", "asdf", "한국어 조건", "🙂", "x" * 10_000, "한국어 " * 4_000, "\n\t,.;", "SELECT 1"]
)
def test_what_says_nothing_leads_to_the_four_questions(text: str) -> None:
    found = heard(text)
    assert names(found)[:4] == FOUR and len(set(names(found))) == len(names(found))
    assert found["understood"]["guesses"] == [] and found["profile"] == {}
    assert found["understood"]["cut"] == (len(text) > 10_000)


def test_words_that_were_not_understood_are_named() -> None:
    assert heard("Swiss zorblax")["understood"]["left"] == ["zorblax"]


def test_two_places_are_both_asked_and_the_next_question_says_it_once() -> None:
    found = heard("a cloud data centre in Shanghai or Beijing")
    assert [plan["place"] for plan in found["profile"]["plans"]] == ["SH", "BJ"]
    assert names(found)[:2] == ["investor", "share"] and len(set(names(found))) == len(names(found))
    whole = heard("a German cloud data centre in Shanghai or Beijing, own all")["profile"]
    plan = ask("advise", {"profile": whole}, today=TODAY)
    assert [row["question"]["place"] for row in plan["access"]] == ["SH", "BJ"] and plan["whole"]["take"] == "BJ"


def test_words_that_may_mean_several_services_are_no_answer_yet() -> None:
    found = heard("German payments company in Beijing")
    (guess,) = [row for row in found["understood"]["guesses"] if row["fact"] == "service"]
    assert guess["value"] is None and guess["others"] and "service" in names(found)
    assert found["understood"]["outside"][0]["holds"][0]["id"] == "payment-licence"


def test_what_the_profile_says_stays() -> None:
    profile = {"investor": {"country": "DE"}, "plans": [{"service": "B11", "place": "SH"}], "exports_pi": False}
    found = heard("Japanese game studio in Beijing, own all", profile=profile)
    assert found["profile"] == {**profile, "plans": [{"service": "B11", "place": "SH", "share": "100"}]}
    assert profile["plans"] == [{"service": "B11", "place": "SH"}]


@pytest.mark.parametrize("sentence", [7, ["a"], {"zh": "a"}, True])
def test_a_sentence_is_a_text(sentence: Any) -> None:
    with pytest.raises(WrongType, match="`sentence` is a text"):
        heard(sentence)


@pytest.mark.parametrize("profile", [[], "DE", {"plans": "B11"}, {"no_such_fact": 1}])
def test_a_profile_that_is_none_is_refused(profile: Any) -> None:
    with pytest.raises(LuodiError):
        heard("cloud", profile=profile)
