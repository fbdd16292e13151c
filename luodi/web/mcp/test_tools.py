"""A tool answers with the document of the command of its name, or says what to do."""

from datetime import date
from typing import Any

import jsonschema
import pytest

from luodi.advice import shelf
from luodi.advice.lines import KEYS, ask
from luodi.documents.marks import of_its_day, translation
from luodi.errors import LuodiError
from luodi.web.api import shapes
from luodi.web.mcp import resources, tools

#: A plan says what this site observed.
pytestmark = pytest.mark.django_db

DAY = date(2024, 12, 2)


@pytest.mark.parametrize("name", tools.names())
def test_the_example_of_a_tool_is_answered_in_its_shape(name: str) -> None:
    jsonschema.validate(shapes.example(name), shapes.tool(name, "en"))
    document = tools.answer(name, shapes.example(name), today=DAY)
    jsonschema.validate(document, shapes.marked(shapes.answered(name), "en"))


@pytest.mark.parametrize("name", tools.names())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shapes_of_a_tool_are_schemas_and_whole(name: str, lang: str) -> None:
    for schema in (shapes.tool(name, lang), shapes.marked(shapes.answered(name), lang)):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "$ref" not in str(schema) and all(shapes.about(name, lang)[:1])


@pytest.mark.parametrize("name", KEYS)
def test_a_question_as_a_tool_is_the_question(name: str) -> None:
    raw = shapes.example(name)
    assert tools.answer(name, raw, today=DAY) == of_its_day(ask(name, raw, today=DAY))


@pytest.mark.parametrize("name", tools.names())
def test_invariant_24_a_tool_says_that_its_words_of_the_law_are_translated(name: str) -> None:
    answered = tools.answer(name, shapes.example(name), today=DAY)
    assert answered["translation"] == translation(shapes.example(name).get("on", DAY.isoformat()))


@pytest.mark.parametrize(
    ("uri", "day"),
    [
        ("luodi://rule/market-access/p24-b11", "2024-12-02"),
        ("luodi://requirement/cap-vats-national", "2024-12-02"),
        ("luodi://instrument/telecom-regs-2000", None),
        ("luodi://service/B11", None),
    ],
)
def test_invariant_24_a_resource_says_that_its_words_of_the_law_are_translated(uri: str, day: str | None) -> None:
    assert resources.read(uri, today=DAY)["translation"] == translation(day)


def test_a_fraction_is_read_as_it_was_written() -> None:
    document = tools.answer("access", {"service": "B11", "share": 50.1}, today=DAY)
    assert document["question"]["share"] == 50.1


def test_explaining_a_rule_for_a_company_adds_how_it_stands() -> None:
    given = {"rule": "cn-cit-hnte-15", "book": "policies", "profile": {}}
    document = tools.answer("explain", given, today=DAY)
    assert document["result"]["id"] == "cn-cit-hnte-15" and document["result"]["answer"] == "need_info"
    assert {k: v for k, v in document.items() if k != "result"} == of_its_day(shelf.rule("cn-cit-hnte-15", on=DAY))


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("acess", {}, "unknown-tool"),
        ("access", {"servise": 1}, "unknown-key"),
        ("access", {"share": float("nan")}, "wrong-type"),
        ("access", {"service": "\ud800"}, "unreadable-body"),
        ("explain", {}, "missing-key"),
        ("explain", {"rule": 3}, "wrong-type"),
        ("explain", {"rule": "nothing"}, "unknown-key"),
        ("explain", {"rule": "p24-b11", "book": "../.."}, "bad-input"),
        ("explain", {"rule": "p24-b11", "bok": "x"}, "unknown-key"),
        ("search_law", {}, "missing-key"),
        ("search_law", {"words": "law", "limit": "3"}, "wrong-type"),
        ("search_law", {"words": "law", "limit": True}, "wrong-type"),
        ("search_law", {"words": "law", "limit": 51}, "out-of-range"),
        ("search_law", {"words": "law", "current": "yes"}, "wrong-type"),
        ("policy", {"policy": "p24-b11"}, "unknown-key"),
        ("policy", {"policy": "cn-cit-hnte-15", "on": "soon"}, "bad-date"),
    ],
)
def test_what_cannot_be_asked_has_a_code(name: str, given: dict[str, Any], code: str) -> None:
    with pytest.raises(LuodiError) as problem:
        tools.answer(name, given, today=DAY)
    assert problem.value.code == code


def test_everything_that_is_listed_can_be_read() -> None:
    for row in resources.listed():
        assert resources.read(row.uri, today=DAY)


def test_everything_that_a_search_finds_can_be_read() -> None:
    from luodi.web.library.law import KINDS, hit, law

    for record in law().records:
        if record.kind in KINDS:
            assert resources.read(hit(record, "", DAY)["uri"], today=DAY)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "luodi://",
        "luodi://rule",
        "luodi://rule/p24-b11",
        "luodi://rule/../p24-b11",
        "luodi://rule/a/b/c",
        "luodi://instrument/x",
        "luodi://service/B1l",
        "luodi://requirement/x",
        "https://example.org/x",
        "luodi://rule/%2e%2e%2fpolicies/x",
    ],
)
def test_what_is_not_kept_is_refused(uri: str) -> None:
    with pytest.raises(LuodiError):
        resources.read(uri, today=DAY)
