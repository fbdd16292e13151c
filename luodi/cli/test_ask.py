"""luodi ask: a sentence or four questions, and every guess is confirmed."""

import json
from collections.abc import Callable

import pytest

SENTENCE = "Japanese game studio, wants to publish in Beijing, own all"


def test_enter_takes_each_guess_and_the_verdict_comes_after_the_fourth(luodi: Callable) -> None:
    code, out, err = luodi("ask", SENTENCE, "--on", "2026-12-01", stdin="\n\n\n\nq\n")
    assert code == 0 and "Not allowed" in out and "Online games" in out
    assert "JP Japan (you wrote “Japanese”)" in err and "(you wrote “own all”)" in err
    assert err.index("own all”") < err.index("That is the answer") < err.index("Do you already have a company")


def test_another_answer_replaces_a_guess(luodi: Callable) -> None:
    _, out, _ = luodi("ask", SENTENCE, "--on", "2026-12-01", stdin="SG\nB11\n\n\nq\n")
    assert "Singapore" in out and "Japan" not in out


def test_guesses_that_nobody_confirmed_are_not_taken(luodi: Callable) -> None:
    _, out, _ = luodi("ask", SENTENCE, "--on", "2026-12-01", stdin="")
    assert "Online games" not in out


def test_yes_takes_them_all_and_says_which(luodi: Callable) -> None:
    _, out, err = luodi(
        "ask", "德国公司想在北京做云计算，全资", "--yes", "--lang", "zh", "--on", "2026-12-01", stdin=""
    )
    assert "德国" in out and "条件准入" in out
    assert "DE 德国（依据“德国”）" in err


def test_two_services_of_a_sentence_are_taken_at_once(luodi: Callable) -> None:
    _, out, _ = luodi(
        "ask", "German app store, Haidian, also sells phones online", "--on", "2026-12-01", stdin="\n\n\n100\nq\n"
    )
    assert "B25-APP" in out and "B21-EC" in out


@pytest.mark.parametrize("text", ["asdf", "한국어", "x" * 10_001])
def test_nonsense_leads_to_the_four_questions(luodi: Callable, text: str) -> None:
    code, _, err = luodi("ask", text, "--on", "2026-12-01", stdin="q\n")
    assert code == 0 and "Nothing of it was understood" in err
    assert ("characters were read" in err) == (len(text) > 10_000)


def test_what_was_not_understood_is_said(luodi: Callable) -> None:
    _, _, err = luodi("ask", "Swiss zorblax", "--on", "2026-12-01", stdin="q\n")
    assert "Not understood, and not used: zorblax" in err


def test_a_later_question_says_what_needs_it(luodi: Callable) -> None:
    _, _, err = luodi("ask", "--on", "2026-12-01", stdin="SG\nB11\nBJ\n100\nq\n")
    assert "Needed for " in err and " steps and " in err


def test_as_json_it_says_what_was_understood_and_what_remains_and_asks_nothing(luodi: Callable) -> None:
    code, out, _ = luodi("ask", "cloud in Shanghai or Beijing, zorblax", "--json", "--on", "2026-12-01", stdin="")
    document = json.loads(out)
    assert code == 0 and document["understood"]["left"] == ["zorblax"]
    assert [plan["place"] for plan in document["profile"]["plans"]] == ["SH", "BJ"]
    assert [row["attribute"] for row in document["questions"]][:2] == ["investor", "share"]


@pytest.mark.parametrize(("lang", "said"), [("en", "What applies instead: Payments"), ("zh", "适用的是：支付")])
def test_a_business_of_another_law_is_answered_with_what_holds(luodi: Callable, lang: str, said: str) -> None:
    _, _, err = luodi("ask", "payments, 影院", "--lang", lang, "--on", "2026-12-01", stdin="q\n")
    assert said in err and "was understood" not in err


def test_two_places_of_a_sentence_are_taken_at_once_and_the_plan_says_which_to_take(luodi: Callable) -> None:
    _, out, _ = luodi(
        "ask", "German data centre in Shanghai or Beijing, own all", "--on", "2026-12-01", stdin="\n\n\n\nq\n"
    )
    assert "Choose Beijing" in out
