"""The index of words is no model: each database has its own way to keep it."""

from luodi.web.library.words_table import CREATE, DROP


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    schema_editor.execute(DROP, params=None)
