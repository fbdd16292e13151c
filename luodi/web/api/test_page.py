"""The index of the API: in both languages; a question can be tried without script."""

from typing import Any

import pytest
from django.test import Client, override_settings

from luodi.web.site.safety import POLICY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_in_its_language_and_without_script(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/api/")
    assert page.status_code == 200 and page["content-security-policy"] == POLICY
    assert ("What went wrong and what to do" in page.text) is (lang == "en")
    assert " style=" not in page.text and "<script" not in page.text


def attempt(client: Client, **given: Any) -> Any:
    return client.get("/en/api/", given)


def test_a_question_can_be_tried(client: Client) -> None:
    body = '{"service": "B11", "place": "BJ", "share": 100, "investor": "DE", "on": "2024-10-23"}'
    page = attempt(client, question="access", body=body)
    assert page.status_code == 200 and "&#34;answer&#34;: &#34;conditional&#34;" in page.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [("{", 400, "unreadable-file"), ('{"share": 200}', 422, "out-of-range"), ("", 400, "unreadable-body")],
)
def test_what_is_wrong_is_told_with_the_status_of_the_api(client: Client, body: str, status: int, code: str) -> None:
    page = attempt(client, question="access", body=body)
    assert page.status_code == status and code in page.text and f"status {status}" in page.text


def test_what_somebody_tries_is_shown_as_text(client: Client) -> None:
    page = attempt(client, question="access", body='{"<script>": 1}')
    assert "<script" not in page.text and "&lt;script&gt;" in page.text


@override_settings(API_PER_MINUTE=1)
def test_trying_counts_like_asking(client: Client) -> None:
    tries = [client.get("/en/api/", {"question": "access", "body": "{}"}, REMOTE_ADDR="203.0.113.99") for _ in range(3)]
    assert tries[-1].status_code == 429
    assert client.get("/en/api/", REMOTE_ADDR="203.0.113.99").status_code == 200
