"""The index of words is no model: each database has its own way to keep it. What makes it is read only to make it."""


def create(apps, schema_editor):
    from luodi.web.library.words_table import CREATE

    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    from luodi.web.library.words_table import DROP

    schema_editor.execute(DROP, params=None)
