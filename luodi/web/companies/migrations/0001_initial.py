import django.db.models.deletion
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
    ]

    operations = [
        migrations.CreateModel(
            name='ImportSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('origin', models.CharField(max_length=10)),
                ('mapping', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('post', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], default='zh', max_length=2)),
                ('left', models.DateField(blank=True, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.company')),
            ],
            options={
                'ordering': ('left', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('form', models.CharField(max_length=10)),
                ('mapping', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('mapping', 'Mapping'), ('reading', 'Reading'), ('comparing', 'Comparing'), ('deciding', 'Deciding'), ('failed', 'Failed')], default='mapping', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('read', models.PositiveIntegerField(default=0)),
                ('skipped', models.PositiveIntegerField(default=0)),
                ('compared', models.BigIntegerField(default=0)),
                ('doing', models.CharField(blank=True, max_length=10)),
                ('problem', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='companies.importsource')),
            ],
            options={
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='InboundRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('raw', models.JSONField()),
                ('hash', models.CharField(max_length=64)),
                ('said', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('skipped', 'Skipped'), ('waiting', 'Waiting'), ('number', 'Number'), ('new', 'New'), ('alike', 'Alike'), ('twin', 'Twin'), ('done', 'Done'), ('rejected', 'Rejected')], default='waiting', max_length=10)),
                ('problem', models.TextField(blank=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='companies.importrun')),
                ('twin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='twins', to='companies.inboundrecord')),
            ],
            options={
                'ordering': ('run_id', 'line'),
                'indexes': [models.Index(fields=['run', 'state', 'line'], name='records_by_state')],
                'constraints': [models.UniqueConstraint(fields=('run', 'line'), name='a_row_is_kept_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'skipped'), _negated=True), models.Q(('problem', ''), _negated=True), _connector='OR'), name='a_skipped_row_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sector', 'Sector'), ('technology', 'Technology')], max_length=10)),
                ('code', models.CharField(max_length=80)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='accounts.company')),
            ],
            options={
                'ordering': ('kind', 'code'),
                'indexes': [models.Index(fields=['kind', 'code', 'company'], name='company_by_label')],
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'code'), name='a_label_is_given_once')],
            },
        ),
        migrations.CreateModel(
            name='MatchDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected'), ('undone', 'Undone')], default='proposed', max_length=10)),
                ('score', models.SmallIntegerField(default=0)),
                ('parts', models.JSONField(default=dict)),
                ('applied', models.JSONField(default=dict)),
                ('at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='accounts.company')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='companies.inboundrecord')),
            ],
            options={
                'ordering': ('record_id', '-score', 'id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'confirmed')), fields=('record',), name='a_record_is_about_one_company'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('at__isnull', False), ('company__isnull', False)), _connector='OR'), name='decided_for_a_company')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('moved', models.JSONField()),
                ('at', models.DateTimeField()),
                ('undone', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged_as', to='accounts.company')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='accounts.company')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone', None)), fields=('gone',), name='a_company_is_merged_once')],
            },
        ),
        migrations.CreateModel(
            name='CompanyName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('script', models.CharField(max_length=4)),
                ('kind', models.CharField(choices=[('legal', 'Legal'), ('trade', 'Trade'), ('former', 'Former'), ('translated', 'Translated')], default='legal', max_length=12)),
                ('starts', models.DateField(blank=True, null=True)),
                ('ends', models.DateField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='accounts.company')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends', None), ('starts', None), ('ends__gt', models.F('starts')), _connector='OR'), name='a_name_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('case', 'Case'), ('events', 'Events'), ('alerts', 'Alerts'), ('sharing', 'Sharing')], max_length=10)),
                ('channel', models.CharField(choices=[('email', 'Email'), ('phone', 'Phone'), ('message', 'Message')], max_length=10)),
                ('given', models.DateField()),
                ('how', models.CharField(max_length=300)),
                ('withdrawn', models.DateField(blank=True, null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='companies.contact')),
            ],
            options={
                'ordering': ('given', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrawn', None), ('withdrawn__gte', models.F('given')), _connector='OR'), name='consent_is_given_first')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attribute', models.CharField(max_length=80)),
                ('value', models.JSONField()),
                ('as_of', models.DateField()),
                ('origin', models.CharField(choices=[('register', 'Register'), ('document', 'Document'), ('declared', 'Declared')], max_length=10)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='accounts.company')),
            ],
            options={
                'ordering': ('attribute', '-as_of', '-id'),
                'indexes': [models.Index(fields=['company', 'attribute'], name='facts_of_a_company')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder_name', models.CharField(blank=True, max_length=300)),
                ('holder_kind', models.CharField(default='unknown', max_length=10)),
                ('share', models.CharField(max_length=40)),
                ('votes', models.CharField(blank=True, max_length=40)),
                ('starts', models.DateField(blank=True, null=True)),
                ('ends', models.DateField(blank=True, null=True)),
                ('origin', models.CharField(choices=[('register', 'Register'), ('document', 'Document'), ('declared', 'Declared')], default='declared', max_length=10)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='accounts.company')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='accounts.company')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends', None), ('starts', None), ('ends__gt', models.F('starts')), _connector='OR'), name='a_holding_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('holder', None), ('holder_name', ''), _connector='XOR'), name='a_holding_has_one_holder'), models.CheckConstraint(condition=models.Q(('holder', None), models.Q(('holder', models.F('company')), _negated=True), _connector='OR'), name='nobody_holds_oneself')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=60)),
                ('verified', models.DateField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='accounts.company')),
            ],
            options={
                'ordering': ('scheme', 'value'),
                'constraints': [models.UniqueConstraint(fields=('scheme', 'value'), name='an_identifier_is_that_of_one_company')],
            },
        ),
        luodi.web.journal.operations.NeverEdited(
            table='companies_fact',
            columns=('attribute', 'value', 'as_of', 'origin', 'source', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='companies_merge',
            columns=('kept_id', 'gone_id', 'reason', 'moved', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='companies_inboundrecord',
            columns=('line', 'raw', 'hash', 'said'),
        ),
    ]
