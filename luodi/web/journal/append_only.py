"""The triggers that keep the database itself from changing what is never changed, on both databases.

Rows of the journal are added and nothing else. Rows of a model that says `never_edited = ("field", ..)` are added and
taken away, as people may forget what they kept, but those fields never change.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = ("journal_entry", "journal_exportrecord")
_REFUSAL: Final = "the journal is append-only"
_NEVER: Final = "this record is never edited"


def install(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Put the triggers of tables in place, of all of the journal's if none is named; repeating it changes nothing."""
    _run(connection, [statement for table in tables or TABLES for statement in _creation(connection.vendor, table)])


def forbid_edits(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]) -> None:
    """Forbid changes to columns of a table; repeating it changes nothing."""
    _run(connection, _edit_triggers(connection.vendor, table, columns))


def allow_edits(connection: BaseDatabaseWrapper, table: str) -> None:
    """Allow them again, for a migration back."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    _run(connection, [f"DROP TRIGGER IF EXISTS {table}_never_edited{on}"])


def never_edited() -> dict[str, tuple[str, ...]]:
    """Columns by table, of every model that says so."""
    return {
        model._meta.db_table: tuple(str(field.column) for field in model._meta.concrete_fields if field.name in names)
        for model in apps.get_models()
        if (names := vars(model).get("never_edited"))
    }


def remove(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Remove them: for a restore, for a migration back, and for emptying a database of tests."""
    _run(connection, [statement for table in tables or TABLES for statement in _removal(connection.vendor, table)])


@contextmanager
def without_triggers(connection: BaseDatabaseWrapper) -> Iterator[None]:
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _creation(vendor: str, table: str) -> list[str]:
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


def _edit_triggers(vendor: str, table: str, columns: Sequence[str]) -> list[str]:
    named = ", ".join(f'"{column}"' for column in columns)
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_never_edited BEFORE UPDATE OF {named} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
        ]
    return [
        "CREATE OR REPLACE FUNCTION never_edited_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NEVER}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_never_edited BEFORE UPDATE OF {named} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION never_edited_refuse()",
    ]


def _removal(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}" for act in ("change", "truncate")]
