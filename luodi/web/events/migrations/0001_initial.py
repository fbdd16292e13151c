import django.db.models.deletion
import luodi.casework.events
from django.conf import settings
from django.db import migrations, models

from luodi.web.core.first_tables import FirstTables


class Migration(FirstTables):

    initial = True

    dependencies = [
        ('accounts', '0003_access_on_hold'),
        ('companies', '0003_merge_proposals'),
        ('leads', '0003_signals_of_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('trip', 'trip'), ('fair', 'fair'), ('briefing', 'briefing'), ('reception', 'reception'), ('visit', 'visit')], max_length=10)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=200)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('place', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True)),
                ('capacity', models.PositiveIntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('open', 'open'), ('held', 'held'), ('cancelled', 'cancelled')], default=luodi.casework.events.EventState['DRAFT'], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('made', models.DateTimeField()),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='accounts.unit')),
            ],
            options={
                'ordering': ('-starts', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], default='zh', max_length=2)),
                ('company_name', models.CharField(blank=True, max_length=300)),
                ('reply', models.CharField(choices=[('none', 'none'), ('accepted', 'accepted'), ('declined', 'declined')], default=luodi.casework.events.Reply['NONE'], max_length=10)),
                ('replied', models.DateTimeField(null=True)),
                ('presence', models.CharField(choices=[('unknown', 'unknown'), ('attended', 'attended'), ('absent', 'absent')], default=luodi.casework.events.Presence['UNKNOWN'], max_length=10)),
                ('at', models.DateTimeField()),
                ('changed', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='accounts.company')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to='companies.contact')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='events.event')),
                ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invited_by', to='leads.lead')),
                ('led_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='came_from', to='leads.lead')),
            ],
            options={
                'ordering': ('event', 'id'),
            },
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['unit', 'state', 'starts'], name='events_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['host', 'starts'], name='events_of_a_host'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='an_event_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', luodi.casework.events.EventState['CANCELLED']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_cancelled_event_says_why'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('event', 'email'), name='an_address_is_invited_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('event', 'contact'), name='a_contact_is_invited_once'),
        ),
    ]
