"""What is never edited is so for the database too. The columns as of this migration; `never_edited` names those of now."""

from django.db import migrations

from luodi.web.journal import append_only

KEPT = {
    "advisor_determination": (
        "query", "on", "has_day", "made", "digest", "verdict", "books", "facts", "clauses", "missing", "packed",
    ),
    "advisor_reply": ("key", "language", "text", "at"),
    "advisor_stale": ("at", "difference"),
    "files_storedfile": ("name", "kind", "size", "sha256", "flags", "place", "at"),
    "library_edition": ("book", "version", "hash", "seen", "files", "changes"),
}


def keep(apps, schema_editor):
    for table, columns in KEPT.items():
        append_only.keep(schema_editor.connection, table, columns)


def release(apps, schema_editor):
    for table in KEPT:
        append_only.release(schema_editor.connection, table)


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0001_initial"),
        ("advisor", "0001_initial"),
        ("files", "0001_initial"),
        ("library", "0001_initial"),
    ]

    operations = [migrations.RunPython(keep, release)]
