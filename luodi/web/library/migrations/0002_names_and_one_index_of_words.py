import luodi.web.library.migrations._words
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='text',
            name='names',
            field=models.JSONField(default=list),
        ),
        luodi.web.library.migrations._words.WordsTableAnew(),
    ]
