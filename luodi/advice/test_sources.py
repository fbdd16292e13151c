"""The list of texts that an answer rests on: each once, under the id and the title it has."""

import re
from collections.abc import Iterator
from typing import Any

from luodi.advice.sources import Sources, article
from luodi.editions import SHIPPED
from luodi.text import read_yaml

HAN = re.compile("[\u4e00-\u9fff]")
WORD = re.compile("[A-Za-z]{3,}")  # codes such as B21 and abbreviations are the same in both languages


def test_a_text_cited_by_two_of_its_ids_stands_once_with_its_title():
    sources = Sources()
    sources.cite([{"instrument": "cybersecurity-law-2016-2", "article": None}], "one")
    sources.cite([{"instrument": "cybersecurity-law-2016", "article": None}], "two")
    (row,) = sources.rows()
    assert (row.n, row.instrument, row.used_by) == (1, "cybersecurity-law-2016", ["one", "two"])
    assert row.title.zh == "中华人民共和国网络安全法"


def test_an_article_of_a_route_is_reported_in_both_languages():
    assert article("第二条及附件") == {"zh": "第二条及附件", "en": "Art 2 and annex"}


def cited(node: Any) -> Iterator[str]:
    """Every article that stands in a book."""
    inner = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    if isinstance(node, dict) and "instrument" in node and node.get("article"):
        yield node["article"]
    for part in inner:
        yield from cited(part)


def test_no_article_of_any_book_is_chinese_in_english_or_english_in_chinese():
    files = [file for file in SHIPPED.rglob("*.yaml") if "tests" not in file.relative_to(SHIPPED).parts]
    found = {text: article(text) for file in files for text in cited(read_yaml(file))}
    assert len(found) > 300
    assert [text for text, words in found.items() if words is None or HAN.search(words["en"])] == []
    assert [text for text, words in found.items() if words is None or WORD.search(words["zh"])] == []
