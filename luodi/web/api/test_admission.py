"""Who may ask, and how much: keys with scopes, shown once; limits that hold over every process."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from luodi.errors import MissingKey
from luodi.web.accounts.limits import network_of
from luodi.web.api import admission, throttling
from luodi.web.api.actions import UnknownApiKey, add_key, revoke_key
from luodi.web.api.conftest import CLOUD, STRANGER, Program
from luodi.web.api.models import Allowance, ApiKey
from luodi.web.api.queries import keys
from luodi.web.api.throttling import Bucket, asker, granted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket of this test alone: what another took from its own database is not there."""
    fresh = Bucket()
    monkeypatch.setattr(admission, "bucket", fresh)
    yield fresh


def bearer(text: str) -> dict[str, dict[str, str]]:
    return {"headers": {"authorization": f"Bearer {text}"}}


def test_a_key_is_stored_as_its_hash_alone() -> None:
    key, text = add_key("Kranich", ["read", "ask"], 600, at=NOW)
    stored = ApiKey.objects.values().get()
    assert text.startswith(key.start) and len(text) > 50
    assert text not in str(stored) and text[len(key.start) :] not in str(stored)
    assert (stored["scopes"], stored["per_minute"], stored["made"]) == (["ask", "read"], 600, NOW)


def test_a_key_without_a_name_is_refused() -> None:
    with pytest.raises(MissingKey, match="whose"):
        add_key("  ", ["ask"], 600, at=NOW)


def test_a_key_is_good_for_its_scopes_only(program: Program) -> None:
    _, text = add_key("Kranich", ["read"], 600, at=NOW)
    assert program.get("/api/v1/places", **bearer(text)).status_code == 200
    assert program.get("/api/v1/places", headers={"x-api-key": text}).status_code == 200
    refused = program.ask("access", CLOUD, **bearer(text))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    assert program.ask("batch/access", "", "application/x-ndjson", **bearer(text)).status_code == 403


def test_a_revoked_key_is_refused_at_once(program: Program) -> None:
    key, text = add_key("Kranich", ["ask"], 600, at=NOW)
    assert program.ask("access", CLOUD, **bearer(text)).status_code == 200
    revoke_key(key.start, at=NOW)
    refused = program.ask("access", CLOUD, **bearer(text))
    assert (refused.status_code, refused["www-authenticate"]) == (401, 'Bearer realm="luodi"')
    assert "revoked" in refused.json()["detail"]


def test_revoking_again_keeps_the_first_day() -> None:
    key, _ = add_key("Kranich", ["ask"], 600, at=NOW)
    revoke_key(key.start, at=NOW)
    assert revoke_key(key.start, at=NOW.replace(year=2027)).revoked == NOW
    with pytest.raises(UnknownApiKey, match=r"luodi_nothing"):
        revoke_key("luodi_nothing", at=NOW)


@pytest.mark.parametrize("wrong", ["x", "", "luodi_", "\xe9", "a" * 300, "a\0b"])
def test_a_wrong_key_is_refused_even_where_none_is_needed(program: Program, wrong: str) -> None:
    _, text = add_key("Kranich", ["ask"], 600, at=NOW)
    for shown in (f"Bearer {text}{wrong}x", f"Bearer {wrong}", f"Basic {text}", text):
        answer = program.ask("access", CLOUD, headers={"authorization": shown})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad-api-key"), shown


def test_keys_are_listed_with_the_revoked_ones() -> None:
    first, _ = add_key("Kranich", ["ask"], 600, at=NOW)
    second, _ = add_key("Sperber", ["read"], 600, at=NOW)
    revoke_key(first.start, at=NOW)
    assert [(key.name, key.is_revoked) for key in keys()] == [("Kranich", True), ("Sperber", False)]
    assert second.start != first.start


# ---- limits


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The clock, to be turned by the test."""
    clock = [60_000_015.0]
    monkeypatch.setattr(admission.time, "time", lambda: clock[0])
    yield clock


@override_settings(API_PER_MINUTE=40)
def test_a_stranger_may_ask_up_to_the_limit_and_again_in_the_next_minute(program: Program, minute: list[float]) -> None:
    statuses = [program.ask("access", CLOUD, REMOTE_ADDR=STRANGER).status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    refused = program.ask("access", CLOUD, REMOTE_ADDR=STRANGER)
    assert refused.json()["code"] == "too-many-requests"
    assert int(refused["retry-after"]) == 60 - int(minute[0] % 60)
    assert program.ask("access", CLOUD, REMOTE_ADDR="203.0.113.8").status_code == 200
    minute[0] += 60
    assert program.ask("access", CLOUD, REMOTE_ADDR=STRANGER).status_code == 200


@override_settings(API_PER_MINUTE=40)
def test_a_plan_counts_as_ten(program: Program, minute: list[float]) -> None:
    plan = {"profile": {}, "on": "2024-12-02"}
    statuses = [program.ask("advise", plan, REMOTE_ADDR=STRANGER).status_code for _ in range(5)]
    assert statuses == [200] * 4 + [429]


@override_settings(API_PER_MINUTE=40)
def test_a_batch_counts_its_lines_and_is_never_more_than_a_minute(program: Program, minute: list[float]) -> None:
    line = '{"service": "B11"}\n'
    ask = {"content_type": "application/x-ndjson", "REMOTE_ADDR": STRANGER}
    assert program.ask("batch/access", line * 30, **ask).status_code == 200
    assert program.ask("batch/access", line * 30, **ask).status_code == 429
    assert program.ask("batch/access", line * 9, **ask).status_code == 200
    minute[0] += 60
    assert program.ask("batch/access", line * 100, **ask).status_code == 200
    minute[0] += 60
    assert program.ask("batch/access", line * 101, **ask).status_code == 413


@override_settings(API_PER_MINUTE=2)
def test_a_key_has_its_own_limit(program: Program, minute: list[float]) -> None:
    _, text = add_key("Kranich", ["ask"], 5, at=NOW)
    ask = {"REMOTE_ADDR": STRANGER, **bearer(text)}
    assert [program.ask("access", CLOUD, **ask).status_code for _ in range(6)] == [200] * 5 + [429]
    assert program.ask("access", CLOUD, REMOTE_ADDR=STRANGER).status_code == 200


@override_settings(API_PER_MINUTE=3)
def test_guessing_keys_uses_up_the_limit_of_the_guesser(program: Program, minute: list[float]) -> None:
    guesses = [program.ask("access", CLOUD, REMOTE_ADDR=STRANGER, **bearer("luodi_x")).status_code for _ in range(4)]
    assert guesses == [401] * 3 + [429]


@override_settings(API_PER_MINUTE=1)
def test_a_trial_does_not_count_its_own_machine(program: Program) -> None:
    assert {program.ask("access", CLOUD).status_code for _ in range(5)} == {200}
    with override_settings(PRODUCTION=True, SECURE_SSL_REDIRECT=False):
        assert [program.ask("access", CLOUD).status_code for _ in range(2)] == [200, 429]


@override_settings(API_PER_MINUTE=1, BEHIND_PROXY=True)
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_added(program: Program, minute: list[float]) -> None:
    def ask(forwarded: str) -> int:
        return int(program.ask("access", CLOUD, headers={"x-forwarded-for": forwarded}).status_code)

    assert [ask("198.51.100.1"), ask("made up, 198.51.100.1"), ask("198.51.100.1, 198.51.100.2")] == [200, 429, 200]


def test_neighbours_of_one_ipv6_network_count_together() -> None:
    same = {network_of(address) for address in ("2001:db8::1", "2001:db8::ffff:1")}
    assert len(same) == 1 and network_of("2001:db8:0:1::1") not in same


def test_processes_share_one_limit(minute: list[float]) -> None:
    processes = [Bucket() for _ in range(3)]
    spent = sum(processes[n % 3].spend("Kranich", 1, 100, 7) for n in range(600))
    assert spent == 100 == Allowance.objects.get(who="Kranich", minute=7).used


def test_a_limit_is_never_exceeded_by_parts_that_do_not_divide_it() -> None:
    bucket = Bucket()
    assert sum(cost for n in range(200) if bucket.spend("Kranich", cost := 1 + n % 7, 97, 7)) <= 97
    assert Allowance.objects.get(who="Kranich", minute=7).used <= 97


def test_minutes_gone_by_are_forgotten() -> None:
    assert granted("Kranich", 1, 10, 5) and granted("Kranich", 1, 10, 6) and granted("Kranich", 1, 10, 7)
    assert sorted(Allowance.objects.values_list("minute", flat=True)) == [6, 7]


def test_nobody_reads_an_address_from_the_database(program: Program, minute: list[float]) -> None:
    program.ask("access", CLOUD, REMOTE_ADDR=STRANGER)
    assert STRANGER not in str(list(Allowance.objects.values()))
    assert Allowance.objects.filter(who=asker(STRANGER)).exists() and throttling.PARTS > 1
