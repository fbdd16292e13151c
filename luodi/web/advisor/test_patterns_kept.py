"""Patterns 21 to 25 of the advisor: what one keeps, and a measure that has expired. The others: `test_patterns`."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from luodi.advice.question import can_be_explained
from luodi.documents import wording
from luodi.documents.sections.section import TITLES
from luodi.library.shelf import shelf
from luodi.rules.library import company_vocabulary
from luodi.web.advisor.test_patterns import (
    ASKED,
    CLOUD,
    LANGUAGES,
    TODAY,
    document,
    leaf,
    only_observed_times_are_read,
    plan,
    spaced,
    words,
)
from luodi.web.advisor.views import shared
from luodi.web.conftest import unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: TODAY)


@pytest.mark.parametrize("question", ASKED)
def test_21_the_address_carries_answers_and_versions_and_nothing_is_stored(client: Client, question: str) -> None:
    with only_observed_times_are_read():
        answer = client.get(f"/en/advisor/plan/?{ASKED[question]}")
    assert not answer.cookies
    kept = unescape(re.search(r'href="([^"]+)" id="kept"', answer.text).group(1))
    asked = parse_qs(urlsplit(kept).query)
    assert asked["seen"] and asked["on"]
    again = Client().get(kept.replace("/plan/", "/plan.json")).json()
    assert json.dumps(again, sort_keys=True) == json.dumps(document(client, ASKED[question]), sort_keys=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_22_an_old_link_warns_and_shows_the_difference(client: Client, lang: str) -> None:
    page = plan(client, f"{CLOUD}&on=2024-10-22&seen=00000000~allowed~50~12~3", lang)
    before = page[: page.index('class="pageone"')]
    for text in {
        "zh": ("规则库已经更新", "予以准入，上限50%", "这是2024年10月22日的结论", "不开放 → 有条件准入"),
        "en": (
            "rules were revised since",
            "Allowed, up to 50 %",
            "answer as of 22 October 2024",
            "closed → Allowed with",
        ),
    }[lang]:
        assert text in words(before)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ["cloud in Beijing", "not sure of anything", "cloud and online shop at once"])
def test_23_the_memo_prints_with_verdict_reasons_answers_sources_day_and_page_numbers(
    client: Client, question: str, lang: str
) -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in _styles())
    printed = styles[styles.index("@layer print {") :]
    assert "counter(page)" in printed and "size: A4" in printed
    for part in (".tools", ".whatif", ".masthead nav"):
        assert re.search(rf"{re.escape(part)}[^{{]*{{ display: none !important", printed) or part in printed
    assert client.get(f"/{lang}/advisor/plan.pdf?{ASKED[question]}").content[:5] == b"%PDF-"


def _styles() -> list:
    from pathlib import Path

    import luodi

    root = Path(luodi.__file__).parent
    return [root / "documents/styles/luodi.css", root / "web/advisor/static/advisor/advisor.css"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ["cloud in Beijing", "cloud and online shop at once", "owners"])
def test_24_the_user_sees_exactly_what_an_officer_will_get(client: Client, question: str, lang: str) -> None:
    unit("City")
    page = spaced(client.get(f"/{lang}/advisor/hand-over/?{ASKED[question]}").text)
    found = document(client, ASKED[question])
    for row in found["access"]:
        assert wording.verdict_word(row["answer"], lang) in page
        assert wording.pick(row["service"]["name"], lang) in page
    assert 'name="consent"' in page and page.count('class="button main"') == 1


@pytest.mark.parametrize(
    "path",
    ["", f"ask/?{CLOUD}&q=share", f"check/?{CLOUD}", f"plan/?{CLOUD}&on=2024-10-22", f"compare/?{CLOUD}&places=BJ,SZ"],
)
def test_25_the_language_switch_keeps_page_and_step(client: Client, path: str) -> None:
    for lang, other in (("zh", "en"), ("en", "zh")):
        page = client.get(f"/{lang}/advisor/{path}").text
        switch = unescape(re.search(r'<a class="lang" href="([^"]+)"', page).group(1))
        assert urlsplit(switch).path == urlsplit(f"/{other}/advisor/{path}").path
        assert parse_qs(urlsplit(switch).query) == parse_qs(urlsplit(path).query)


def test_25_terms_of_law_stay_chinese_with_an_english_gloss_and_any_line_can_be_reported(client: Client) -> None:
    page = plan(client, CLOUD)
    for step in document(client, CLOUD)["steps"]:
        assert f'<span class="gloss" lang="zh-Hans">{step["title"]["zh"]}</span>' in page
        assert f"report/?line=step:{step['id']}" in page
    for name in TITLES:
        assert "advisor/report/" in leaf(page, name) or not leaf(page, name), name


# ---- an expired measure


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_expired_measure_has_its_own_message_and_no_404(client: Client, lang: str) -> None:
    gone = [e for e in shelf().by_kind["policy"] if e.span.last is not None and e.span.last < TODAY]
    assert gone
    for entry in gone[:12]:
        page = client.get(f"/{lang}/law/policy/{entry.id}/")
        assert page.status_code == 200
        assert wording.day(entry.span.last, lang) in spaced(page.text)
        assert {"zh": "已失效", "en": "No longer in force"}[lang] in page.text


def test_every_fact_that_is_explained_can_be_asked_and_no_other(client: Client) -> None:
    names = list(company_vocabulary().attributes)
    for name in names[::7]:
        there = 200 if can_be_explained(name) else 404  # what nobody explains is never asked
        assert client.get(f"/zh/advisor/ask/?{CLOUD}&q={name}").status_code == there
