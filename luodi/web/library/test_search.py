"""Search finds what is there, in both languages and on both databases, and never more than the words asked for."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.test import Client

from luodi.han import folded
from luodi.library.frame import BESIDE, FACETS
from luodi.search.postings import NAME, TITLE, WHOLE
from luodi.search.ranking import held
from luodi.search.words import Term, stem, terms
from luodi.web.library.models import Text
from luodi.web.library.records import split
from luodi.web.library.search import MAX_QUERY, search
from luodi.web.library.word_index import InDatabase

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
QUERIES = [
    "数据",
    "外资",
    "数据中心",
    "增值电信业务经营许可证",
    "北京 外资",
    "云",
    "B11",
    "b25-sec",
    "licence",
    "licences",
    "licens",
    "invest",
    "data centre cloud",
    "the data of a company",
    "2024",
    "107号",
    "海南 100",
    "zzzz",
    "数据 cloud",
    "R&D",
]


def whole(text: Text) -> str:
    return "\n".join((text.title_zh, text.title_en, text.name, text.body_zh, text.body_en))


def fulfils(held: set[str], asked: Iterable[Term]) -> bool:
    """The same search without any database."""
    return all(
        any(token in held for token in term.exact)
        or (term.prefix is not None and any(token.startswith(term.prefix) for token in held))
        for term in asked
    )


@pytest.fixture(scope="module")
def tokens(django_db_setup: None, django_db_blocker: Any) -> dict[int, dict[int, set[str]]]:
    """By part, what each text holds."""
    with django_db_blocker.unblock():
        parts = {text.position: dict(split(text).parts()) for text in Text.objects.all()}
    return {part: {position: set(held[part]) for position, held in parts.items()} for part in (NAME, TITLE, WHOLE)}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("part", [NAME, TITLE, WHOLE])
def test_the_database_finds_what_the_definition_says(
    query: str, part: int, tokens: dict[int, dict[int, set[str]]]
) -> None:
    """One definition for both databases; the suite runs on each."""
    asked, held = terms(query), tokens[part]
    expected = {position for position, words in held.items() if fulfils(words, asked)}
    prefixes = [term.prefix for term in asked if term.prefix]
    rows = list(InDatabase("now").rows([token for term in asked for token in term.exact], prefixes))
    found = [
        {p for token, of, positions in rows if of == part and fulfils({token}, [term]) for p in positions.tolist()}
        for term in asked
    ]
    assert (set.intersection(*found) if found else set(held)) == expected


def positions(query: str) -> set[int]:
    return set(np.flatnonzero(held(query, InDatabase("now"), Text.objects.count()).complete).tolist())


def test_every_word_of_two_characters_is_found_wherever_it_stands() -> None:
    texts = {
        text.position: folded(f"{whole(text)} {' '.join(name for name, _ in text.names)}")
        for text in Text.objects.all()
    }
    words = sorted(
        {a + b for text in texts.values() for run in re.findall(r"[\u4e00-\u9fff]+", text) for a, b in pairwise(run)}
    )
    assert len(words) > 2000
    for word in words[::7]:
        if len(terms(word)) == 1:  # a question such as 如何 asks for what it is
            assert positions(word) == {p for p, text in texts.items() if word in text}, word


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("B11", "service", "B11"),
        ("b11", "service", "B11"),
        ("互联网数据中心业务", "service", "B11"),
        ("Establishment registration (business licence)", "step", "establishment-registration"),
        ("miit-2024-107", "instrument", "miit-2024-107"),
    ],
)
def test_what_is_called_so_comes_first(query: str, kind: str, name: str) -> None:
    first = search(query, {}, on=DAY).texts[0]
    assert (first.kind, first.name) == (kind, name)


def test_an_everyday_word_finds_the_rule_that_answers_for_it_and_then_the_service() -> None:
    found = [(text.kind, text.name) for text in search("机房", {}, on=DAY).texts[:3]]
    assert found == [("treatment", "p24-b11"), ("treatment", "n-b11-closed"), ("service", "B11")]
    assert search("机房", {"kind": "service"}, on=DAY).texts[0].name == "B11"


def test_title_comes_before_text_and_in_force_before_ended() -> None:
    """But for what has sentences for titles, such as events: those are text."""
    pages = range(1, search("自由贸易", {}, on=DAY).pages + 1)
    every = [text for page in pages for text in search("自由贸易", {}, on=DAY, page=page).texts]
    texts = [text for text in every if text.kind not in BESIDE]
    ended = [text.last < DAY.toordinal() or text.closed for text in texts]
    ranks = [("自由贸易" not in text.title_zh, over) for text, over in zip(texts, ended, strict=True)]
    assert ranks == sorted(ranks) and len(set(ranks)) == 4


@pytest.mark.parametrize(("query", "word"), [("licences", "licence"), ("invest", "investor"), ("piloting", "pilot")])
def test_english_is_found_by_its_stem_and_by_its_beginning(query: str, word: str) -> None:
    asked, other = search(query, {}, on=DAY).total, search(word, {}, on=DAY).total
    assert asked >= other > 0 or (asked > 0 and stem(query) == stem(word))


@pytest.mark.parametrize("facet", FACETS)
def test_the_count_of_a_facet_is_what_choosing_it_finds(facet: str) -> None:
    for criteria in ({}, {"kind": "treatment"}, {"life": "holds", "place": "BJ"}):
        counts = search("外资", criteria, on=DAY).counts[facet]
        for value, count in list(counts.items())[:6]:
            assert search("外资", {**criteria, facet: value}, on=DAY).total == count, (facet, value, criteria)


def test_the_index_of_words_finds_nothing_for_no_wish() -> None:
    assert list(InDatabase("now").rows([], [])) == []
    assert positions("") == set()


def test_no_words_find_everything_and_only_blanks_do_too_but_signs_find_nothing() -> None:
    everything = Text.objects.count()
    assert search("", {}, on=DAY).total == search("   ", {}, on=DAY).total == everything
    assert search("!!!", {}, on=DAY).total == search("the", {}, on=DAY).total == 0


def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    first = search("业务", {}, on=DAY)
    seen = [t.position for page in range(1, first.pages + 1) for t in search("业务", {}, on=DAY, page=page).texts]
    assert len(seen) == len(set(seen)) == first.total
    assert search("业务", {}, on=DAY, page=10_000).page == first.pages


def test_whether_it_is_in_force_is_told_for_the_day_asked() -> None:
    query = {"kind": "treatment", "service": "B11"}
    early = search("", {**query, "life": "coming"}, on=date(2003, 1, 1))
    assert "p24-b11" in {text.name for text in early.texts}
    assert search("", {**query, "life": "coming"}, on=DAY).total == 0


def test_marks_of_a_page_cannot_carry_html(client: Client) -> None:
    text = Text.objects.get(kind="service", name="B11")
    text.body_en = text.body_zh = "<img src=x onerror=alert(1)> hosting <b>"
    text.save()
    page = client.get("/en/law/search/?q=hosting&kind=service&service=B11").text
    assert "&lt;img src=x onerror=alert(1)&gt; <mark>hosting</mark>" in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in client.get("/en/law/search/?q=<script>alert(1)</script>").text


def test_a_very_long_query_is_cut() -> None:
    assert len(search("数" * 5000, {}, on=DAY).query) == MAX_QUERY
    assert len(terms(" ".join(f"w{n}" for n in range(500)))) <= 24


def test_a_page_says_how_it_read_misspelt_words(client: Client) -> None:
    page = client.get("/en/law/search/?q=trademrak").text
    assert "Shown is what has “trademark”." in page
    assert "Shown is what has" not in client.get("/en/law/search/?q=trademark").text
    assert "已按“trademark”检索" in client.get("/zh/law/search/?q=trademrak").text


@pytest.mark.parametrize("text", ["数据中心" * 2500, "Δ中х" * 3000, "%_'\"\\", "🙂", "B1l"])
def test_whatever_is_typed_gets_a_page(client: Client, text: str) -> None:
    assert client.get("/zh/law/search/", {"q": text}).status_code == 200
    assert client.get("/en/law/", {"q": text}).status_code == 200
