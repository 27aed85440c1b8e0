from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0007_notification_add_sending_until'),
    ]

    operations = [
        migrations.AddField(
            model_name='alertacknowledgement',
            name='withdrawn_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=150, verbose_name='withdrawn by'),
        ),
        migrations.AddConstraint(
            model_name='alertacknowledgement',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('episode', 'author', 'severity'), name='acknowledgement_once'),
        ),
    ]
