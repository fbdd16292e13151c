import django.db.models.deletion
import luodi.scorecard.contributions
import luodi.web.journal.operations
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('docking', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('state', models.CharField(choices=[('claimed', 'claimed'), ('checking', 'checking'), ('counted', 'counted'), ('rejected', 'rejected'), ('reversed', 'reversed')], default=luodi.scorecard.contributions.State['CLAIMED'], max_length=10)),
                ('claimed', models.DateTimeField()),
                ('check_by', models.DateField()),
                ('decided', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='cases.landingcase')),
                ('checker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='docking.demonstrationproject')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='accounts.unit')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='ContributionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('claimed', 'claimed'), ('checking', 'checking'), ('counted', 'counted'), ('rejected', 'rejected'), ('reversed', 'reversed')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('rests_on', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='scorecard.contribution')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('of', models.CharField(max_length=20)),
                ('thing', models.CharField(choices=[('landing', 'landing'), ('project', 'project'), ('platform', 'platform')], max_length=10)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=200)),
                ('measured_zh', models.CharField(max_length=20)),
                ('measured_en', models.CharField(max_length=40)),
                ('made', models.DateTimeField()),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='accounts.unit')),
            ],
            options={
                'ordering': ('of', 'code'),
                'indexes': [models.Index(fields=['unit'], name='indicators_of_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('holds', models.DateField()),
                ('takes', models.JSONField(default=dict)),
                ('proofs', models.JSONField(default=list)),
                ('baseline', models.PositiveIntegerField(default=0)),
                ('target', models.PositiveIntegerField(null=True)),
                ('starts', models.DateField()),
                ('due', models.DateField()),
                ('path', models.JSONField(default=list)),
                ('source', models.CharField(choices=[('article', 'Article'), ('assumption', 'Assumption'), ('decision', 'Decision')], max_length=10)),
                ('reason', models.TextField()),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('approved', 'Approved'), ('declined', 'Declined')], default='proposed', max_length=10)),
                ('at', models.DateTimeField()),
                ('decided', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='definitions', to='scorecard.indicator')),
            ],
            options={
                'ordering': ('indicator', 'number'),
                'constraints': [models.UniqueConstraint(fields=('indicator', 'number'), name='definitions_are_numbered'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('indicator',), name='one_proposed_definition_at_a_time'), models.CheckConstraint(condition=models.Q(('due__gt', models.F('starts'))), name='a_promise_is_due_after_it_starts'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_definition_has_a_reason')],
            },
        ),
        migrations.AddField(
            model_name='contribution',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='scorecard.indicator'),
        ),
        migrations.CreateModel(
            name='PlanTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=20, unique=True)),
                ('due', models.DateField(null=True)),
                ('declared', models.CharField(blank=True, choices=[('not_started', 'not_started'), ('under_way', 'under_way'), ('done', 'done'), ('dropped', 'dropped')], max_length=12)),
                ('declared_day', models.DateField(null=True)),
                ('evidenced', models.CharField(blank=True, choices=[('no_evidence', 'no_evidence'), ('not_started', 'not_started'), ('limited', 'limited'), ('substantial', 'substantial'), ('complete', 'complete')], max_length=12)),
                ('evidenced_day', models.DateField(null=True)),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_tasks', to='accounts.unit')),
            ],
            options={
                'ordering': ('task',),
            },
        ),
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('address', models.URLField(max_length=300, unique=True)),
                ('since', models.DateField()),
                ('made', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platforms', to='accounts.unit')),
            ],
        ),
        migrations.AddField(
            model_name='contribution',
            name='platform',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='scorecard.platform'),
        ),
        migrations.CreateModel(
            name='TaskLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'Assigned'), ('declared', 'Declared'), ('evidenced', 'Evidenced')], max_length=10)),
                ('value', models.CharField(blank=True, max_length=12)),
                ('note', models.TextField()),
                ('due', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='scorecard.plantask')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='FrozenEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('day', models.DateField()),
                ('content', models.TextField()),
                ('hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_editions', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'edition',
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('unit', 'number'), name='editions_of_a_unit_are_numbered')],
            },
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['indicator', 'state'], name='contributions_by_state'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['state', 'check_by', 'id'], name='contributions_to_check'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('indicator', 'case'), name='a_case_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('indicator', 'project'), name='a_project_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('indicator', 'platform'), name='a_platform_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('platform', None), ('project', None)), models.Q(('case', None), ('platform', None), ('project__isnull', False)), models.Q(('case', None), ('platform__isnull', False), ('project', None)), _connector='OR'), name='a_contribution_is_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('checker', None), ('claimed_by', None), models.Q(('checker', models.F('claimed_by')), _negated=True), _connector='OR'), name='nobody_checks_what_they_claimed'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rejected', 'reversed']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='what_does_not_count_has_a_reason'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_indicator',
            columns=('code', 'of', 'unit_id', 'thing', 'title_zh', 'title_en', 'measured_zh', 'measured_en', 'made'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_definition',
            columns=('indicator_id', 'number', 'holds', 'takes', 'proofs', 'baseline', 'target', 'starts', 'due', 'path', 'source', 'reason', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_contribution',
            columns=('reference', 'indicator_id', 'unit_id', 'case_id', 'project_id', 'platform_id'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_contributionstep',
            columns=('contribution_id', 'act', 'state', 'reason', 'rests_on', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_taskline',
            columns=('task_id', 'kind', 'value', 'note', 'unit_id', 'due', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='scorecard_frozenedition',
            columns=('unit_id', 'number', 'day', 'content', 'hash', 'at'),
        ),
    ]
