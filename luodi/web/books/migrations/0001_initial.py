import django.db.models.deletion
import luodi.editor.stages
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
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(max_length=100)),
                ('base', models.CharField(max_length=64)),
                ('base_files', models.BinaryField()),
                ('title', models.CharField(max_length=200)),
                ('note', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in_review'), ('approved', 'approved'), ('published', 'published'), ('superseded', 'superseded'), ('withdrawn', 'withdrawn'), ('refused', 'refused')], default=luodi.editor.stages.State['DRAFT'], max_length=12)),
                ('files', models.BinaryField()),
                ('first_day', models.DateField(null=True)),
                ('reviewed', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('created', models.DateTimeField()),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-changed', '-id'),
                'indexes': [models.Index(fields=['book', 'state'], name='books_draft_book_f368be_idx')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(max_length=100)),
                ('hash', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('files', models.BinaryField()),
                ('first_day', models.DateField()),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='books.draft')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-first_day', '-id'),
                'indexes': [models.Index(fields=['book', 'first_day'], name='books_publi_book_a7d5a7_idx')],
            },
        ),
        migrations.CreateModel(
            name='InForce',
            fields=[
                ('book', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('publication', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='books.publication')),
            ],
            options={
                'verbose_name_plural': 'books in force',
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('files', models.BinaryField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='books.draft')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('profiles', 'profiles'), ('answers', 'answers'), ('companies', 'companies')], max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('stopped', 'stopped')], default='waiting', max_length=10)),
                ('asked', models.DateTimeField()),
                ('ended', models.DateTimeField(null=True)),
                ('on', models.DateField()),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('whole', models.PositiveBigIntegerField(default=0)),
                ('result', models.JSONField(null=True)),
                ('listed', models.BinaryField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='books.draft')),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['draft', 'kind'], name='books_run_draft_i_496e0b_idx')],
            },
        ),
        migrations.CreateModel(
            name='TriedProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='profiles', to='books.draft')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('draft', 'name'), name='one_tried_profile_a_name')],
            },
        ),
    ]
