"""One's own keys: made after saying the password again, shown once, used, seen to be used, and revoked."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions.people import disable_user
from luodi.web.accounts.models import User
from luodi.web.accounts.test_pages import confirmed, looks_right, signed_in
from luodi.web.api import admission, queries
from luodi.web.api import forms as key_forms
from luodi.web.api.actions import add_key, revoke_key
from luodi.web.api.conftest import CLOUD, STRANGER, Program
from luodi.web.api.models import ApiKey
from luodi.web.api.refusals import BadApiKey
from luodi.web.api.test_admission import bearer
from luodi.web.conftest import person
from luodi.web.core.keys import new_key
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
NEW = "/en/account/keys/new/"


@pytest.fixture
def rita() -> User:
    return person("rita")


@pytest.fixture
def own(rita: User) -> Client:
    return confirmed(signed_in(rita))


def acts() -> list[str]:
    return list(Entry.objects.filter(kind="api.ApiKey").order_by("number").values_list("act", flat=True))


def test_a_key_is_made_used_and_revoked_and_all_of_it_is_written_down(own: Client, rita: User) -> None:
    made = own.post(NEW, {"key": new_key(), "name": "Our program", "scopes": ["ask", "keep"], "until": "2099-12-31"})
    assert made.status_code == 200 and "no-store" in made["cache-control"]
    text = re.search(r'<code id="made">(luodi_[^<]+)</code>', made.text).group(1)
    key = ApiKey.objects.get()
    assert (key.owner, key.scopes, key.used) == (rita, ["ask", "keep"], None)
    for _ in range(3):
        assert Program().ask("access", CLOUD, **bearer(text)).status_code == 200
    page = own.get("/en/account/keys/")
    assert "last used" in page.text and text not in page.text
    assert own.post(f"/en/account/keys/{key.pk}/revoke/", {"key": new_key()}).status_code == 302
    assert Program().ask("access", CLOUD, **bearer(text)).status_code == 401
    assert acts() == ["make", "use_first", "revoke"]
    said = str(list(Entry.objects.filter(kind="api.ApiKey").values()))
    assert "Our program" not in said and key.hash not in said and {e.actor for e in Entry.objects.all()} == {rita.pk}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_pages(own: Client, rita: User, lang: str) -> None:
    add_key("Kranich", ["ask"], 600, owner=rita, at=NOW)
    for path in ("keys/", "keys/new/"):
        answer = own.get(f"/{lang}/account/{path}")
        assert answer.status_code == 200
        looks_right(answer, lang)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "scopes": ["ask"]},
        {"name": "x"},
        {"name": "x", "scopes": ["office"]},
        {"name": "x", "scopes": ["ask"], "until": "2020-01-01"},
    ],
)
def test_what_cannot_be_is_told_at_its_field(own: Client, given: dict[str, Any]) -> None:
    answer = own.post(NEW, {"key": new_key(), **given})
    assert answer.status_code == 422 and 'aria-labelledby="problems"' in answer.text and not ApiKey.objects.exists()


def test_nobody_has_more_keys_than_a_few(own: Client, rita: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_forms, "MOST", 1)
    key, _ = add_key("Kranich", ["ask"], 600, owner=rita, at=NOW)
    assert own.post(NEW, {"key": new_key(), "name": "x", "scopes": ["ask"]}).status_code == 422
    revoke_key(key.start, at=NOW)
    assert own.post(NEW, {"key": new_key(), "name": "x", "scopes": ["ask"]}).status_code == 200


def test_a_key_is_made_only_after_being_asked_again_and_seen_by_its_owner_alone(rita: User) -> None:
    answer = signed_in(rita).get(NEW)
    assert answer.status_code == 302 and "reauthenticate" in answer["location"]
    key, _ = add_key("Kranich", ["ask"], 600, owner=rita, at=NOW)
    clara = signed_in(person("clara"))
    assert "Kranich" not in clara.get("/en/account/keys/").text
    assert clara.post(f"/en/account/keys/{key.pk}/revoke/").status_code == 404
    assert Client().get("/en/account/keys/").status_code == 302


# ---- what a key is good for, and for how long


def test_a_key_ends_on_its_day(program: Program) -> None:
    now = datetime.now(UTC)
    _, text = add_key("Kranich", ["ask"], 600, at=now - timedelta(days=2), expires=now - timedelta(seconds=1))
    refused = program.ask("access", CLOUD, **bearer(text))
    assert refused.status_code == 401 and "ended on" in refused.json()["detail"]
    _, text = add_key("Kranich", ["ask"], 600, at=now, expires=now + timedelta(hours=1))
    assert program.ask("access", CLOUD, **bearer(text)).status_code == 200


def test_the_key_of_a_person_who_was_shut_out_stops_at_once(program: Program, rita: User) -> None:
    _, text = add_key("Kranich", ["ask", "keep"], 600, owner=rita, at=NOW)
    assert program.ask("access", CLOUD, **bearer(text)).status_code == 200
    User.objects.filter(pk=rita.pk).update(is_active=False)
    for refused in (program.ask("access", CLOUD, **bearer(text)), program.get("/api/v1/profiles", **bearer(text))):
        assert refused.status_code == 401 and "shut out" in refused.json()["detail"]


def test_scopes_of_people_need_one_and_an_end_lies_ahead() -> None:
    with pytest.raises(BadInput, match="whose"):
        add_key("Kranich", ["ask", "keep"], 600, at=NOW)
    with pytest.raises(BadInput, match="ends after"):
        add_key("Kranich", ["ask"], 600, at=NOW, expires=NOW)


def test_use_is_remembered_to_five_minutes_and_the_first_time_once(program: Program) -> None:
    key, text = add_key("Kranich", ["ask"], 600, at=NOW)
    for ago, moves in ((timedelta(minutes=4), False), (timedelta(minutes=6), True)):
        program.ask("access", CLOUD, **bearer(text))
        then = datetime.now(UTC) - ago
        ApiKey.objects.update(used=then)
        program.ask("access", CLOUD, **bearer(text))
        key.refresh_from_db()
        assert key.used is not None and (key.used > then) is moves
    assert acts() == ["make", "use_first"]


# ---- what an answer says of the limit


def test_an_answer_says_what_is_left_of_the_minute(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission.time, "time", lambda: 60_000_015.0)
    _, text = add_key("Kranich", ["ask"], 100, at=NOW)
    left = []
    for question in (CLOUD, CLOUD, {**CLOUD, "service": "x"}):
        answer = program.ask("access", question, **bearer(text))
        assert answer["ratelimit-policy"] == '"minute";q=100;w=60'
        left.append(answer["ratelimit"])
    assert left == [f'"minute";r={rest};t=45' for rest in (99, 98, 97)]
    answers = [program.ask("advise", {"profile": {}}, **bearer(text)) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert (answers[-1]["ratelimit"], answers[-1]["retry-after"]) == ('"minute";r=7;t=45', "45")


def test_who_is_not_counted_is_told_no_limit(program: Program) -> None:
    assert "ratelimit" not in program.ask("access", CLOUD).headers
    assert "ratelimit" in program.ask("access", CLOUD, REMOTE_ADDR=STRANGER).headers


# ---- what is remembered of a key between two requests


@pytest.mark.parametrize(
    "change",
    [
        lambda key, by: revoke_key(key.start, at=timezone.now()),
        lambda key, by: ApiKey.objects.filter(pk=key.pk).update(expires=timezone.now()),
        lambda key, by: ApiKey.objects.filter(pk=key.pk).update(hash="0" * 64),
        lambda key, by: ApiKey.objects.filter(pk=key.pk).delete(),
        lambda key, by: disable_user(key.owner, by=None, at=timezone.now()),
    ],
    ids=["revoked", "ended", "another secret", "erased", "owner shut out"],
)
def test_a_key_that_was_just_used_is_refused_with_the_next_request(change: Any) -> None:
    key, text = add_key("mine", ["ask"], 100, at=timezone.now(), owner=person("rita"))
    assert queries.key_of(text, at=timezone.now()) == queries.key_of(text, at=timezone.now()) == key
    change(key, None)
    with pytest.raises(BadApiKey):
        queries.key_of(text, at=timezone.now())


def test_what_changes_of_a_key_or_its_owner_is_seen_at_once() -> None:
    key, text = add_key("mine", ["ask"], 100, at=timezone.now(), owner=person("rita"))
    assert queries.key_of(text, at=timezone.now()).scopes == ["ask"]
    ApiKey.objects.filter(pk=key.pk).update(scopes=["read"], per_minute=7)
    User.objects.update(language="en")
    found = queries.key_of(text, at=timezone.now())
    assert (found.scopes, found.per_minute, found.owner.language) == (["read"], 7, "en")


def test_a_known_key_costs_one_look_into_the_database(django_assert_num_queries: Any) -> None:
    _, text = add_key("mine", ["ask"], 100, at=timezone.now())
    queries.key_of(text, at=timezone.now())
    with django_assert_num_queries(1):
        queries.key_of(text, at=timezone.now())


def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_MOST", 2)
    queries._made.clear()
    for number in range(5):
        queries.key_of(add_key(f"key {number}", ["ask"], 100, at=timezone.now())[1], at=timezone.now())
    assert len(queries._made) <= 2
