import django.db.models.deletion
import luodi.web.journal.operations
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0)),
                ('hash', models.CharField(default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('actor', models.BigIntegerField(null=True)),
                ('role', models.CharField(max_length=200)),
                ('unit', models.CharField(max_length=400)),
                ('act', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=100)),
                ('subject', models.CharField(max_length=100)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('request', models.CharField(blank=True, max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name_plural': 'entries',
                'ordering': ('-number',),
                'indexes': [models.Index(fields=['kind', 'subject'], name='journal_ent_kind_98686d_idx'), models.Index(fields=['actor'], name='journal_ent_actor_b7bbe6_idx')],
            },
        ),
        migrations.CreateModel(
            name='ExportRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.BigIntegerField(null=True)),
                ('kind', models.CharField(max_length=100)),
                ('rows', models.BigIntegerField()),
                ('form', models.CharField(max_length=20)),
                ('asked', models.JSONField(default=dict)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='export', to='journal.entry')),
            ],
            options={
                'ordering': ('-at',),
            },
        ),
        luodi.web.journal.operations.AppendOnly(
            table='journal_entry',
        ),
        luodi.web.journal.operations.AppendOnly(
            table='journal_exportrecord',
        ),
    ]
