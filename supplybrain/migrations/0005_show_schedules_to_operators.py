from django.db import migrations

from supplybrain.roles import grant_permissions, name_permissions

SCHEDULES = ["intervalschedule", "crontabschedule", "clockedschedule", "solarschedule"]


class Migration(migrations.Migration):

    dependencies = [
        ('supplybrain', '0004_record_changes'),
        ('django_celery_beat', '0019_alter_periodictasks_options'),
    ]

    # A periodic task's page names its schedule and leads to it.
    operations = [grant_permissions({"operator": name_permissions("django_celery_beat", ["view"], SCHEDULES)})]
