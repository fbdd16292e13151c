from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("docking", "0001_initial")]

    operations = [
        migrations.AddField("capitalneed", "converted_amount", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("capitalneed", "converted_currency", models.CharField(blank=True, default="", max_length=3), preserve_default=False),
        migrations.AddField("capitalneed", "converted_on", models.DateField(blank=True, null=True)),
        migrations.AddConstraint(
            "capitalneed",
            models.CheckConstraint(
                name="an_amount_is_converted_at_the_rate_of_a_day",
                condition=Q(converted_amount=None)
                | (~Q(converted_currency="") & Q(converted_on__isnull=False) & Q(amount__isnull=False)),
            ),
        ),
    ]
