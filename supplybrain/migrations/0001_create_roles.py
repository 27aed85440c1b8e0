from django.db import migrations

from supplybrain.roles import grant_permissions, name_permissions

CATALOG = ["article", "color", "size", "sku", "bundletype", "bundlerecipe", "elastictype", "warehouse", "wbsku", "listing"]
POLICY = [
    "globalplanningsettings",
    "planningsettings",
    "articleplanningsettings",
    "colorplanningsettings",
    "elasticplanningsettings",
]
SUPPLY = ["intransitsupply"]
FACTS = ["stockbalance", "wbdailysales", "wbstock", "wbprice"]
ACCOUNTS = ["wbaccount", "moyskladaccount"]
MONITORING = ["monitoringsnapshot", "monitoringrun", "monitoringgap", "alertrule"]
WRITE = ["add", "change", "delete"]

VIEWER = [
    *name_permissions("planning_core", ["view"], [*CATALOG, *POLICY, *SUPPLY, *FACTS]),
    *name_permissions("integrations", ["view"], ACCOUNTS),
    *name_permissions("monitoring", ["view"], MONITORING),
]
PLANNER = [
    *VIEWER,
    *name_permissions("planning_core", WRITE, [*CATALOG, *POLICY, *SUPPLY]),
    *name_permissions("monitoring", WRITE, ["alertrule"]),
    "planning_core.propose_orders",
]
OPERATOR = [
    *VIEWER,
    *name_permissions("integrations", WRITE, ACCOUNTS),
    *name_permissions("django_celery_beat", ["view", "change"], ["periodictask"]),
    "monitoring.capture_monitoringsnapshot",
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("planning_core", "0001_create_planning_tables"),
        ("integrations", "0001_create_accounts"),
        ("monitoring", "0001_create_monitoring_tables"),
    ]

    operations = [grant_permissions({"viewer": VIEWER, "planner": PLANNER, "operator": OPERATOR})]
