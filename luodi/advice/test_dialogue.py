"""The dialogue: few questions, never a dead end, nothing lost."""

from datetime import date

import pytest

from luodi.advice.dialogue import Dialogue, SeveralMeant, find
from luodi.errors import BadInput, LuodiError

DAY = date(2024, 12, 2)
NAMES = {
    "B11": {"zh": "互联网数据中心业务", "en": "Internet data centre"},
    "B24": {"zh": "呼叫中心业务", "en": "Call centre"},
}


def opened():
    dialogue = Dialogue()
    for name, text in (("investor", "sg"), ("service", "B11"), ("place", "BJ"), ("share", "100")):
        dialogue.answer(name, text)
    return dialogue


def asked(dialogue):
    question = dialogue.question(DAY)
    return question["attribute"] if question else None


class TestTheOrder:
    def test_who_what_where_and_how_much_come_first(self):
        dialogue, order = Dialogue(), []
        for text in ("SG", "B11", "BJ", "100"):
            order.append(asked(dialogue))
            dialogue.answer(order[-1], text)
        assert order == ["investor", "service", "place", "share"]

    def test_a_hong_kong_investor_is_asked_for_the_certificate(self):
        dialogue = Dialogue()
        dialogue.answer("investor", "hk")
        assert asked(dialogue) == "cepa_qualified"

    def test_a_domestic_investor_is_not_asked_for_a_foreign_share(self):
        dialogue = Dialogue()
        for name, text in (("investor", "CN"), ("service", "B25"), ("place", "BJ")):
            dialogue.answer(name, text)
        assert asked(dialogue) != "share"
        assert dialogue.plan(DAY)["verdict"] == "allowed"

    def test_then_the_questions_are_those_of_the_plan(self):
        dialogue = opened()
        assert asked(dialogue) == dialogue.plan(DAY)["questions"][0]["attribute"]

    def test_it_ends_when_nothing_more_would_change_the_plan(self):
        dialogue, seen = opened(), []
        while (name := asked(dialogue)) is not None:
            seen.append(name)
            dialogue.skip(name)
        assert len(seen) == len(set(seen)) > 20


class TestNotSureAndBack:
    def test_not_sure_leaves_the_fact_unknown_and_goes_on(self):
        dialogue = opened()
        name = asked(dialogue)
        dialogue.skip(name)
        assert asked(dialogue) != name and name not in dialogue.profile

    def test_back_takes_the_last_answer_away_and_asks_again(self):
        dialogue = opened()
        assert dialogue.back() == "share"
        assert asked(dialogue) == "share"

    def test_back_over_not_sure_asks_again(self):
        dialogue = opened()
        name = asked(dialogue)
        dialogue.skip(name)
        assert dialogue.back() == name and asked(dialogue) == name

    def test_back_at_the_start_says_so(self):
        assert Dialogue().back() is None


class TestSaving:
    def test_a_saved_dialogue_goes_on_where_it_was(self):
        dialogue = opened()
        dialogue.skip(asked(dialogue))
        again = Dialogue.resume(dialogue.saved(), at="saved.yaml")
        assert again == dialogue and asked(again) == asked(dialogue)

    @pytest.mark.parametrize("raw", [{"profil": {}}, [], {"profile": {"employes": 5}}])
    def test_a_damaged_one_is_refused_with_its_place(self, raw):
        with pytest.raises(LuodiError, match=r"saved\.yaml"):
            Dialogue.resume(raw, at="saved.yaml")


class TestBadAnswers:
    @pytest.mark.parametrize(
        ("name", "text"), [("share", "101"), ("investor", "Germany"), ("service", "B999"), ("employees", "many")]
    )
    def test_change_nothing(self, name, text):
        dialogue = opened()
        before = dialogue.saved()["profile"].copy()
        with pytest.raises(LuodiError):
            dialogue.answer(name, text)
        assert dialogue.profile == before

    def test_an_empty_answer_points_to_not_sure(self):
        with pytest.raises(BadInput, match="not sure"):
            opened().answer("employees", "")


class TestPlainWords:
    @pytest.mark.parametrize("words", ["B11", "b11", "data centre", "数据中心"])
    def test_find_the_code_in_either_language(self, words):
        assert find(words, NAMES) == "B11"

    def test_words_that_fit_several_list_them(self):
        with pytest.raises(SeveralMeant) as caught:
            find("centre", NAMES)
        assert [code for code, _ in caught.value.options] == ["B11", "B24"]

    def test_words_that_fit_none_get_the_nearest(self):
        with pytest.raises(BadInput, match="Call centre"):
            find("cal center", NAMES)
