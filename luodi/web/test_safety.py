"""Promises of docs/reference/safety.md that belong to no one room."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from luodi.web.accounts import limits
from luodi.web.accounts.models import Spent, User
from luodi.web.conftest import PASSWORD, person
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db


# ---- how much a stranger may send


@pytest.fixture
def three_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Three forms a minute, and a clock that a test can move."""
    settings.ANONYMOUS_POSTS = 3
    clock = [1_000_000.0]
    monkeypatch.setattr(limits.time, "time", lambda: clock[0])
    return clock


def post(client: Client, **more: Any) -> Any:
    return client.post("/en/account/password/reset/", {"email": ""}, **more)


def test_a_stranger_who_sends_too_many_forms_is_told_to_wait(client: Client, three_a_minute: list[float]) -> None:
    assert [post(client).status_code for _ in range(4)] == [422, 422, 422, 429]
    refused = post(client)
    assert refused["retry-after"] == "60" and "Too many requests" in refused.text


def test_the_next_minute_begins_anew(client: Client, three_a_minute: list[float]) -> None:
    for _ in range(4):
        post(client)
    three_a_minute[0] += 60
    assert post(client).status_code == 422


def test_another_address_is_counted_apart(client: Client, three_a_minute: list[float]) -> None:
    for _ in range(4):
        post(client)
    assert post(client, REMOTE_ADDR="203.0.113.7").status_code == 422


def test_a_network_of_ipv6_counts_as_one(client: Client, three_a_minute: list[float]) -> None:
    for number in range(3):
        post(client, REMOTE_ADDR=f"2001:db8::{number}")
    assert post(client, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert post(client, REMOTE_ADDR="2001:db8:1::1").status_code == 422


def test_an_address_that_a_stranger_claims_is_not_believed(client: Client, three_a_minute: list[float]) -> None:
    answers = [post(client, headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code for number in range(4)]
    assert answers[-1] == 429


def test_behind_a_proxy_the_address_it_gives_is_believed(
    client: Client, three_a_minute: list[float], settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(4):
        last = post(client, headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.1"})
    assert last.status_code == 429
    assert post(client, headers={"x-forwarded-for": "203.0.113.1, 203.0.113.2"}).status_code == 422


def test_reading_is_not_counted_and_neither_is_whoever_is_signed_in(
    client: Client, three_a_minute: list[float]
) -> None:
    assert {client.get("/en/").status_code for _ in range(9)} == {200}
    client.force_login(person("ben"))
    assert {post(client).status_code for _ in range(9)} == {422}


def test_a_limit_holds_over_a_new_start_and_on_another_machine(client: Client, three_a_minute: list[float]) -> None:
    for _ in range(3):
        assert post(client).status_code == 422
    limits.counter.clear()  # what a new process, or another machine, knows by itself
    assert post(client).status_code == 429
    three_a_minute[0] += 60
    assert post(client).status_code == 422


def test_what_is_counted_names_nobody_and_goes_when_its_time_is_over(
    client: Client, three_a_minute: list[float]
) -> None:
    post(client, REMOTE_ADDR="203.0.113.7")
    assert "203.0.113" not in str(list(Spent.objects.values()))
    three_a_minute[0] += 120
    post(client)
    assert Spent.objects.count() == 1


def test_a_flood_is_stopped_before_it_reaches_the_database(
    client: Client, three_a_minute: list[float], django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        post(client)
    with django_assert_num_queries(0):
        assert post(client).status_code == 429


def test_processes_count_together() -> None:
    import os

    counter = limits.Counter()
    for _ in range(3):
        child = os.fork()
        if child == 0:
            counter.add("here", 1)
            os._exit(0)
        os.waitpid(child, 0)
    assert counter.add("here", 1) == 4


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    answer = client.post("/en/account/login/", {"login": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert answer.status_code in (400, 413)


def test_a_form_with_endless_fields_is_refused(client: Client) -> None:
    many = {f"field{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post("/en/account/login/", many).status_code == 400


# ---- forms come from our own pages


def test_a_form_that_came_from_elsewhere_is_refused() -> None:
    ben = person("ben")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ben)
    answers = {path: strict.post(path, {}).status_code for path in _posts()}
    assert {status for status in answers.values()} <= {403, 404, 405}, answers
    assert list(answers.values()).count(403) > 20


def _posts() -> list[str]:
    """Every address without arguments, in English."""
    found: list[str] = []

    def walk(patterns: Any, prefix: str) -> None:
        for pattern in patterns:
            text = str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                found.append("/" + re.sub(r"<[^>]+>", "1", prefix + text.strip("^$")))
            else:
                walk(pattern.url_patterns, prefix + text)

    walk(get_resolver().url_patterns, "")
    return [path for path in found if "(" not in path and not path.startswith("/api/")]


# ---- administrators


def test_an_administrator_needs_a_second_factor_where_the_public_may_come(settings: Any) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    settings.ADMINISTRATORS_NEED_A_SECOND_FACTOR = True
    ada, client = person("ada", Role.ADMINISTRATOR), Client()
    client.force_login(ada)
    answer = client.get("/en/account/people/")
    assert answer.status_code == 302 and answer["location"] == "/en/account/factors/"
    assert "set up a second factor" in client.get("/en/account/factors/").text
    TOTP.activate(ada, generate_totp_secret())
    assert client.get("/en/account/people/").status_code == 200


def test_what_is_for_one_person_is_kept_by_no_cache(as_administrator: Client) -> None:
    for path in ("/en/account/", "/en/account/people/", "/en/account/runs/", "/en/journal/"):
        assert "no-store" in as_administrator.get(path)["cache-control"]


def test_a_refusal_is_logged_by_number_alone(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    ben = person("ben")
    client.force_login(ben)
    client.get("/en/account/people/", headers={"x-request-id": "request-17"})
    assert f"refused: user {ben.pk}, request request-17" in caplog.text and "ben@" not in caplog.text


# ---- migrations


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back() -> None:
    """To nothing and to here again, with rows on the way up."""
    from luodi.web.accounts.actions.people import add_user

    ours = [f"luodi.web.{room}" for room in settings.LUODI_APPS]
    labels = [app.rsplit(".", 1)[1] for app in ours if (ROOT / app.replace(".", "/") / "migrations").is_dir()]
    try:
        MigrationExecutor(connection).migrate([(label, None) for label in labels])
        left = [
            table
            for table in connection.introspection.table_names()
            if table.startswith(tuple(f"{n}_" for n in labels))
        ]
        assert left == []
    finally:
        call_command("migrate", verbosity=0)
    user = add_user("olga@example.com", PASSWORD, by=None, at=timezone.now())
    assert User.objects.get() == user and not has_role(user, list(Role))


def test_no_change_of_a_model_lacks_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# ---- the page itself


def test_every_place_that_the_page_on_safety_names_is_there() -> None:
    page = (ROOT / "docs/reference/safety.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:luodi|docs|tests)/[\w/.-]+)`", page))
    assert len(named) > 10
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    tests = set(re.findall(r"`(test_\w+)`", page))
    known = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "luodi").rglob("test_*.py"))
    assert sorted(name for name in tests if f"def {name}(" not in known) == []
