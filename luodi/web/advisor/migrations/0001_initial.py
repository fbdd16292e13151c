import django.db.models.deletion
import luodi.casework.enquiries
import luodi.web.journal.operations
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('files', '0001_initial'),
        # Of others' packages, whose many steps are cheap while there are few tables to draw with each.
        ('django_tasks_database', '0013_separate_exception_fields'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('socialaccount', '0006_alter_socialaccount_extra_data'),
        ('usersessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checked',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('books', models.CharField(blank=True, max_length=64)),
                ('day', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('line', models.CharField(max_length=200)),
                ('fault', models.CharField(choices=[('wrong', 'wrong'), ('missing', 'missing'), ('simpler', 'simpler')], max_length=10)),
                ('text', models.TextField()),
                ('query', models.TextField(blank=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2)),
                ('received', models.DateTimeField()),
                ('closed', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('-received', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Determination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.TextField()),
                ('on', models.DateField()),
                ('has_day', models.BooleanField()),
                ('made', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('verdict', models.CharField(blank=True, max_length=20)),
                ('books', models.JSONField()),
                ('facts', models.JSONField()),
                ('clauses', models.JSONField()),
                ('missing', models.JSONField()),
                ('packed', models.BinaryField()),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='advisor.determination')),
            ],
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2)),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('company', models.CharField(blank=True, max_length=300)),
                ('message', models.TextField(blank=True)),
                ('received', models.DateTimeField()),
                ('state', models.CharField(choices=[('new', 'new'), ('assigned', 'assigned'), ('answered', 'answered'), ('closed', 'closed')], default=luodi.casework.enquiries.State['NEW'], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('assigned', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('determination', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='enquiry', to='advisor.determination')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='enquiries', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='accounts.unit')),
            ],
            options={
                'verbose_name_plural': 'enquiries',
                'ordering': ('-received', '-id'),
                'indexes': [models.Index(fields=['unit', 'state'], name='advisor_enq_unit_id_f3b9d4_idx')],
            },
        ),
        migrations.CreateModel(
            name='EnquiryFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='advisor.enquiry')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='advisor.enquiry')),
            ],
            options={
                'verbose_name_plural': 'replies',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Saved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('determination', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='saved', to='advisor.determination')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'saved answers',
                'ordering': ('-at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('user', 'fingerprint'), name='the_same_answers_are_saved_once')],
            },
        ),
        migrations.CreateModel(
            name='Stale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('difference', models.JSONField()),
                ('determination', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='stale', to='advisor.determination')),
            ],
        ),
        luodi.web.journal.operations.NeverEdited(
            table='advisor_determination',
            columns=('query', 'on', 'has_day', 'made', 'digest', 'verdict', 'books', 'facts', 'clauses', 'missing', 'packed'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='advisor_stale',
            columns=('at', 'difference'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='advisor_reply',
            columns=('key', 'language', 'text', 'at'),
        ),
    ]
