from django.db import migrations, models


def fill(apps, schema_editor):
    step = apps.get_model("cases", "CaseStep")
    step.objects.update(first_start=models.F("planned_start"), first_finish=models.F("planned_finish"))


class Migration(migrations.Migration):

    dependencies = [("cases", "0004_calendars")]

    operations = [
        migrations.AddField("casestep", "first_start", models.DateField(null=True)),
        migrations.AddField("casestep", "first_finish", models.DateField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("casestep", "first_start", models.DateField()),
        migrations.AlterField("casestep", "first_finish", models.DateField()),
    ]
