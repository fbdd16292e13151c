import django.db.models.deletion
import django.db.models.expressions
import luodi.casework.leads
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
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('company_name', models.CharField(blank=True, max_length=300)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('summary', models.TextField(blank=True)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], default='zh', max_length=2)),
                ('technology', models.CharField(blank=True, max_length=300)),
                ('plans', models.JSONField(blank=True, default=list)),
                ('place', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('new', 'new'), ('screening', 'screening'), ('qualified', 'qualified'), ('parked', 'parked'), ('refused', 'refused'), ('duplicate', 'duplicate'), ('converted', 'converted')], default=luodi.casework.leads.Lead['NEW'], max_length=10)),
                ('wakes', models.DateField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('received', models.DateTimeField()),
                ('low', models.DecimalField(decimal_places=1, default=0, max_digits=5)),
                ('high', models.DecimalField(decimal_places=1, default=0, max_digits=5)),
                ('ended', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lead', to='cases.landingcase')),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='accounts.company')),
                ('determination', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='advisor.determination')),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='leads.lead')),
                ('enquiry', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lead', to='advisor.enquiry')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='accounts.unit')),
            ],
            options={
                'ordering': ('-received', '-id'),
                'indexes': [models.Index(fields=['unit', 'state', '-high', '-received'], name='leads_of_a_unit'), models.Index(fields=['officer', 'state', 'wakes'], name='leads_of_an_officer'), models.Index(fields=['state', 'wakes'], name='leads_to_wake'), models.Index(fields=['company', '-received'], name='leads_of_a_company'), models.Index(models.OrderBy(django.db.models.expressions.CombinedExpression(models.F('low'), '+', models.F('high')), descending=True), models.OrderBy(models.F('received'), descending=True), models.OrderBy(models.F('id'), descending=True), name='leads_by_middle')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', luodi.casework.leads.Lead['PARKED']), _negated=True), ('wakes__isnull', False), _connector='OR'), name='parked_until_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', [luodi.casework.leads.Lead['REFUSED'], luodi.casework.leads.Lead['PARKED']]), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_lead_ends_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('state', luodi.casework.leads.Lead['CONVERTED'])), models.Q(models.Q(('state', luodi.casework.leads.Lead['CONVERTED']), _negated=True), ('case', None)), _connector='OR'), name='a_converted_lead_has_its_case'), models.CheckConstraint(condition=models.Q(('duplicate_of', None), models.Q(('duplicate_of', models.F('id')), _negated=True), _connector='OR'), name='no_lead_is_its_own_duplicate')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('source', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='leads.lead')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ('day', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.SmallIntegerField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='adjustments', to='leads.lead')),
            ],
            options={
                'ordering': ('at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', -20), ('points__lte', 20), models.Q(('points', 0), _negated=True), models.Q(('reason', ''), _negated=True)), name='an_adjustment_is_small_and_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('book', models.JSONField()),
                ('rows', models.JSONField()),
                ('low', models.DecimalField(decimal_places=1, max_digits=5)),
                ('high', models.DecimalField(decimal_places=1, max_digits=5)),
                ('at', models.DateTimeField()),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='leads.lead')),
            ],
            options={
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('news', 'News'), ('fair', 'Fair'), ('form', 'Form'), ('referral', 'Referral'), ('register', 'Register'), ('feed', 'Feed'), ('file', 'File'), ('enquiry', 'Enquiry')], max_length=10)),
                ('source', models.CharField(max_length=200)),
                ('external', models.CharField(max_length=200)),
                ('raw', models.JSONField()),
                ('at', models.DateTimeField()),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signals', to='leads.lead')),
            ],
            options={
                'ordering': ('at', 'id'),
                'constraints': [models.UniqueConstraint(fields=('source', 'external'), name='a_signal_comes_once')],
            },
        ),
        luodi.web.journal.operations.NeverEdited(
            table='leads_signal',
            columns=('kind', 'source', 'external', 'raw', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='leads_evidence',
            columns=('part', 'value', 'day', 'source', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='leads_score',
            columns=('on', 'book', 'rows', 'low', 'high', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='leads_adjustment',
            columns=('points', 'reason', 'at'),
        ),
    ]
