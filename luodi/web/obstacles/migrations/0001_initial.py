import django.db.models.deletion
import luodi.casework.obstacles
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('about_kind', models.CharField(blank=True, max_length=20)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('due', models.DateField()),
                ('state', models.CharField(choices=[('raised', 'raised'), ('under_study', 'under_study'), ('changed', 'changed'), ('explained', 'explained'), ('declined', 'declined')], default=luodi.casework.obstacles.IssueState['RAISED'], max_length=12)),
                ('answer', models.TextField(blank=True)),
                ('settled', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policy_issues', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'policy question',
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(fields=['unit', 'state'], name='issues_of_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Obstacle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('request', 'request'), ('complaint', 'complaint'), ('suggestion', 'suggestion')], max_length=12)),
                ('about_kind', models.CharField(blank=True, max_length=20)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('due', models.DateField()),
                ('state', models.CharField(choices=[('received', 'received'), ('accepted', 'accepted'), ('out_of_scope', 'out_of_scope'), ('assigned', 'assigned'), ('answered', 'answered'), ('confirmed', 'confirmed'), ('reopened', 'reopened'), ('closed', 'closed')], default=luodi.casework.obstacles.ObstacleState['RECEIVED'], max_length=12)),
                ('answer', models.TextField(blank=True)),
                ('answered', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('rating_words', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obstacles', to='cases.landingcase')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obstacles', to='accounts.company')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('raised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obstacles', to='accounts.unit')),
                ('issue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obstacles', to='obstacles.policyissue')),
            ],
            options={
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(condition=models.Q(('state__in', ('received', 'accepted', 'assigned', 'reopened'))), fields=['unit', 'due'], name='obstacles_to_answer'), models.Index(fields=['company', '-at'], name='obstacles_of_a_company'), models.Index(fields=['about_kind', 'about', 'unit'], name='obstacles_by_rule')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rating', None), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='a_rating_is_one_to_five')],
            },
        ),
    ]
