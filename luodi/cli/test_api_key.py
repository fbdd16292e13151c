"""luodi api-key: made and shown once, listed by its beginning, revoked for good."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from luodi.cli import cli
from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.api.models import ApiKey
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["api-key", *arguments])


def listed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("list", "--json").stdout)["keys"]
    return rows


def test_a_key_alone_is_on_standard_output() -> None:
    done = run("add", "Kranich")
    assert done.exit_code == 0 and "not shown again" in done.stderr
    key = done.stdout.strip()
    assert "\n" not in key and key.startswith("luodi_")
    (row,) = listed()
    assert row["start"] == key[:14] and key not in run("list").stdout and key not in str(row)
    assert (row["scopes"], row["per_minute"]) == (["ask", "batch", "read", "tools"], 6000)


def test_a_key_may_have_few_scopes_a_limit_and_an_owner() -> None:
    owner = User.objects.create_user("anna@example.org")
    options = ("--scope", "read", "--scope", "tools", "--per-minute", "7", "--owner", "Anna@Example.org", "--json")
    made = json.loads(run("add", "Kranich", *options).stdout)
    assert (made["scopes"], made["per_minute"], made["owner"]) == (["read", "tools"], 7, "anna@example.org")
    assert ApiKey.objects.get().owner == owner


@pytest.mark.parametrize(
    "arguments",
    [
        *(("add",), ("add", " "), ("add", "x", "--scope", "all"), ("add", "x", "--per-minute", "0")),
        *(
            ("add", "x", "--owner", "nobody@example.org"),
            ("add", "x", "--until", "2020-01-01"),
            ("revoke", "luodi_nothing"),
            ("revoke",),
        ),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 2 or isinstance(done.exception, LuodiError)
    assert not ApiKey.objects.exists()


def test_a_key_about_a_person_has_an_owner_and_may_have_a_last_day() -> None:
    assert run("add", "Kranich", "--scope", "keep").exit_code != 0
    User.objects.create_user("anna@example.org")
    options = ("--scope", "keep", "--owner", "anna@example.org", "--until", "2099-03-31", "--json")
    made = json.loads(run("add", "Kranich", *options).stdout)
    assert (made["scopes"], made["until"], made["used"]) == (["keep"], "2099-03-31", None)
    assert "until 2099-03-31" in run("list").stdout and "never used" in run("list").stdout


def test_what_the_operator_does_is_written_down() -> None:
    run("revoke", run("add", "Kranich").stdout.strip()[:14])
    entries = Entry.objects.filter(kind="api.ApiKey").order_by("number")
    assert [(e.act, e.role, e.actor) for e in entries] == [("make", "command", None), ("revoke", "command", None)]


def test_a_revoked_key_stays_in_the_list() -> None:
    key = run("add", "Kranich").stdout.strip()
    assert "is refused from now on" in run("revoke", key[:14]).stderr
    assert listed()[0]["revoked"] and "revoked" in run("list").stdout
