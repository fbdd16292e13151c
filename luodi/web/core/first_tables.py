"""The first tables of a room, made at one go.

Django draws the models anew for each operation of a migration: the one that it adds or changes, and all that hang
together with it over any number of relations, which on this site are nearly all there are. Of the first start that was
half. Here the models of a room are drawn once, as all of its first operations leave them.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_OF_NEW_MODELS: Final = (CreateModel, AddField, AddIndex, AddConstraint)


class FirstTables(Migration):
    """A room's first migration, as Django writes it: what begins it makes tables, which are made together."""

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        written: Sequence[Operation] = vars(self)["operations"]
        first = list(takewhile(lambda each: isinstance(each, _OF_NEW_MODELS), written))
        vars(self)["operations"] = [Tables(first), *written[len(first) :]]


class Tables(Operation):
    """New models; each gets its table once, whole, with the fields, indexes and constraints that others of these
    operations add to it.

    Raises `ValueError` for an operation on a model that is not one of the new.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
        self.new = [each for each in operations if isinstance(each, CreateModel)]
        names = {each.name_lower for each in self.new}
        for each in operations:
            if not isinstance(each, CreateModel) and getattr(each, "model_name_lower", "") not in names:
                raise ValueError(f"{each.describe()}: a table that is there already needs a migration of its own")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn anew when the next one asks, once
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in self.new:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in reversed(self.new):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {', '.join(each.name for each in self.new)}"
