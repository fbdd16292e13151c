import django.db.models.deletion
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
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2)),
                ('kind', models.CharField(max_length=10)),
                ('subject', models.TextField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('asked', models.DateTimeField()),
                ('confirmed', models.DateTimeField(null=True)),
                ('state', models.JSONField()),
                ('changes', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('email', 'fingerprint'), name='asked_once_for_a_subject')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2)),
                ('kind', models.CharField(max_length=40)),
                ('row', models.CharField(max_length=100)),
                ('row_key', models.CharField(max_length=100)),
                ('reason', models.CharField(max_length=100)),
                ('words', models.CharField(max_length=100)),
                ('values', models.JSONField(default=dict)),
                ('legal', models.BooleanField(default=False)),
                ('daily', models.BooleanField(default=False)),
                ('made', models.DateTimeField()),
                ('due', models.DateTimeField()),
                ('taken', models.DateTimeField(null=True)),
                ('sent', models.DateTimeField(null=True)),
                ('withheld', models.CharField(blank=True, max_length=10)),
                ('read', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-made', '-id'),
                'indexes': [models.Index(condition=models.Q(('sent', None), ('withheld', '')), fields=['due'], name='notices_waiting'), models.Index(condition=models.Q(('read', None)), fields=['user'], name='notices_unread'), models.Index(fields=['row', 'row_key'], name='notices_not_row_bb9d8c_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('user', None), _negated=True), fields=('user', 'kind', 'row', 'row_key', 'reason'), name='a_person_is_told_once'), models.UniqueConstraint(condition=models.Q(('user', None)), fields=('email', 'kind', 'row', 'row_key', 'reason'), name='an_address_is_told_once'), models.CheckConstraint(condition=models.Q(models.Q(('user', None), _negated=True), models.Q(('email', ''), _negated=True), _connector='OR'), name='a_notice_is_for_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Quiet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
                ('zone', models.CharField(max_length=40)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quiet', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('starts', models.F('ends')), _negated=True), name='a_day_is_not_quiet_throughout')],
            },
        ),
        migrations.CreateModel(
            name='Stopped',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('kind', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('user', None), _negated=True), fields=('user', 'kind'), name='a_person_stops_once'), models.UniqueConstraint(condition=models.Q(('user', None)), fields=('email', 'kind'), name='an_address_stops_once')],
            },
        ),
    ]
