from django.db import migrations

from luodi.web.journal import append_only

COLUMNS = ("name", "kind", "size", "sha256", "flags", "place", "at")


def keep(apps, schema_editor):
    append_only.keep(schema_editor.connection, "files_storedfile", COLUMNS)


def release(apps, schema_editor):
    append_only.release(schema_editor.connection, "files_storedfile")


class Migration(migrations.Migration):

    dependencies = [("journal", "0002_never_edited"), ("files", "0001_initial")]

    operations = [migrations.RunPython(keep, release)]
