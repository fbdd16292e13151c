"""Every page: its language, its headers, its errors."""

from typing import Any

import pytest
from django.test import Client

from luodi.web.site.safety import POLICY
from luodi.web.words import words
from luodi.web.worker import beat

pytestmark = pytest.mark.django_db
PAGES = ["", "about/", "accessibility/", "advisor/"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_the_language_of_its_address(client: Client, lang: str, path: str) -> None:
    answer = client.get(f"/{lang}/{path}", headers={"accept-language": "fr"})
    html = {"zh": "zh-Hans", "en": "en"}[lang]
    assert answer.status_code == 200
    assert f'<html lang="{html}">' in answer.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_other_language_keeps_page_and_question(client: Client, lang: str) -> None:
    other = {"zh": "en", "en": "zh"}[lang]
    assert f'href="/{other}/about/?a=1&amp;b=2"' in client.get(f"/{lang}/about/?a=1&b=2").text


@pytest.mark.parametrize(
    ("header", "lang"), [("zh-CN,zh;q=0.9", "zh"), ("zh", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_the_root_sends_to_the_visitors_language(client: Client, header: str, lang: str) -> None:
    answer = client.get("/", headers={"accept-language": header})
    assert (answer.status_code, answer["location"]) == (302, f"/{lang}/")


@pytest.mark.parametrize("path", ["/zh/", "/en/nothing-here/", "/nothing", "/healthz", "/"])
def test_every_answer_keeps_to_itself(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("lang", "words_"), [("zh", "没有这个页面"), ("en", "There is no such page")])
def test_a_page_that_is_not_there_says_so(client: Client, lang: str, words_: str) -> None:
    answer = client.get(f"/{lang}/nothing-here/")
    assert answer.status_code == 404 and words_ in answer.text


def test_a_fault_of_ours_is_a_page_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("luodi.web.site.views.load_book", fail)
    client.raise_request_exception = False
    answer = client.get("/en/about/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text and "secret" not in answer.text


@pytest.mark.parametrize("path", ["/en/", "/zh/about/", "/en/advisor/"])
def test_a_page_for_a_stranger_asks_the_database_nothing(
    client: Client, path: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    beat("one")
    assert client.get("/readyz").json() == {
        "ready": True,
        "database": True,
        "books": True,
        "editions": True,
        "queue": True,
    }


def test_not_ready_while_nobody_works(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["queue"]) == (503, False)


def test_not_ready_while_a_book_cannot_be_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr("luodi.web.site.health.load_book", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["books"]) == (503, False)


def test_all_words_are_there_in_both_languages() -> None:
    assert not {key for key, texts in words().items() if set(texts) != {"zh", "en"} or not all(texts.values())}
