"""What is never edited of companies is so for the database too."""

from django.db import migrations

from luodi.web.journal import append_only

KEPT = {
    "companies_fact": ("attribute", "value", "as_of", "origin", "source", "at"),
    "companies_merge": ("kept_id", "gone_id", "reason", "moved", "at"),
}


def keep(apps, schema_editor):
    for table, columns in KEPT.items():
        append_only.keep(schema_editor.connection, table, columns)


def release(apps, schema_editor):
    for table in KEPT:
        append_only.release(schema_editor.connection, table)


class Migration(migrations.Migration):

    dependencies = [("companies", "0001_initial"), ("journal", "0002_never_edited")]

    operations = [migrations.RunPython(keep, release)]
