"""The flow of a rule on its page and at the desk: a picture with its words, a table beside it, in both languages."""

import re
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client

from luodi.rules.flow import flow_of
from luodi.rules.library import book_names, load_book
from luodi.web.books import flow_svg

DAY = date(2026, 11, 25)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("lang", "no"), [("zh", "不适用本规则"), ("en", "the rule does not apply")])
def test_the_page_of_a_rule_draws_its_flow_and_says_it_as_a_table(client: Client, lang: str, no: str) -> None:
    page = unescape(client.get(f"/{lang}/law/treatment/p24-b11/").text)
    picture = re.search(r'<svg class="plot flow".*?</svg>', page, re.DOTALL)
    assert picture is not None and no in picture[0] and "style=" not in picture[0]
    described = re.search(r'<desc id="flow-desc">(.*?)</desc>', page)[1]
    steps = flow_of(load_book("market-access").rule("p24-b11"), load_book("market-access"), lang, DAY).steps
    table = page[page.index("flow-of") :]
    assert len(steps) == 3 and all(step.text in described and step.text in table for step in steps)


def test_what_is_no_rule_has_no_flow(client: Client) -> None:
    assert 'class="plot flow"' not in client.get("/en/law/place/BJ/").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_can_be_drawn_and_no_line_leaves_its_box(lang: str) -> None:
    for name in book_names():
        book = load_book(name)
        for rule in book.rules:
            on = min(max(DAY, rule.first or DAY), rule.last or date.max)
            made = flow_svg.drawn(rule, book, lang, on)
            if made["flow"] is None:
                assert not rule.edition(on)
                continue
            tree = ElementTree.fromstring(str(made["flow_picture"]))
            height = float(tree.attrib["viewBox"].split()[3])
            assert all(float(text.attrib["y"]) < height for text in tree.iter("text"))
            assert len([box for box in tree.iter("rect") if box.attrib["class"] == "ask"]) == len(rule.edition(on))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("外资股比不超过上限", ["外资股比不超过上限"]),
        ("业" * 12, ["业" * 10, "业业"]),
        ("one two three four five", ["one two three four", "five"]),
        ("", [""]),
        ("a" * 50, ["a" * 50]),
    ],
)
def test_lines_break_between_words_and_between_chinese_characters(text: str, rows: list[str]) -> None:
    assert flow_svg.broken(text, 20) == rows


def test_who_looks_after_a_rule_and_until_when_stands_beside_it() -> None:
    rule = load_book("market-access").rule("p24-b11")
    assert dict(flow_svg.standing(rule, "en")).keys() == {"Looked after by", "To be looked at again by"}
    assert "not stated" in dict(flow_svg.standing(rule, "en")).values()
