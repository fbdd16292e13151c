"""What programs ask with: one line in, one document out."""

from datetime import date

import pytest

from luodi.advice.lines import KEYS, ask
from luodi.calendar import OutsideCalendar
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


COMPANY = {"employees": 31, "registered_region_code": "110108"}


@pytest.mark.parametrize("day", ["2024-12-02", "2028-01-01"])
@pytest.mark.parametrize("book", ["policies", "landing-steps"])
def test_in_brief_the_same_is_said_without_words(book, day):
    full, brief = (
        ask("match", {"profile": COMPANY, "book": book, "on": day, "brief": short}, today=TODAY)
        for short in (False, True)
    )
    keys = ("id", "answer", "missing", "assumed")
    parts = ("clause", "holds", "fact", "missing", "cites")
    assert brief["results"] == [
        {
            **{key: row[key] for key in keys},
            "reasons": [{part: reason[part] for part in parts} for reason in row["reasons"]],
        }
        for row in full["results"]
    ]
    assert {key: full[key] for key in full if key != "results"} == {
        key: brief[key] for key in brief if key != "results"
    }


def test_brief_output_has_no_changes():
    with pytest.raises(BadInput, match="leaves out"):
        ask("match", {"profile": {}, "brief": True, "remedies": True}, today=TODAY)


@pytest.mark.parametrize("key", ["brief", "remedies"])
def test_a_flag_is_true_or_false(key):
    with pytest.raises(BadInput, match=f"`{key}` is true or false"):
        ask("match", {"profile": {}, key: "yes"}, today=TODAY)


PLANNED = {"plans": [{"service": "B11", "place": "BJ", "share": 100}], "investor": {"country": "DE"}}


@pytest.mark.parametrize("question", ["advise", "questions"])
@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("1999-01-01", "first day that can be asked is 2004-01-01"),
        ("2003-12-31", "first day that can be asked is 2004-01-01"),
        ("2099-01-01", "last one is 2098-12-31"),
        ("2999-01-01", "last one is 2098-12-31"),
        ("9999-12-31", "last one is 2098-12-31"),
    ],
)
def test_a_plan_before_or_after_the_calendar_names_the_days_that_can_be_asked(question, day, end):
    with pytest.raises(OutsideCalendar, match=end) as problem:
        ask(question, {"profile": PLANNED, "on": day}, today=TODAY)
    assert problem.value.code == "outside-calendar" and "`access`" in str(problem.value)
    assert ask("access", {"service": "B11", "place": "BJ", "share": 100, "on": day}, today=TODAY)["answer"]


@pytest.mark.parametrize("day", ["2004-01-01", "2098-12-31"])
@pytest.mark.parametrize("facts", [{}, {"entity_type": "not_established_yet", "operates_website": True}])
def test_the_first_and_the_last_day_have_a_plan(day, facts):
    assert ask("advise", {"profile": {**PLANNED, **facts}, "on": day}, today=TODAY)["on"] == day
