"""What programs ask with: one line in, one document out."""

from datetime import date

import pytest

from luodi.advice.lines import KEYS, ask
from luodi.errors import BadInput, LuodiError, UnknownKey

TODAY = date(2024, 12, 2)
CLOUD = {"service": "B11", "place": "BJ", "share": "100", "investor": "DE"}
PROFILE = {"investor": {"country": "DE"}, "plans": [{"service": "B11", "place": "BJ", "share": "100"}]}


def test_a_line_brings_its_id_and_its_day():
    document = ask("access", {"id": 7, "on": "2024-10-22", **CLOUD}, today=TODAY)
    assert (document["id"], document["on"], document["answer"]) == (7, "2024-10-22", "not_allowed")


def test_without_a_day_it_is_today():
    assert ask("access", CLOUD, today=TODAY)["answer"] == "conditional"


def test_without_an_id_there_is_none():
    assert "id" not in ask("access", CLOUD, today=TODAY)


def test_questions_are_those_of_the_plan():
    plan = ask("advise", {"profile": PROFILE}, today=TODAY)
    assert ask("questions", {"profile": PROFILE}, today=TODAY)["questions"] == plan["questions"] != []


@pytest.mark.parametrize("question", KEYS)
def test_a_key_that_no_line_has_is_refused_with_the_nearest(question):
    with pytest.raises(UnknownKey, match="Did you mean"):
        ask(question, {KEYS[question][0] + "s": 1}, today=TODAY)


@pytest.mark.parametrize("question", ["match", "decide", "advise", "questions"])
def test_a_profile_is_needed(question):
    named = {"name": "enterprise-size"} if question == "decide" else {}
    with pytest.raises(LuodiError, match="profile"):
        ask(question, named, today=TODAY)


@pytest.mark.parametrize("book", ["../..", "/etc", "luodi/books/policies", "policie", 3, ["policies"]])
def test_a_book_is_one_that_ships_and_never_a_path(book):
    with pytest.raises(BadInput, match="there is no book"):
        ask("match", {"profile": {}, "book": book}, today=TODAY)


def test_a_decision_list_is_named():
    answer = ask("decide", {"name": "enterprise-size", "profile": {}}, today=TODAY)
    assert answer["answer"] is None and answer["missing"]
    with pytest.raises(BadInput, match="no decision list"):
        ask("decide", {"name": "policies", "profile": {}}, today=TODAY)


@pytest.mark.parametrize("day", ["2024-13-01", "tomorrow", 20241022, [], {}])
def test_a_wrong_day_names_its_key(day):
    with pytest.raises(LuodiError, match="key `on`"):
        ask("access", {"on": day, **CLOUD}, today=TODAY)
