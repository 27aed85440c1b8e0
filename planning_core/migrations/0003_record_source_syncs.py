from django.db import migrations, models

from supplybrain.roles import grant_permissions

VIEW = ["planning_core.view_sourcesync"]


class Migration(migrations.Migration):

    dependencies = [
        ('planning_core', '0002_sales_index_by_date'),
        ('supplybrain', '0001_create_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='SourceSync',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('catalogue', 'catalogue'), ('listings', 'listings'), ('sales', 'sales'), ('prices', 'prices'), ('wb_stock', 'stock at Wildberries'), ('own_stock', 'own stock'), ('in_transit', 'in transit')], max_length=16, unique=True, verbose_name='source')),
                ('last_good_at', models.DateTimeField(verbose_name='last good sync')),
                ('origin', models.CharField(choices=[('csv_import', 'CSV import'), ('previous_backend', 'previous backend'), ('demo', 'demo company')], max_length=16, verbose_name='origin')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['catalogue', 'listings', 'sales', 'prices', 'wb_stock', 'own_stock', 'in_transit'])), name='source_sync_source_known'), models.CheckConstraint(condition=models.Q(('origin__in', ['csv_import', 'previous_backend', 'demo'])), name='source_sync_origin_known')],
            },
        ),
        grant_permissions({"viewer": VIEW, "planner": VIEW, "operator": VIEW}),
    ]
