"""The journal in a database: nothing is changed, nothing taken away, and writers at the same time keep it whole."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from luodi.web.accounts.models import Unit, User
from luodi.web.conftest import Site, person, unit
from luodi.web.core.context import acting_as
from luodi.web.core.roles import Role
from luodi.web.journal import append_only
from luodi.web.journal.actions import record_export, snapshot, write
from luodi.web.journal.models import Entry, ExportRecord, Head
from luodi.web.journal.queries import BrokenJournal, verified


@pytest.fixture
def three(db: None) -> list[Entry]:
    bureau = unit("Bureau")
    ada = person("ada", Role.ADMINISTRATOR)
    with acting_as("command", "request-1"):
        return [
            write("add", bureau, after=snapshot(bureau)),
            write("change", bureau, by=ada, before={"kind": "bureau"}, after={"kind": "park"}, reason="更正"),
            write("change", bureau, by=person("lee", Role.LEADER, bureau)),
        ]


def test_an_entry_says_who_did_what_and_why(three: list[Entry]) -> None:
    told = Entry.objects.get(number=2)
    assert (told.role, told.act, told.kind, told.reason) == ("administrator", "change", "accounts.Unit", "更正")
    assert (told.before, told.after) == ({"kind": "bureau"}, {"kind": "park"})
    assert User.objects.get(pk=told.actor).email == "ada@example.com"
    assert told.request == "request-1"


def test_an_entry_says_for_which_unit(three: list[Entry]) -> None:
    assert Entry.objects.get(number=3).unit == Unit.objects.get().path
    assert Entry.objects.get(number=1).role == "command"


def test_the_chain_holds_as_it_was_written(three: list[Entry]) -> None:
    assert (verified().entries, verified().head) == (3, three[-1].hash)
    assert verified(expect=(2, three[1].hash)).entries == 3


def test_an_empty_journal_holds(db: None) -> None:
    assert verified().entries == 0


@pytest.mark.parametrize("model", [Entry, ExportRecord])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_and_to_take_away(three: list[Entry], model: type[Any], act: str) -> None:
    record_export(Unit.objects.all(), "csv", by=None)
    table = model._meta.db_table
    statement = f"UPDATE {table} SET kind = 'x'" if act == "update" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert model.objects.exists() and not model.objects.filter(kind="x").exists()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE journal_entry SET reason = 'nothing' WHERE number = 2", 2),
        ("UPDATE journal_entry SET actor = NULL WHERE number = 2", 2),
        ("DELETE FROM journal_entry WHERE number = 1", 1),
        ("DELETE FROM journal_entry WHERE number = 3", 3),
        ("DELETE FROM journal_entry", 1),
    ],
)
def test_whoever_gets_round_the_trigger_is_found(three: list[Entry], statement: str, broken: int) -> None:
    with append_only.without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(BrokenJournal, match=f"entry {broken} does not hold"):
        verified()


def test_an_end_noted_elsewhere_finds_a_journal_made_anew(three: list[Entry]) -> None:
    noted = (three[-1].number, three[-1].hash)
    with append_only.without_triggers(connection):
        Entry.objects.all().delete()
    Head.objects.update(number=0, hash="")
    bureau = Unit.objects.get()
    for _ in range(3):
        write("add", bureau)
    assert verified().entries == 3
    with pytest.raises(BrokenJournal, match=r"entry 3 .* not the one that was noted"):
        verified(expect=noted)


def test_what_is_undone_leaves_no_entry(three: list[Entry]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write("change", Unit.objects.get())
        raise ZeroDivisionError
    assert verified().entries == 3


def test_no_entry_holds_a_password_a_name_or_an_address(db: None) -> None:
    user = person("ben")
    text = json.dumps(snapshot(user))
    assert "password" not in text and "ben" not in text.casefold()


def test_an_export_is_recorded_with_its_filter(administrator: User) -> None:
    unit("Bureau")
    record = record_export(Unit.objects.all(), "csv", by=administrator, asked={"kind": "bureau"})
    assert (record.rows, record.form, record.kind) == (1, "csv", "accounts.Unit")
    assert record.entry.act == "export" and record.entry.after == {
        "rows": 1,
        "form": "csv",
        "asked": {"kind": "bureau"},
    }


def test_request_ids_are_given_back_and_only_if_they_look_like_one(client: Client, db: None) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abcdefgh-1"})["x-request-id"] == "abcdefgh-1"
    for bad in ("short", "a" * 65, "with space in it", "<script>alert</script>"):
        assert client.get("/healthz", headers={"x-request-id": bad})["x-request-id"] != bad


def test_times_read_back_as_they_were_written(db: None) -> None:
    write("add", unit("Bureau"), at=datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC))
    assert verified().entries == 1


WRITER = """
from luodi.web.accounts.models import Unit
from luodi.web.journal.actions import write
row = Unit.objects.get()
for number in range(25):
    write("change", row, after={"number": number, "from": "PROCESS"})
"""


def test_processes_writing_at_the_same_time_keep_the_chain_whole(site: Site) -> None:
    assert site.luodi("user", "units", "--add", "bureau", "局", "Bureau").returncode == 0
    writers = [site.python(WRITER.replace("PROCESS", str(number))) for number in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    told = site.luodi("journal", "verify", "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["entries"] == 1 + 4 * 25
