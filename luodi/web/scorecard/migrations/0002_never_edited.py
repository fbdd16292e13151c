from django.db import migrations

from luodi.web.journal import append_only

KEPT = {
    "scorecard_indicator": (
        "code", "of", "unit_id", "thing", "title_zh", "title_en", "measured_zh", "measured_en", "made",
    ),
    "scorecard_definition": (
        "indicator_id", "number", "holds", "takes", "proofs", "baseline", "target", "starts", "due", "path", "source",
        "reason", "at",
    ),
    "scorecard_contribution": ("reference", "indicator_id", "unit_id", "case_id", "project_id", "platform_id"),
    "scorecard_contributionstep": ("contribution_id", "act", "state", "reason", "rests_on", "at"),
    "scorecard_taskline": ("task_id", "kind", "value", "note", "unit_id", "due", "at"),
    "scorecard_frozenedition": ("unit_id", "number", "day", "content", "hash", "at"),
}  # fmt: skip


def keep(apps, schema_editor):
    for table, columns in KEPT.items():
        append_only.keep(schema_editor.connection, table, columns)


def release(apps, schema_editor):
    for table in KEPT:
        append_only.release(schema_editor.connection, table)


class Migration(migrations.Migration):

    dependencies = [("journal", "0002_never_edited"), ("scorecard", "0001_initial")]

    operations = [migrations.RunPython(keep, release)]
