from django.db import migrations, models

from supplybrain.audit.operations import audit_members, audit_table
from supplybrain.roles import grant_permissions

# Arguments: label of the model, hidden columns, ignored columns. A row without any change that is news leaves nothing.
RECORD_CHANGE = """
CREATE FUNCTION supplybrain_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := string_to_array(TG_ARGV[1], ',');
    old_row jsonb := to_jsonb(OLD) - string_to_array(TG_ARGV[2], ',');
    new_row jsonb := to_jsonb(NEW) - string_to_array(TG_ARGV[2], ',');
    changed jsonb;
BEGIN
    IF old_row = new_row THEN
        RETURN NULL;
    END IF;
    SELECT jsonb_object_agg(key, CASE
               WHEN key = ANY(hidden) THEN 'true'::jsonb
               ELSE jsonb_build_array(old_row -> key, new_row -> key) END)
    INTO changed
    FROM jsonb_object_keys(coalesce(new_row, old_row)) AS key
    WHERE key <> 'id' AND coalesce(old_row -> key, 'null') <> coalesce(new_row -> key, 'null');
    PERFORM supplybrain_store_change(
        TG_ARGV[0],
        (coalesce(new_row, old_row) ->> 'id')::bigint,
        coalesce(new_row ->> 'name', new_row ->> 'code', new_row ->> 'username',
                 old_row ->> 'name', old_row ->> 'code', old_row ->> 'username', ''),
        CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END,
        coalesce(changed, '{}')
    );
    RETURN NULL;
END $$
"""
# Arguments: label of the owner's model, its field, column of the owner, column of the member.
RECORD_MEMBER = """
CREATE FUNCTION supplybrain_record_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone jsonb := to_jsonb(OLD);
    come jsonb := to_jsonb(NEW);
BEGIN
    PERFORM supplybrain_store_change(
        TG_ARGV[0],
        (coalesce(come, gone) ->> TG_ARGV[2])::bigint,
        '',
        'changed',
        jsonb_build_object(TG_ARGV[1], jsonb_build_array(gone -> TG_ARGV[3], come -> TG_ARGV[3]))
    );
    RETURN NULL;
END $$
"""
STORE_CHANGE = """
CREATE FUNCTION supplybrain_store_change(model text, object_id bigint, object_name text, action text, fields jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- what supplybrain.audit.actors announced in this transaction; nothing for somebody with a database prompt
    actor jsonb := nullif(current_setting('supplybrain.actor', true), '');
BEGIN
    INSERT INTO supplybrain_change (
        changed_at, model, object_id, object_name, action, fields, channel, actor, user_id, token_name
    ) VALUES (
        now(), model, object_id, object_name, action, fields, coalesce(actor ->> 'channel', 'database'),
        coalesce(actor ->> 'name', ''), (actor ->> 'user_id')::bigint, coalesce(actor ->> 'token_name', '')
    );
END $$
"""
REFUSE = """
CREATE FUNCTION supplybrain_keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of changes is kept as it is: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
KEEP = """
CREATE TRIGGER supplybrain_keep_changes BEFORE UPDATE OR DELETE ON supplybrain_change
FOR EACH STATEMENT EXECUTE FUNCTION supplybrain_keep_changes()
"""
FUNCTIONS = [
    (STORE_CHANGE, "DROP FUNCTION supplybrain_store_change(text, bigint, text, text, jsonb)"),
    (RECORD_CHANGE, "DROP FUNCTION supplybrain_record_change()"),
    (RECORD_MEMBER, "DROP FUNCTION supplybrain_record_member()"),
    (REFUSE, "DROP FUNCTION supplybrain_keep_changes()"),
    (KEEP, "DROP TRIGGER supplybrain_keep_changes ON supplybrain_change"),
]

PLANNING = [
    "globalplanningsettings",
    "planningsettings",
    "articleplanningsettings",
    "colorplanningsettings",
    "elasticplanningsettings",
    "listing",
    "bundlerecipe",
]
ACCOUNT = {"hidden": ["api_token"], "ignored": ["created_at", "updated_at"]}
COUNTED_BY_BEAT = ["last_run_at", "total_run_count", "date_changed"]
VIEW = ["supplybrain.view_change"]


class Migration(migrations.Migration):

    dependencies = [
        ('supplybrain', '0003_create_language_choices'),
        ('planning_core', '0001_create_planning_tables'),
        ('integrations', '0001_create_accounts'),
        ('monitoring', '0001_create_monitoring_tables'),
        ('django_celery_beat', '0019_alter_periodictasks_options'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField(verbose_name='changed at')),
                ('model', models.CharField(max_length=100, verbose_name='what')),
                ('object_id', models.BigIntegerField(verbose_name='number')),
                ('object_name', models.TextField(help_text='As it was called then; empty if it has no name of its own.', verbose_name='name')),
                ('action', models.CharField(choices=[('created', 'created'), ('changed', 'changed'), ('deleted', 'deleted')], max_length=8, verbose_name='action')),
                ('channel', models.CharField(choices=[('admin', 'admin'), ('api_session', 'API, signed in'), ('api_token', 'API token'), ('command', 'command'), ('database', 'directly in the database')], max_length=16, verbose_name='channel')),
                ('actor', models.CharField(help_text="The user's or the command's name.", max_length=150, verbose_name='who')),
                ('user_id', models.BigIntegerField(null=True, verbose_name='user')),
                ('token_name', models.CharField(max_length=100, verbose_name='API token')),
                ('fields', models.JSONField(verbose_name='values')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'indexes': [models.Index(fields=['model', 'object_id', '-id'], name='change_of_object'), models.Index(fields=['changed_at'], name='change_time')],
            },
        ),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
        *[audit_table(model=f"planning_core.{name}", table=f"planning_core_{name}") for name in PLANNING],
        audit_table(model="integrations.wbaccount", table="wb_integration_accounts", **ACCOUNT),
        audit_table(model="integrations.moyskladaccount", table="moysklad_integration_accounts", **ACCOUNT),
        audit_table(model="monitoring.alertrule", table="monitoring_alert_rules"),
        audit_table(
            model="django_celery_beat.periodictask",
            table="django_celery_beat_periodictask",
            ignored=COUNTED_BY_BEAT,
        ),
        audit_table(model="auth.user", table="auth_user", hidden=["password"], ignored=["last_login", "date_joined"]),
        audit_table(model="auth.group", table="auth_group"),
        audit_members(model="auth.user", field="groups", table="auth_user_groups", owner="user_id", member="group_id"),
        audit_members(
            model="auth.user",
            field="user_permissions",
            table="auth_user_user_permissions",
            owner="user_id",
            member="permission_id",
        ),
        audit_members(
            model="auth.group",
            field="permissions",
            table="auth_group_permissions",
            owner="group_id",
            member="permission_id",
        ),
        grant_permissions({"viewer": VIEW, "planner": VIEW, "operator": VIEW}),
    ]
