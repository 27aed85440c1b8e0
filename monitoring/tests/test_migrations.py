"""Migrations of alerting in both directions, on tables that are in use."""

from importlib import import_module

import pytest
from django.db import connection

from monitoring.models import AlertEpisode, AlertRuleVersion
from monitoring.tests.alerts import make_alert, make_rule, open_episode
from monitoring.tests.past import NOON

pytestmark = pytest.mark.django_db

STATEMENTS = import_module("monitoring.migrations.0006_keep_rule_versions").STATEMENTS


def test_versions_of_rules_can_be_undone_and_redone_while_episodes_name_them() -> None:
    open_episode(make_alert(make_rule()), NOON)
    versions = list(AlertRuleVersion.objects.values())
    with connection.cursor() as cursor:
        for _create, drop in reversed(STATEMENTS):
            cursor.execute(drop)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for create, _drop in STATEMENTS:
            cursor.execute(create)
    assert list(AlertRuleVersion.objects.values()) == versions
    assert AlertEpisode.objects.get().rule_version_id == versions[0]["id"]
    make_rule("another")
    assert AlertRuleVersion.objects.count() == len(versions) + 1
