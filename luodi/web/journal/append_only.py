"""The triggers that let entries be added and nothing else, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

TABLES: Final = ("journal_entry", "journal_exportrecord")
_REFUSAL: Final = "the journal is append-only"


def lay(connection: Any) -> None:
    """Put the triggers in place; repeating it changes nothing."""
    _run(connection, [statement for table in TABLES for statement in _laid(connection.vendor, table)])


def lift(connection: Any) -> None:
    """Take them away: for a restore, for a migration back, and for emptying a database of tests."""
    _run(connection, [statement for table in TABLES for statement in _lifted(connection.vendor, table)])


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    lift(connection)
    try:
        yield
    finally:
        lay(connection)


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _laid(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()",
    ]


def _lifted(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}" for act in ("change", "truncate")]
