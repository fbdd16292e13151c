"""What migrations lay around a table beside Django's own: the triggers of `append_only`.

They are operations of their own and no `RunPython`, since that draws every model of the site anew each time it runs.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation

from luodi.web.journal import append_only


class _Around(Operation):
    """Changes the database alone; the models stay as they are."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing of the models."""


class NeverEdited(_Around):
    """Columns of a table, as of this migration, never change; rows may go."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, columns

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        append_only.keep(schema_editor.connection, self.table, self.columns)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        append_only.release(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Never edit {', '.join(self.columns)} of {self.table}"


class EditedAgain(NeverEdited):
    """The columns may change from here on, for a migration of the table."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class AppendOnly(_Around):
    """Rows of a table of the journal neither change nor go."""

    def __init__(self, table: str) -> None:
        self.table = table

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        append_only.lay(schema_editor.connection, self.table)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        append_only.lift(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Keep {self.table} append-only"
