"""What people type finds what they mean, in both languages, and in the same order wherever they ask."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from luodi.text import read_yaml
from luodi.web.advisor.services import find_services
from luodi.web.library.law import KINDS, law, search_law
from luodi.web.library.search import search
from luodi.web.mcp import tools

DAY = date(2026, 11, 24)
QUERIES = read_yaml(Path(__file__).with_name("test_queries.yaml"), name="test_queries.yaml")
FIRST, IN_FIVE = 0.85, 0.95


def found(query: str, most: int) -> list[str]:
    asked = law().answer(query, DAY)
    return [f"{r.kind}/{r.name}" for r in (law().records[n] for n in asked.ordered(asked.rows)[:most])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_people_mean_stands_first(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {str(query): means for query, means in QUERIES[lang].items()}
    hits = {query: found(query, 5) for query in asked}
    first = [query for query, means in asked.items() if hits[query][:1] and hits[query][0] in means]
    five = [query for query, means in asked.items() if set(hits[query]) & set(means)]
    with capsys.disabled():
        print(f"\n{lang}: {len(asked)} questions, {len(first)} first, {len(five)} in the first five")
        for query in asked:
            if query not in first:
                where = "found below" if query in five else "not among five"
                print(f"  {where}: {query}: {', '.join(hits[query][:3]) or 'nothing'}; meant {asked[query][0]}")
    assert len(asked) >= 100
    assert len(first) >= FIRST * len(asked)
    assert len(five) >= IN_FIVE * len(asked)


def test_every_entry_that_a_question_means_is_in_the_library() -> None:
    there = {f"{record.kind}/{record.name}" for record in law().records}
    assert {means for asked in QUERIES.values() for each in asked.values() for means in each} <= there


@pytest.mark.parametrize(
    ("query", "first"),
    [("备案", "step/icp-filing"), ("云计算", "treatment/p24-b11"), ("call center", "treatment/n-b24-100")],
)
def test_the_entry_that_people_mean_stands_first(query: str, first: str) -> None:
    assert found(query, 1) == [first]


@pytest.mark.django_db
def test_every_interface_answers_in_the_same_order(client: Client) -> None:
    """Site, API, assistants and the advisor's box; each shows the kinds that it has."""
    today = timezone.localdate()
    for query in [str(query) for lang in ("zh", "en") for query in list(QUERIES[lang])]:
        site = [(text.kind, text.name) for text in search(query, {}, on=today).texts]
        known = [pair for pair in site if pair[0] in KINDS]
        program = search_law(query, on=today, limit=50)
        assert [(hit["kind"], hit["id"]) for hit in program["hits"]][: len(known)] == known, query
        services = [text.name for text in search(query, {"kind": "service"}, on=today).texts[:12]]
        assert [service.code for service in find_services(query)] == services, query


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["云计算", "call center", "數據出境", "B1l", "trademrak", "2024 107"])
def test_the_api_and_the_assistants_tool_say_what_the_site_says(query: str, client: Client) -> None:
    today = timezone.localdate()
    site = [(text.kind, text.name) for text in search(query, {}, on=today).texts if text.kind in KINDS]
    api = client.get("/api/v1/search", {"q": query, "limit": 50}, headers={"host": "localhost"}).json()["hits"]
    tool = tools.answer("search_law", {"words": query, "limit": 50}, today=today)["hits"]
    for hits in (api, tool):
        assert [(hit["kind"], hit["id"]) for hit in hits][: len(site)] == site


@pytest.mark.parametrize(("code", "near"), [("B1l", ["B11", "B1"]), ("b2l", ["B21", "B2"]), ("B111", ["B11"])])
def test_a_misspelt_code_names_the_nearest_of_both_kinds(code: str, near: list[str]) -> None:
    assert [service.code for service in find_services(code)] == near


@pytest.mark.parametrize(
    "text", ["数据中心外资" * 1700, "how to open a company " * 500, "Ελλάδα中文한국어" * 700, "\0\ud800x" * 3000]
)
def test_ten_thousand_characters_are_answered_in_bounded_time(text: str) -> None:
    started = timezone.now()
    law().answer(text, DAY)
    find_services(text)
    assert (timezone.now() - started).total_seconds() < 2


@pytest.mark.parametrize(
    "text", ["ไม่มีอะไร", "приветик", "🙂🙂", "%%%", "' OR 1=1 --", "ｘｙｚｚｙ", "\u202eabc", "a" * 5000]
)
def test_other_scripts_and_nonsense_are_no_error(text: str) -> None:
    law().answer(text, DAY)
    find_services(text)
