"""What migrations put on a table beside Django's own: the triggers of `append_only`.

They are operations of their own and no `RunPython`, since that draws every model of the site anew each time it runs.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from luodi.web.journal import append_only


class _DatabaseOnly(Operation):
    """Changes the database alone; the models stay as they are."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing of the models."""


class NeverEdited(_DatabaseOnly):
    """Columns of a table, as of this migration, never change; rows may go."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, columns

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        append_only.forbid_edits(schema_editor.connection, self.table, self.columns)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        append_only.allow_edits(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Never edit {', '.join(self.columns)} of {self.table}"


class EditedAgain(NeverEdited):
    """The columns may change from here on, for a migration of the table."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class AppendOnly(_DatabaseOnly):
    """Rows of a table of the journal neither change nor go."""

    def __init__(self, table: str) -> None:
        self.table = table

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        append_only.install(schema_editor.connection, self.table)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        append_only.remove(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Keep {self.table} append-only"
