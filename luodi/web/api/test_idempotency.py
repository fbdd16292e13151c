"""One effect under one name, however often, in whatever order and however many at once it is asked for."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.web.accounts.models import User
from luodi.web.advisor.models import Enquiry, Saved
from luodi.web.api import idempotency
from luodi.web.api.actions import add_key
from luodi.web.api.conftest import Program
from luodi.web.api.models import Done, KeyScope
from luodi.web.conftest import Site, person, unit
from luodi.web.journal.models import Entry

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ANSWERS = {"investor": "SG", "service": "B11", "place": "BJ", "share": 100, "on": "2024-12-02"}
ENQUIRY = {"answers": ANSWERS, "consent": True}


@pytest.fixture
def rita(db: None) -> User:
    unit("City")
    return person("rita")


def key(user: User) -> str:
    return add_key("a program", list(KeyScope), 1_000_000, owner=user, at=NOW)[1]


def send(text: str, name: str | None, body: Any = ENQUIRY, path: str = "enquiries") -> Any:
    named = {} if name is None else {"idempotency-key": name}
    return Program().ask(path, body, headers={"authorization": f"Bearer {text}", **named})


def test_the_same_name_and_body_give_the_same_answer_and_one_effect(rita: User) -> None:
    text = key(rita)
    first, again = send(text, "a"), send(text, '"a"')
    assert (first.status_code, first.content, first["location"]) == (201, again.content, again["location"])
    assert again.status_code == 201 and again["idempotent-replayed"] == "true" and "idempotent-replayed" not in first
    assert Enquiry.objects.count() == 1 == Entry.objects.filter(act="send").count()
    assert send(text, "b").json() != first.json() and send(text, None).status_code == 201
    assert Enquiry.objects.count() == 3


def test_another_body_or_address_under_the_name_is_refused(rita: User) -> None:
    text = key(rita)
    send(text, "a")
    for refused in (
        send(text, "a", {**ENQUIRY, "message": "More"}),
        send(text, "a", {"name": "Cloud", "answers": ANSWERS}, "profiles"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "key-reused")
    assert Enquiry.objects.count() == 1 and not Saved.objects.exists()


def test_names_belong_to_a_key(rita: User) -> None:
    assert send(key(rita), "a").content != send(key(rita), "a").content
    assert Enquiry.objects.count() == 2


def test_a_refusal_has_no_effect_and_does_not_use_up_the_name(rita: User) -> None:
    text = key(rita)
    assert send(text, "a", {**ENQUIRY, "consent": False}).status_code == 422
    assert not Done.objects.exists() and send(text, "a").status_code == 201


def test_a_deletion_answers_as_it_did_the_first_time(rita: User) -> None:
    text = key(rita)
    place = send(text, None, {"name": "Cloud", "answers": ANSWERS}, "profiles")["location"]
    headers = {"authorization": f"Bearer {text}", "idempotency-key": "gone"}
    assert [Program().delete(place, headers=headers).status_code for _ in range(3)] == [204, 204, 204]
    assert Program().delete(place, headers={**headers, "idempotency-key": "other"}).status_code == 404


@pytest.mark.parametrize("name", ["", '""', "x" * 256, "é"])
def test_a_name_that_is_none_is_refused(rita: User, name: str) -> None:
    refused = send(key(rita), name)
    assert (refused.status_code, refused.json()["at"]) == (422, "the header Idempotency-Key")


def test_a_name_is_kept_for_a_day(rita: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = key(rita)
    send(text, "a")
    for hours, count in ((23, 1), (25, 2)):
        Done.objects.update(at=datetime.now(UTC) - timedelta(hours=hours))
        send(text, "a")
        assert Enquiry.objects.count() == count
    assert Done.objects.count() == 1


def test_answers_of_a_day_ago_are_erased_every_day(rita: User) -> None:
    from luodi.web.worker import daily

    send(key(rita), "a")
    Done.objects.update(at=datetime.now(UTC) - timedelta(hours=25))
    daily()
    assert not Done.objects.exists()


def test_a_crash_before_the_end_leaves_neither_effect_nor_answer(rita: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = key(rita)

    def crash(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_keep", crash)
        with pytest.raises(KeyboardInterrupt):
            send(text, "a")
    assert not Enquiry.objects.exists() and not Done.objects.exists()
    assert send(text, "a").status_code == 201


REQUESTS = {
    "a": ENQUIRY,
    "b": {**ENQUIRY, "message": "Another"},
    "c": {**ENQUIRY, "language": "en"},
}


@given(st.lists(st.sampled_from(sorted(REQUESTS)), min_size=1, max_size=12))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_in_whatever_order_each_has_one_effect_and_one_answer(rita: User, order: list[str]) -> None:
    Enquiry.objects.all().delete()
    Done.objects.all().delete()
    text = key(rita)
    answers: dict[str, set[bytes]] = {}
    for name in order:
        answers.setdefault(name, set()).add(send(text, name, REQUESTS[name]).content)
    assert {name: len(found) for name, found in answers.items()} == dict.fromkeys(set(order), 1)
    assert Enquiry.objects.count() == len(set(order))


MANY = """
import json
from datetime import UTC, datetime
from multiprocessing import get_context
from django.db import connections
from luodi.web import urls  # read once; a server's processes are forked from one that has read it, too
from luodi.web.accounts.models import Unit
from luodi.web.advisor.models import Enquiry
from luodi.web.api.actions import add_key
from luodi.web.api.conftest import Program
from luodi.web.api.models import KeyScope
from luodi.web.conftest import person
Unit.objects.create(kind="bureau", name_zh="City", name_en="City", path="/1/")
key = add_key("a program", list(KeyScope), 1_000_000, owner=person("rita"), at=datetime.now(UTC))[1]
connections.close_all()
def send(name):
    headers = {"authorization": f"Bearer {key}", "idempotency-key": name, "host": "localhost"}
    answer = Program().ask("enquiries", BODY, headers=headers)
    return answer.status_code, answer.json()["reference"]
def program(number):
    send(f"warm {number}")
    begin.wait(120)
    return [send(name) for name in "abcde"]
forked = get_context("fork")
begin = forked.Barrier(4)
with forked.Pool(4) as programs:
    told = programs.map(program, range(4), chunksize=1)
print(json.dumps([told, Enquiry.objects.count()]))
"""


def test_of_many_at_once_one_has_the_effect_and_all_its_answer(site: Site) -> None:
    """Four programs of one key, each a process of its own on a real database, begin in the same moment."""
    with site.python(MANY.replace("BODY", repr(ENQUIRY))) as many:
        assert many.stdout is not None
        told, enquiries = json.loads(many.stdout.read())
    assert len(told) == 4 and all(rows == told[0] for rows in told)
    assert [status for status, _ in told[0]] == [201] * 5 and len({reference for _, reference in told[0]}) == 5
    assert enquiries == 9
