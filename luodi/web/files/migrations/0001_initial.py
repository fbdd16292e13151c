import django.db.models.deletion
import luodi.web.journal.operations
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('pdf', 'pdf'), ('png', 'png'), ('jpeg', 'jpeg'), ('xlsx', 'xlsx'), ('docx', 'docx'), ('csv', 'csv'), ('txt', 'txt')], max_length=10)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('flags', models.JSONField(default=list)),
                ('place', models.CharField(max_length=40, unique=True)),
                ('at', models.DateTimeField()),
                ('scan', models.CharField(choices=[('none', 'None'), ('waiting', 'Waiting'), ('clean', 'Clean'), ('infected', 'Infected'), ('failed', 'Failed')], default='none', max_length=10)),
                ('found', models.CharField(blank=True, max_length=200)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('scanned', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'file',
                'indexes': [models.Index(condition=models.Q(('scan', 'clean'), _negated=True), fields=['scan'], name='files_not_clean'), models.Index(fields=['at'], name='files_by_age')],
            },
        ),
        luodi.web.journal.operations.NeverEdited(
            table='files_storedfile',
            columns=('name', 'kind', 'size', 'sha256', 'flags', 'place', 'at'),
        ),
    ]
