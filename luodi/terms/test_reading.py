"""How far a text was read: three words, from verification, confidence and the kind of link."""

import pytest

from luodi.rules.library import load_book
from luodi.terms.reading import is_official, read_state

OFFICIAL, COPY = "https://www.miit.gov.cn/zwgk/page.html", "https://github.com/LawRefBook/Laws"


@pytest.mark.parametrize(
    ("verification", "confidence", "link", "state"),
    [
        ("text_seen", "high", OFFICIAL, "official"),
        ("text_seen", "medium", OFFICIAL, "official"),
        ("text_seen", "low", OFFICIAL, "elsewhere"),
        ("text_seen", "high", COPY, "elsewhere"),
        ("text_seen", "high", None, "elsewhere"),
        ("summary_seen", "high", OFFICIAL, "elsewhere"),
        ("summary_seen", "low", COPY, "elsewhere"),
        ("not_seen", "medium", None, "not_read"),
        ("not_seen", "high", OFFICIAL, "not_read"),
        ("", "high", OFFICIAL, "official"),
        ("", "medium", OFFICIAL, "elsewhere"),
        ("", "high", None, "elsewhere"),
        ("", "low", OFFICIAL, "not_read"),
        ("", "", OFFICIAL, "not_read"),
        (None, None, None, "not_read"),
    ],
)
def test_three_words(verification: str | None, confidence: str | None, link: str | None, state: str) -> None:
    row = {"verification": verification, "confidence": confidence, "seen_at": link}
    assert read_state(row).id == state


def test_of_several_links_one_official_one_is_enough() -> None:
    row = {"verification": "text_seen", "confidence": "high", "seen_at": [COPY], "official": OFFICIAL}
    assert read_state(row).id == "official"


@pytest.mark.parametrize(
    ("link", "official"),
    [
        (OFFICIAL, True),
        ("http://flk.npc.gov.cn/x", True),
        ("www.beijing.gov.cn/zhengce", True),
        ("https://www.tid.gov.hk/cepa", True),
        ("https://english.beijing.gov.cn/x", False),
        ("https://gov.cn.example.com/x", False),
        ("https://notgov.cn/x", False),
        ("", False),
    ],
)
def test_official_is_where_the_authority_publishes_its_own_chinese_text(link: str, official: bool) -> None:
    assert is_official(link) is official


def test_a_rule_is_a_row_too() -> None:
    rules = load_book("market-access").rules
    low = [rule for rule in rules if rule.confidence == "low"]
    assert low
    assert {read_state(rule).id for rule in low} == {"not_read"}
    assert {read_state(rule).id for rule in rules} == {"official", "elsewhere", "not_read"}


def test_a_further_address_that_is_official_counts() -> None:
    row = {"verification": "text_seen", "confidence": "high", "seen_at": COPY}
    assert read_state(row).id == "elsewhere"
    assert read_state({**row, "seen_also": [OFFICIAL]}).id == "official"
    assert [rule.id for rule in load_book("market-access").rules if rule.seen_also and rule.read == "official"]
