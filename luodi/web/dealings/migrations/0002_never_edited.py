from django.db import migrations

from luodi.web.journal import append_only

KEPT = {
    "dealings_handoff": ("question", "at"),
    "dealings_interaction": ("kind", "day", "people", "note", "at"),
}


def keep(apps, schema_editor):
    for table, columns in KEPT.items():
        append_only.keep(schema_editor.connection, table, columns)


def release(apps, schema_editor):
    for table in KEPT:
        append_only.release(schema_editor.connection, table)


class Migration(migrations.Migration):

    dependencies = [("journal", "0002_never_edited"), ("dealings", "0001_initial")]

    operations = [migrations.RunPython(keep, release)]
