from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0006_keep_rule_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='sending_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='being sent until'),
        ),
    ]
