from django.db import migrations

from luodi.web.journal import append_only


def keep(apps, schema_editor):
    append_only.keep(schema_editor.connection, "cases_casestep", ("first_start", "first_finish"))


def release(apps, schema_editor):
    append_only.release(schema_editor.connection, "cases_casestep")


class Migration(migrations.Migration):

    dependencies = [("cases", "0005_first_days")]

    operations = [migrations.RunPython(keep, release)]
