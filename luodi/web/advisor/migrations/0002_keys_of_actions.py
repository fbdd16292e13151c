# Keys are those of `core.ActionKey`; an enquiry has a version, which a form carries.

from django.db import migrations, models

from luodi.web.journal.operations import EditedAgain, NeverEdited


class Migration(migrations.Migration):
    dependencies = [("advisor", "0001_initial")]

    operations = [
        migrations.AddField("enquiry", "version", models.PositiveIntegerField(default=1)),
        migrations.RemoveField("enquiry", "key"),
        migrations.RemoveField("report", "key"),
        EditedAgain("advisor_reply", ["key", "language", "text", "at"]),
        migrations.RemoveField("reply", "key"),
        NeverEdited("advisor_reply", ["language", "text", "at"]),
    ]
