from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("workbench", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="about",
            field=models.CharField(
                choices=[("cases", "Cases"), ("leads", "Leads")], default="cases", max_length=5
            ),
        ),
    ]
