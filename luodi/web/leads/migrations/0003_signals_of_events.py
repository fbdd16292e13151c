from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0002_files_of_leads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signal',
            name='kind',
            field=models.CharField(choices=[('news', 'News'), ('fair', 'Fair'), ('form', 'Form'), ('referral', 'Referral'), ('register', 'Register'), ('feed', 'Feed'), ('file', 'File'), ('enquiry', 'Enquiry'), ('event', 'Event')], max_length=10),
        ),
    ]
