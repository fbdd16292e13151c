"""The index of words is no model: each database has its own way to keep it. What makes it is read only to make it.

An operation of its own and no `RunPython`, since that draws every model of the site anew.
"""

from django.db.migrations.operations.base import Operation


class WordsTable(Operation):
    """The index of words, made and dropped."""

    def state_forwards(self, app_label, state):
        """Nothing of the models."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        from luodi.web.library.word_index import CREATE

        for statement in CREATE[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        from luodi.web.library.word_index import DROP

        schema_editor.execute(DROP, params=None)

    def describe(self):
        return "Make the index of words"


class WordsTableAnew(WordsTable):
    """The index of words as it is kept now, in the place of an older one; it is filled when the site starts."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        from luodi.web.library.word_index import DROP

        schema_editor.execute(DROP, params=None)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """The table of an earlier release is made by its own index."""

    def describe(self):
        return "Make the index of words anew"
