import django.db.models.deletion
import django.utils.timezone
import luodi.web.core.roles
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=7)),
                ('is_active', models.BooleanField(default=True)),
                ('digest', models.BooleanField(default=False)),
                ('joined', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DemoWorld',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('made', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(blank=True, max_length=300)),
                ('name_en', models.CharField(blank=True, max_length=300)),
                ('credit_code', models.CharField(blank=True, max_length=18, null=True, unique=True)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('version', models.PositiveIntegerField(default=1)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='accounts.company')),
            ],
            options={
                'verbose_name_plural': 'companies',
                'indexes': [models.Index(fields=['country', 'id'], name='accounts_co_country_7cdcd8_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name_zh', ''), _negated=True), models.Q(('name_en', ''), _negated=True), _connector='OR'), name='company_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='CompanyWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=201)),
                ('own', models.BooleanField(default=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to='accounts.company')),
            ],
            options={
                'indexes': [models.Index(fields=['word', 'company'], name='company_by_word', opclasses=['varchar_pattern_ops', 'int8_ops']), models.Index(fields=['company', 'own'], name='company_words')],
            },
        ),
        migrations.CreateModel(
            name='Cover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('away', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='covers', to=settings.AUTH_USER_MODEL)),
                ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stands_in', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-starts', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='a_cover_has_days'), models.CheckConstraint(condition=models.Q(('away', models.F('stand_in')), _negated=True), name='nobody_covers_oneself')],
            },
        ),
        migrations.CreateModel(
            name='Spent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=64)),
                ('until', models.BigIntegerField(db_index=True)),
                ('used', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('who', 'until'), name='spent_is_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('agency', 'Agency'), ('bureau', 'Bureau'), ('district', 'District'), ('park', 'Park'), ('overseas', 'Overseas'), ('partner', 'Partner')], max_length=20)),
                ('name_zh', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('path', models.CharField(editable=False, max_length=400, unique=True)),
                ('closes', models.DateField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.unit')),
            ],
            options={
                'ordering': ('path',),
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('representative', 'representative'), ('officer', 'officer'), ('policy_officer', 'policy_officer'), ('publisher', 'publisher'), ('leader', 'leader'), ('administrator', 'administrator')], max_length=20)),
                ('scope', models.CharField(choices=[('act', 'act'), ('see', 'see')], default='act', max_length=10)),
                ('starts', models.DateField()),
                ('ends', models.DateField(blank=True, null=True)),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.company')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.unit')),
            ],
            options={
                'ordering': ('user_id', 'starts', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('company__isnull', False), ('role__in', [luodi.web.core.roles.Role['REPRESENTATIVE']]), ('unit__isnull', True)), models.Q(('company__isnull', True), ('role__in', [luodi.web.core.roles.Role['LEADER'], luodi.web.core.roles.Role['OFFICER'], luodi.web.core.roles.Role['PUBLISHER']]), ('unit__isnull', False)), models.Q(('company__isnull', True), ('role__in', [luodi.web.core.roles.Role['ADMINISTRATOR']]), ('unit__isnull', True)), models.Q(('company__isnull', True), ('role__in', [luodi.web.core.roles.Role['POLICY_OFFICER']])), _connector='OR'), name='a_role_is_tied_to_what_it_is_for'), models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gt', models.F('starts')), _connector='OR'), name='a_role_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('role__in', [luodi.web.core.roles.Role['REPRESENTATIVE']]), ('scope', 'act'), _connector='OR'), name='only_a_representative_has_a_scope')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(default='zh-hans', max_length=7)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('sent', models.DateTimeField()),
                ('expires', models.DateTimeField()),
                ('accepted', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.company')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.unit')),
            ],
        ),
    ]
