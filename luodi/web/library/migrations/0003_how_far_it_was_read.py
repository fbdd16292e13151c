from django.db import migrations, models


class Migration(migrations.Migration):
    """The rows follow with the next index, which is made anew since its code has changed."""

    dependencies = [
        ("library", "0002_names_and_one_index_of_words"),
    ]

    operations = [
        migrations.RenameField(model_name="text", old_name="confidence", new_name="read"),
        migrations.AddField(
            model_name="text",
            name="doubtful",
            field=models.BooleanField(default=False),
        ),
    ]
