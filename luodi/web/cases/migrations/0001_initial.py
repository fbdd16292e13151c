import django.db.models.deletion
import luodi.casework.authorisations
import luodi.casework.stages
import luodi.casework.step_states
import luodi.web.cases.models.stages
import luodi.web.cases.models.steps
import luodi.web.journal.operations
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('advisor', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=80)),
                ('place', models.PositiveSmallIntegerField()),
                ('track', models.CharField(max_length=20)),
                ('title', models.JSONField()),
                ('authority', models.JSONField()),
                ('documents', models.JSONField(default=list)),
                ('basis', models.JSONField(default=list)),
                ('needs', models.JSONField(default=list)),
                ('runs_with', models.CharField(blank=True, max_length=80)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('basis_of_days', models.JSONField(default=dict)),
                ('optional', models.BooleanField(default=False)),
                ('recurs', models.BooleanField(default=False)),
                ('planned_start', models.DateField()),
                ('planned_finish', models.DateField()),
                ('first_start', models.DateField()),
                ('first_finish', models.DateField()),
                ('state', models.CharField(choices=[('not_needed', 'not_needed'), ('open', 'open'), ('submitted', 'submitted'), ('question_open', 'question_open'), ('granted', 'granted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default=luodi.casework.step_states.StepState['OPEN'], max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('submitted', models.DateField(null=True)),
                ('decided', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'step',
                'ordering': ('case_id', 'place', 'id'),
            },
        ),
        migrations.CreateModel(
            name='LandingCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('place', models.CharField(blank=True, max_length=40)),
                ('plans', models.JSONField(default=list)),
                ('technology', models.TextField(blank=True)),
                ('amount', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('amount_kind', models.CharField(blank=True, choices=[('investment', 'investment'), ('registered_capital', 'registered_capital'), ('research_spending', 'research_spending')], max_length=20)),
                ('amount_as_of', models.DateField(null=True)),
                ('amount_is_actual', models.BooleanField(default=False)),
                ('opened', models.DateTimeField()),
                ('estimated', models.DateField(editable=False, null=True)),
                ('actual', models.DateField(null=True)),
                ('stage', models.CharField(choices=[('opened', 'opened'), ('scoped', 'scoped'), ('planned', 'planned'), ('establishing', 'establishing'), ('operating', 'operating'), ('landing_claimed', 'landing_claimed'), ('landing_verified', 'landing_verified'), ('aftercare', 'aftercare')], default=luodi.casework.stages.Stage['OPENED'], max_length=20)),
                ('since', models.DateTimeField()),
                ('health', models.CharField(choices=[('on_track', 'on_track'), ('at_risk', 'at_risk'), ('delayed', 'delayed'), ('paused', 'paused')], default=luodi.casework.stages.Health['ON_TRACK'], max_length=10)),
                ('health_reason', models.TextField(blank=True)),
                ('end', models.CharField(choices=[('none', 'none'), ('lost', 'lost'), ('withdrawn', 'withdrawn'), ('refused', 'refused')], default=luodi.casework.stages.End['NONE'], max_length=10)),
                ('end_reason', models.TextField(blank=True)),
                ('ended', models.DateField(null=True)),
                ('lost_to', models.CharField(blank=True, max_length=200)),
                ('contacted', models.DateField(null=True)),
                ('next_due', models.DateField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('assurance', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assured_cases', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='accounts.company')),
                ('determination', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='advisor.determination')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='accounts.unit')),
            ],
            options={
                'ordering': ('-opened', '-id'),
                'indexes': [models.Index(fields=['unit', 'end', 'stage', '-opened'], name='cases_of_a_unit'), models.Index(fields=['officer', 'end', 'estimated'], name='cases_of_an_officer'), models.Index(fields=['company', '-opened'], name='cases_of_a_company'), models.Index(fields=['end', '-opened', '-id'], name='cases_newest_first'), models.Index(fields=['unit', 'end', 'next_due', 'id'], name='cases_of_a_unit_by_day'), models.Index(fields=['end', 'next_due', 'id'], name='cases_by_day'), models.Index(condition=models.Q(('end', 'none')), fields=['stage', '-since', '-id'], name='cases_open_by_stage')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', None), models.Q(models.Q(('currency', ''), _negated=True), models.Q(('amount_kind', ''), _negated=True), ('amount_as_of__isnull', False)), _connector='OR'), name='an_amount_keeps_its_currency_kind_and_day'), models.CheckConstraint(condition=models.Q(('end', luodi.casework.stages.End['NONE']), ('ended__isnull', False), _connector='OR'), name='what_has_ended_has_a_day')],
            },
        ),
        migrations.CreateModel(
            name='InfoRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.TextField()),
                ('at', models.DateTimeField()),
                ('due', models.DateField()),
                ('state', models.CharField(choices=[('open', 'open'), ('answered', 'answered'), ('expired', 'expired'), ('withdrawn', 'withdrawn')], default=luodi.web.cases.models.steps.RequestState['OPEN'], max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('answered', models.DateTimeField(null=True)),
                ('chased', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='cases.casestep')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='cases.landingcase')),
            ],
            options={
                'verbose_name': 'question',
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['due'], name='questions_open_by_due')],
            },
        ),
        migrations.CreateModel(
            name='DateChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.DateField(null=True)),
                ('new', models.DateField()),
                ('reason', models.TextField()),
                ('state', models.CharField(choices=[('made', 'made'), ('proposed', 'proposed'), ('approved', 'approved'), ('declined', 'declined')], max_length=10)),
                ('at', models.DateTimeField()),
                ('decided', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='date_changes', to='cases.landingcase')),
            ],
            options={
                'ordering': ('-at', '-id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('case',), name='one_proposed_day_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('started', models.DateField()),
                ('limit', models.PositiveSmallIntegerField(null=True)),
                ('stopped', models.DateField(null=True)),
                ('due', models.DateField(null=True)),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='cases.casestep')),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clock', to='cases.inforequest')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='cases.landingcase')),
            ],
            options={
                'ordering': ('started', 'id'),
                'indexes': [models.Index(condition=models.Q(('stopped', None)), fields=['due'], name='clocks_running_by_due'), models.Index(condition=models.Q(('stopped', None)), fields=['case'], name='clocks_running_of_a_case')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'open'), ('verified', 'verified'), ('rejected', 'rejected')], default=luodi.web.cases.models.stages.Claimed['OPEN'], max_length=10)),
                ('decided', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('proofs', models.JSONField(default=list)),
                ('gate', models.CharField(blank=True, max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verifier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='cases.landingcase')),
            ],
            options={
                'ordering': ('-at', '-id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case',), name='one_open_claim_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('screening', 'screening'), ('security', 'security'), ('export_control', 'export_control'), ('data_export', 'data_export'), ('funds', 'funds')], max_length=20)),
                ('result', models.CharField(choices=[('pending', 'pending'), ('passed', 'passed'), ('failed', 'failed')], max_length=10)),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('valid_until', models.DateField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='cases.landingcase')),
            ],
            options={
                'ordering': ('kind', '-at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='casestep',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='cases.landingcase'),
        ),
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=2)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('series', 'year'), name='a_series_is_counted_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=80)),
                ('title', models.JSONField()),
                ('every', models.CharField(max_length=20)),
                ('when', models.JSONField(default=dict)),
                ('basis', models.JSONField(default=list)),
                ('due', models.DateField(null=True)),
                ('done', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='cases.landingcase')),
            ],
            options={
                'ordering': ('due', 'id'),
                'indexes': [models.Index(fields=['due'], name='obligations_by_due')],
                'constraints': [models.UniqueConstraint(fields=('case', 'step'), name='a_case_has_a_duty_once')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField(null=True)),
                ('cause', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='cases.clock')),
            ],
            options={
                'ordering': ('first', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('cause', ''), _negated=True), name='a_pause_has_a_cause'), models.CheckConstraint(condition=models.Q(('last', None), ('last__gte', models.F('first')), _connector='OR'), name='a_pause_ends_after_it_began'), models.UniqueConstraint(condition=models.Q(('last', None)), fields=('clock',), name='one_pause_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proves', models.CharField(max_length=40)),
                ('issued', models.DateField(null=True)),
                ('expires', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('withdrawn', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='cases.landingcase')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'ordering': ('proves', '-at', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('issued', None), ('expires', None), ('expires__gte', models.F('issued')), _connector='OR'), name='a_proof_expires_after_it_was_issued')],
            },
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('number', models.CharField(blank=True, max_length=100)),
                ('issued', models.DateField()),
                ('expires', models.DateField(null=True)),
                ('conditions', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('issued', 'issued'), ('suspended', 'suspended'), ('reinstated', 'reinstated'), ('expired', 'expired'), ('revoked', 'revoked'), ('surrendered', 'surrendered')], default=luodi.casework.authorisations.AuthState['ISSUED'], max_length=12)),
                ('reason', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorisations', to='cases.landingcase')),
                ('proof', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authorisation', to='cases.proof')),
            ],
            options={
                'ordering': ('issued', 'id'),
                'indexes': [models.Index(fields=['expires'], name='authorisations_by_end')],
            },
        ),
        migrations.CreateModel(
            name='UnitCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.CharField(blank=True, max_length=40)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'calendar',
                'ordering': ('unit_id',),
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('works', models.BooleanField()),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='cases.unitcalendar')),
            ],
            options={
                'verbose_name': 'day of a calendar',
                'ordering': ('day',),
                'constraints': [models.UniqueConstraint(fields=('calendar', 'day'), name='a_calendar_says_of_a_day_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_day_that_differs_has_a_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='casestep',
            constraint=models.UniqueConstraint(fields=('case', 'step'), name='a_case_has_a_step_once'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='cases_proof',
            columns=('proves', 'issued', 'expires', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='cases_datechange',
            columns=('old', 'new', 'reason', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='cases_casestep',
            columns=('first_start', 'first_finish'),
        ),
    ]
