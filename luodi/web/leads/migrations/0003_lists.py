from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_never_edited")]
    operations = [
        migrations.AddIndex(
            "lead",
            models.Index(
                (F("low") + F("high")).desc(), F("received").desc(), F("id").desc(), name="leads_by_middle"
            ),
        ),
    ]
