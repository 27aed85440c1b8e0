"""Monitoring in the admin: rules beside their values, snapshots that are captured by hand and edited by nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from monitoring.models import AlertRule, MonitoringRun, MonitoringSnapshot
from monitoring.tests.alerts import make_alert, open_episode
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

SNAPSHOTS = "/admin/monitoring/monitoringsnapshot/"
RULES = "/admin/monitoring/alertrule/"
CAPTURE = f"{SNAPSHOTS}capture-now/"
CONFIRM = {"_form_submitted": "on"}


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def make_snapshot(**values: Any) -> MonitoringSnapshot:
    row: MonitoringSnapshot = make_row(MonitoringSnapshot, **values)
    return row


def make_rule(**values: Any) -> AlertRule:
    given = {"metric": "risk_critical", "threshold_type": "above", "severity": "critical", "is_active": True} | values
    row: AlertRule = make_row(AlertRule, **given)
    return row


def list_cells(page: str, column: str) -> list[str]:
    """Return the texts of a column of a list page."""
    cells = []
    for part in page.split(f'class="field-{column} ')[1:]:
        inner = part.split("</td>")[0].partition(">")[2]
        text = "".join(piece.partition(">")[2] for piece in ("<x>" + inner).split("<"))
        cells.append(" ".join(text.split()))
    return cells


@pytest.mark.django_db
def test_a_rule_stands_beside_the_latest_value_and_says_how_its_alert_stands(staff: Client) -> None:
    make_snapshot(created_at=datetime(2026, 1, 1, tzinfo=UTC), risk_critical=9)
    make_snapshot(created_at=datetime(2026, 1, 2, tzinfo=UTC), risk_critical=3)
    open_episode(make_alert(make_rule(threshold_value=2)), datetime(2026, 1, 1, 12, tzinfo=UTC))
    make_alert(make_rule(threshold_value=3))
    make_rule(threshold_value=0, is_active=False)
    make_rule(metric="a_metric_of_old", threshold_value=0)
    page = staff.get(RULES).content.decode()
    assert list_cells(page, "show_value") == ["3", "3", "3", "-"]
    assert list_cells(page, "show_state") == ["firing", "not firing", "-", "not judged yet"]


@pytest.mark.django_db
def test_before_the_first_snapshot_no_rule_has_a_value(staff: Client) -> None:
    make_rule()
    assert list_cells(staff.get(RULES).content.decode(), "show_value") == ["-"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"metric": "unicorns"}, {"threshold_value": "-1"}, {"threshold_type": "near"}, {"severity": "mild"}]
)
def test_a_rule_on_nothing_is_refused(staff: Client, changes: dict[str, str]) -> None:
    rule = {"name": "r", "metric": "risk_ok", "threshold_type": "below", "threshold_value": "1", "severity": "warning"}
    rule |= {"pending_slots": "1", "recover_slots": "1"}
    assert staff.post(f"{RULES}add/", rule | changes).status_code == 200  # the form again
    assert not AlertRule.objects.exists()
    assert staff.post(f"{RULES}add/", rule).status_code == 302
    assert AlertRule.objects.get().metric == "risk_ok"


@pytest.mark.django_db
def test_nobody_edits_history(staff: Client) -> None:
    snapshot = make_snapshot(risk_critical=1)
    change = f"{SNAPSHOTS}{snapshot.pk}/change/"
    assert staff.post(change, {"risk_critical": "0"}).status_code == 403
    assert staff.post(f"{SNAPSHOTS}{snapshot.pk}/delete/", {"post": "yes"}).status_code == 403
    staff.post(SNAPSHOTS, {"action": "delete_selected", "_selected_action": [snapshot.pk], "post": "yes"})
    snapshot.refresh_from_db()
    assert snapshot.risk_critical == 1


@pytest.mark.django_db(transaction=True)
def test_capture_now_fills_the_running_slot_once(staff: Client) -> None:
    asked = staff.get(CAPTURE)
    assert asked.status_code == 200
    assert not MonitoringSnapshot.objects.exists()  # asking is not doing
    first, second = staff.post(CAPTURE, CONFIRM), staff.post(CAPTURE, CONFIRM)
    assert (
        first.headers["HX-Redirect"]
        == second.headers["HX-Redirect"]
        == reverse("admin:monitoring_monitoringsnapshot_changelist")
    )
    assert MonitoringSnapshot.objects.count() == 1
    assert MonitoringRun.objects.get().trigger == "admin"
    page = staff.get(SNAPSHOTS).content.decode()
    assert "Captured the slot" in page
    assert "has its snapshot already" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "offered"), [("viewer", False), ("planner", False), ("operator", True)])
def test_capture_now_is_the_operators(client: Client, role: str, offered: bool) -> None:  # noqa: FBT001
    log_in(client, role)
    assert ("capture-now" in client.get(SNAPSHOTS).content.decode()) is offered
    if not offered:
        assert client.post(CAPTURE, CONFIRM).status_code == 403
        assert not MonitoringSnapshot.objects.exists()
