import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealings', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='talk',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='dealings.interaction'),
        ),
    ]
