"""The home page says what it is, the foot of every page leads on, and an address that is dead explains itself."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from luodi.rules.library import load_book
from luodi.web.site.dead import was

pytestmark = pytest.mark.django_db
LANGUAGES = ["zh", "en"]
#: Wordings that were there once and misled.
GONE = ("Know what is open before you come", "先看清楚，再落地")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_asks_the_question_and_takes_a_sentence(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/").text
    heading = re.search(r"<h1>(.*?)</h1>", page).group(1)
    assert (
        heading
        == {
            "zh": "您的互联网业务，能在北京落地吗？",
            "en": "Can your internet company open in Beijing?",
        }[lang]
    )
    assert '<form class="sentence"' in page and not any(words in page for words in GONE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_and_the_counts_on_the_home_page_are_those_of_the_books(client: Client, lang: str) -> None:
    page = unescape(client.get(f"/{lang}/").text)
    assert f'<b class="fig">{len(load_book("policies").rules)}</b>' in page
    plan = unescape(re.search(r'href="([^"]*/advisor/plan/\?[^"]*)"', page).group(1))
    said = re.search(r"<blockquote>(.*?)</blockquote>", page).group(1)
    assert said in unescape(client.get(plan).text)


@pytest.mark.parametrize("path", ["", "help/", "advisor/", "advisor/ask/", "law/", "nowhere/"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_foot_of_every_page_leads_to_pages_that_are_there(client: Client, path: str, lang: str) -> None:
    page = client.get(f"/{lang}/{path}").text
    foot = page[page.index("<footer") :]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', foot)]
    words = {
        "zh": ("帮助", "联系我们", "联系办事员", "指出错漏", "谁在办", "无障碍说明"),
        "en": ("Help", "Contact", "Ask an officer", "Report a mistake", "Who runs this", "Accessibility"),
    }[lang]
    assert all(f">{word}</a>" in foot for word in words) and len(links) >= len(words)
    for link in links:
        assert client.get(link, follow=True).status_code in (200, 503), link  # 503: no office receives enquiries yet


def test_the_foot_names_the_edition_and_its_day(client: Client) -> None:
    book = load_book("market-access")
    assert f"Rule book {book.version} of " in client.get("/en/").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_runs_it_and_how_to_reach_them_come_from_the_settings(client: Client, settings: Any, lang: str) -> None:
    settings.OPERATOR = {
        "name": {"zh": "岚城市投资促进局", "en": "Lancheng Investment Bureau"},
        "email": "help@example.cn",
        "phone": "+86 10 1234 5678",
        "address": {"zh": "岚城路1号", "en": "1 Lancheng Road"},
    }
    name = settings.OPERATOR["name"][lang]
    assert all(name in client.get(f"/{lang}/{path}").text for path in ("", "about/", "contact/"))
    page = client.get(f"/{lang}/contact/").text
    assert 'href="mailto:help@example.cn"' in page and 'href="tel:+861012345678"' in page
    assert settings.OPERATOR["address"][lang] in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_did_not_say_who_they_are_is_told_as_such(client: Client, lang: str) -> None:
    for path in ("", "about/", "contact/"):
        page = client.get(f"/{lang}/{path}").text
        assert {"zh": "还没有写明自己是谁", "en": "has not said who they are"}[lang] in page
    assert "mailto:" not in page


# ---- dead links


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/advisor/enquiry/abc/", "enquiry"),
        ("/zh/advisor/old/", "advisor"),
        ("/en/law/policy/gone-2019/", "law"),
        ("/en/accounts/x/", "account"),
        ("/zh/dataset/1/", "data"),
        ("/en/data/1", "data"),
        ("/en/nowhere/", None),
        ("/", None),
        ("/en/database/", None),
    ],
)
def test_what_a_dead_address_was_for(path: str, kind: str | None) -> None:
    found = was(path)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["advisor/enquiry/LX-1:x/", "advisor/old/", "law/policy/gone-2019/", "law/nothing/x/"])
def test_a_dead_link_says_what_it_was_and_leads_on(client: Client, path: str, lang: str) -> None:
    page = client.get(f"/{lang}/{path}")
    assert page.status_code == 404
    onward = unescape(re.search(r'class="button main" href="([^"]+)"', page.text).group(1))
    assert client.get(onward, follow=True).status_code in (200, 503)
    assert {"zh": "告诉我们这个链接失效了", "en": "Tell us that this link is dead"}[lang] in page.text


def test_an_entry_that_is_gone_is_looked_for_by_its_name(client: Client) -> None:
    page = client.get("/en/law/policy/gone-2019/").text
    assert "/law/search/?q=gone+2019" in page
