"""Every page: its language, its headers, its errors."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import luodi.web
from luodi.web.core.heartbeat import beat
from luodi.web.core.words import words
from luodi.web.library import word_index
from luodi.web.site.safety import POLICY

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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_disk_that_takes_nothing_more_is_told_as_such(
    client: Client, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    def fail(*given: object) -> None:
        raise OSError(28, "No space left on device", "/var/secret")

    monkeypatch.setattr("luodi.web.site.views.load_book", fail)
    client.raise_request_exception = False
    answer = client.get(f"/{lang}/about/")
    assert answer.status_code == 503 and "secret" not in answer.text
    assert {"zh": "磁盘暂时不能写入", "en": "disk takes nothing more"}[lang] in answer.text


@pytest.mark.parametrize("path", ["/en/", "/zh/about/", "/en/advisor/"])
def test_a_page_for_a_stranger_asks_the_database_nothing(
    client: Client, path: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


ALL = {name: True for name in ("ready", "database", "migrations", "books", "editions", "index", "queue", "files")}


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    beat("one")
    assert client.get("/readyz").json() == ALL


@pytest.mark.parametrize(
    ("name", "gone"),
    [("index", "library_index"), ("index", "library_text"), ("index", "library_words"), ("queue", "worker")],
)
def test_not_ready_without_its_parts(client: Client, name: str, gone: str) -> None:
    from django.core.cache import cache
    from django.db import connection

    beat("one")
    if gone == "worker":
        cache.delete("worker")
    elif gone == "library_words":
        word_index.clear()
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {gone}")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {**ALL, name: False, "ready": False})


def test_not_ready_while_a_migration_waits(client: Client) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    beat("one")
    MigrationRecorder.Migration.objects.filter(app="workbench").delete()
    assert client.get("/readyz").json() == {**ALL, "migrations": False, "ready": False}


def test_not_ready_while_uploads_have_no_place(client: Client, settings: Any, tmp_path: Any) -> None:
    beat("one")
    settings.MEDIA_ROOT = tmp_path / "not" / "there"
    assert client.get("/readyz").json() == {**ALL, "files": False, "ready": False}


def test_who_is_to_be_told_of_a_hole_stands_where_it_is_looked_for(client: Client, settings: Any) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT, settings.ORIGIN = "mailto:safety@example.cn", "https://landing.example.cn"
    answer = client.get("/.well-known/security.txt")
    assert answer["content-type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:safety@example.cn"
    assert lines["Canonical"] == "https://landing.example.cn/.well-known/security.txt"
    assert timedelta(days=170) < datetime.fromisoformat(lines["Expires"]) - timezone.now() < timedelta(days=181)


@pytest.mark.parametrize("path", ["/api/v1/books", "/api/v1/nothing", "/api/v1/access"])
def test_answers_for_programs_open_as_no_page(client: Client, path: str) -> None:
    assert client.get(path)["content-disposition"].startswith("attachment")
    assert "content-disposition" not in client.get("/en/api/")


def test_a_browser_is_offered_nothing_that_pages_do_not_need(client: Client) -> None:
    answer = client.get("/en/")
    assert answer["cross-origin-opener-policy"] == answer["cross-origin-resource-policy"] == "same-origin"
    assert answer["cross-origin-embedder-policy"] == "require-corp"
    assert answer["referrer-policy"] == "same-origin" and answer["x-permitted-cross-domain-policies"] == "none"
    assert {"camera=()", "geolocation=()", "usb=()"} <= set(answer["permissions-policy"].split(", "))


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


def test_a_day_in_a_page_is_one_of_the_sites_own_zone() -> None:
    """Moments are kept in UTC: `.date()` of one is yesterday's until eight in the morning; `local_day` is meant."""
    templates = sorted(Path(luodi.web.__file__).parent.rglob("*.j2"))
    assert len(templates) > 100
    assert not [path.name for path in templates if ".date()" in path.read_text("utf-8")]
