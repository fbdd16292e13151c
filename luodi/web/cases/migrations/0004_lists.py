from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_next_due")]
    operations = [
        migrations.AddIndex(
            "landingcase",
            models.Index(
                condition=models.Q(("end", "none")), fields=["stage", "-since", "-id"], name="cases_open_by_stage"
            ),
        ),
    ]
