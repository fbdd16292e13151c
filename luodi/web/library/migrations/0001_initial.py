import luodi.web.journal.operations
import luodi.web.library.migrations._words
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Index',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('texts', models.PositiveIntegerField()),
                ('made', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Learned',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('change', models.CharField(db_index=True, max_length=32)),
                ('on', models.DateField()),
                ('kind', models.CharField(max_length=20)),
                ('entry_kind', models.CharField(blank=True, max_length=20)),
                ('entry', models.CharField(blank=True, max_length=200)),
                ('book', models.CharField(blank=True, max_length=100)),
                ('version', models.CharField(blank=True, max_length=50)),
                ('edition', models.CharField(blank=True, max_length=64)),
                ('title', models.JSONField()),
                ('figures', models.JSONField(default=list)),
                ('withdrawn', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'learned changes',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(max_length=100)),
                ('version', models.CharField(max_length=50)),
                ('hash', models.CharField(max_length=64)),
                ('seen', models.DateTimeField()),
                ('files', models.BinaryField()),
                ('changes', models.JSONField(null=True)),
            ],
            options={
                'ordering': ['-seen', '-id'],
                'constraints': [models.UniqueConstraint(fields=('book', 'hash'), name='one_edition_a_hash')],
            },
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('position', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('title_zh', models.TextField()),
                ('title_en', models.TextField()),
                ('body_zh', models.TextField()),
                ('body_en', models.TextField()),
                ('first', models.PositiveIntegerField(default=0)),
                ('last', models.PositiveIntegerField(default=10000000)),
                ('closed', models.BooleanField(default=False)),
                ('confidence', models.CharField(blank=True, max_length=10)),
                ('services', models.JSONField(default=list)),
                ('places', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='one_text_an_entry')],
            },
        ),
        luodi.web.journal.operations.NeverEdited(
            table='library_edition',
            columns=('book', 'version', 'hash', 'seen', 'files', 'changes'),
        ),
        luodi.web.library.migrations._words.WordsTable(),
    ]
