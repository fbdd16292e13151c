"""What is never edited of leads is so for the database too."""

from django.db import migrations

from luodi.web.journal import append_only

KEPT = {
    "leads_signal": ("kind", "source", "external", "raw", "at"),
    "leads_evidence": ("part", "value", "day", "source", "at"),
    "leads_score": ("on", "book", "rows", "low", "high", "at"),
    "leads_adjustment": ("points", "reason", "at"),
}


def keep(apps, schema_editor):
    for table, columns in KEPT.items():
        append_only.keep(schema_editor.connection, table, columns)


def release(apps, schema_editor):
    for table in KEPT:
        append_only.release(schema_editor.connection, table)


class Migration(migrations.Migration):

    dependencies = [("leads", "0001_initial"), ("journal", "0002_never_edited")]

    operations = [migrations.RunPython(keep, release)]
