import django.db.models.deletion
from django.db import migrations, models

# Counters of messages never go down: whatever takes a result out of the outbox adds it to the totals, in the same
# statement, whoever does it. Totals are locked in one order, lest two deletions lock each other out.
ADD_TO_TOTALS = """
CREATE FUNCTION monitoring_keep_notification_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitoring_notification_totals AS kept (channel_id, result, total)
    SELECT channel_id, state, count(*) FROM gone WHERE state <> 'pending'
    GROUP BY channel_id, state ORDER BY channel_id, state
    ON CONFLICT (channel_id, result) DO UPDATE SET total = kept.total + EXCLUDED.total;
    RETURN NULL;
END $$
"""

# A message that was given up and is tried again: rare, so a row at a time.
ADD_ONE_TO_TOTALS = """
CREATE FUNCTION monitoring_keep_notification_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitoring_notification_totals AS kept (channel_id, result, total)
    VALUES (OLD.channel_id, OLD.state, 1)
    ON CONFLICT (channel_id, result) DO UPDATE SET total = kept.total + 1;
    RETURN NULL;
END $$
"""

STATEMENTS = [
    (ADD_TO_TOTALS, "DROP FUNCTION monitoring_keep_notification_totals()"),
    (ADD_ONE_TO_TOTALS, "DROP FUNCTION monitoring_keep_notification_result()"),
    (
        "CREATE TRIGGER monitoring_keep_totals AFTER DELETE ON monitoring_notifications "
        "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION monitoring_keep_notification_totals()",
        "DROP TRIGGER monitoring_keep_totals ON monitoring_notifications",
    ),
    (
        "CREATE TRIGGER monitoring_keep_result AFTER UPDATE OF state ON monitoring_notifications FOR EACH ROW "
        "WHEN (OLD.state <> 'pending' AND NEW.state <> OLD.state) "
        "EXECUTE FUNCTION monitoring_keep_notification_result()",
        "DROP TRIGGER monitoring_keep_result ON monitoring_notifications",
    ),
]


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0008_acknowledge_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='NotificationTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('pending', 'waiting'), ('sent', 'sent'), ('withheld', 'withheld'), ('dead', 'given up')], max_length=16, verbose_name='state')),
                ('total', models.BigIntegerField(verbose_name='how many')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='monitoring.notificationchannel', verbose_name='channel')),
            ],
            options={
                'verbose_name': 'number of settled notifications',
                'verbose_name_plural': 'numbers of settled notifications',
                'db_table': 'monitoring_notification_totals',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('channel', 'result'), name='notification_total_once'), models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='notification_total_positive')],
            },
        ),
        *[migrations.RunSQL(create, drop) for create, drop in STATEMENTS],
    ]
