"""A page of many episodes costs what a page of few does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.models import Alert, AlertEpisode
from monitoring.selectors.episodes import EpisodeFilter, load_episode_page
from monitoring.selectors.pages import Direction, Position
from monitoring.tests.past import NOON
from monitoring.tests.plans import read_plan

pytestmark = pytest.mark.django_db

# A hundred alerts with two hundred episodes each, an hour apart; the last one of every fifth rule is open.
FILL = """
INSERT INTO monitoring_alerts (kind, rule_id, source, state, breach_count, clear_count, flap_count, health,
    health_detail, recent_firings, stable_slots)
SELECT 'rule', n, '', CASE WHEN n % 10 = 0 THEN 'recovering' ELSE 'firing' END, 0, 0, 0, 'ok', '', '{}', 0
FROM generate_series(1, 100) AS n;

INSERT INTO monitoring_alert_episodes (alert_id, severity, opened_slot, fired_slot, closed_slot, close_reason,
    last_slot, flap_count)
SELECT alert.id, 'warning', slot, slot, CASE WHEN NOT is_open THEN slot + interval '15 minutes' END,
    CASE WHEN is_open THEN '' ELSE 'recovered' END, slot, 0
FROM monitoring_alerts AS alert, generate_series(1, 200) AS n, LATERAL (
    SELECT timestamptz '2026-03-01 12:00+00' - n * interval '1 hour', n = 1 AND rule_id % 5 = 0
) AS episode (slot, is_open);

ANALYZE monitoring_alerts, monitoring_alert_episodes
"""


def test_a_page_reads_the_rows_it_shows_and_hardly_any_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    alert = Alert.objects.get(rule_id=7)
    middle = Position(NOON - timedelta(hours=100), 0, Direction.OLDER)
    cases = {
        "newest": (EpisodeFilter(), None, 31),
        "deep": (EpisodeFilter(), middle, 131),  # and those that share the moment of the position
        "open": (EpisodeFilter(state="open"), None, 20),
        "recovering": (EpisodeFilter(state="recovering"), None, 20),
        "closed": (EpisodeFilter(state="closed"), None, 51),
        "of a rule": (EpisodeFilter(rule_id=alert.rule_id), None, 200),
        "unknown rule": (EpisodeFilter(rule_id=999_999), None, 0),
        "an hour": (EpisodeFilter(start=NOON - timedelta(hours=50), end=NOON - timedelta(hours=49)), None, 101),
    }
    for name, (wanted, position, most) in cases.items():
        with CaptureQueriesContext(connection) as queries:
            load_episode_page(limit=30, now=timezone.now(), wanted=wanted, position=position)
        scans, read = read_plan(queries[0]["sql"], table=AlertEpisode._meta.db_table)
        assert not [scan for scan in scans if scan["Node Type"] == "Seq Scan"], name
        assert read <= most, name
