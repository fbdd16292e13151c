import django.db.models.deletion
import luodi.casework.promises
import luodi.casework.propositions
import luodi.casework.referrals
import luodi.casework.tasks
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
    ]

    operations = [
        migrations.CreateModel(
            name='HandOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_offs', to='cases.landingcase')),
            ],
            options={
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call', 'call'), ('meeting', 'meeting'), ('visit', 'visit'), ('mail', 'mail'), ('event', 'event')], max_length=10)),
                ('day', models.DateField()),
                ('people', models.CharField(blank=True, max_length=300)),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='cases.landingcase')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='accounts.company')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'ordering': ('-day', '-id'),
                'indexes': [models.Index(fields=['company', '-day'], name='talks_of_a_company'), models.Index(fields=['case', '-day'], name='talks_of_a_case')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField()),
                ('due', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('shown', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('kept', 'kept'), ('broken', 'broken'), ('released', 'released')], default=luodi.casework.promises.PromiseState['OPEN'], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('settled', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='cases.landingcase')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('due', 'id'),
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['owner', 'due'], name='promises_to_keep')],
                'constraints': [models.CheckConstraint(condition=models.Q(('shown', None), models.Q(('owner__isnull', False), ('due__isnull', False)), _connector='OR'), name='what_is_promised_has_an_owner_and_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Proposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('last_day', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('offered', 'offered'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed')], default=luodi.casework.propositions.OfferState['DRAFT'], max_length=10)),
                ('offered', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='propositions', to='cases.landingcase')),
            ],
            options={
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(condition=models.Q(('state', 'offered')), fields=['last_day'], name='propositions_to_lapse')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.DateField()),
                ('sent', models.DateField()),
                ('state', models.CharField(choices=[('sent', 'sent'), ('accepted', 'accepted'), ('declined', 'declined'), ('done', 'done'), ('lapsed', 'lapsed')], default=luodi.casework.referrals.ReferralState['SENT'], max_length=10)),
                ('words', models.TextField(blank=True)),
                ('chased', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('hand_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='dealings.handoff')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='accounts.unit')),
            ],
            options={
                'ordering': ('due', 'id'),
                'indexes': [models.Index(condition=models.Q(('state__in', ('sent', 'accepted'))), fields=['unit', 'due'], name='referrals_to_answer'), models.Index(condition=models.Q(('state', 'sent')), fields=['sent'], name='referrals_to_chase')],
                'constraints': [models.UniqueConstraint(fields=('hand_off', 'unit'), name='a_unit_is_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300)),
                ('due', models.DateField()),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('dropped', 'dropped')], default=luodi.casework.tasks.TaskState['OPEN'], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='cases.landingcase')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('due', 'id'),
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['owner', 'due'], name='tasks_to_do')],
            },
        ),
        luodi.web.journal.operations.NeverEdited(
            table='dealings_handoff',
            columns=('question', 'at'),
        ),
        luodi.web.journal.operations.NeverEdited(
            table='dealings_interaction',
            columns=('kind', 'day', 'people', 'note', 'at'),
        ),
    ]
