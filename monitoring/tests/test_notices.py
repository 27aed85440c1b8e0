"""What there is to say in messages is loaded for all of them at once, and whatever is missing stops none."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from monitoring.models import AlertMessage, AlertRule, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.services.notices import MOST_CONTRIBUTORS, Notice, load_notices
from monitoring.tests.company import make_articles, make_company
from monitoring.tests.past import NOON
from supplybrain.clock import get_business_date

pytestmark = pytest.mark.django_db


def make_rules(*metrics: str) -> list[AlertRule]:
    """Store rules that every company of the tests breaks."""
    return [
        AlertRule.objects.create(
            name=f"Rule {number}",
            metric=metric,
            threshold_type="above",
            threshold_value=0,
            severity="warning",
            description="Order at once.",
        )
        for number, metric in enumerate(metrics)
    ]


def fire(*metrics: str) -> list[AlertMessage]:
    """Let rules fire in a capture of the small company; return the messages."""
    make_company(as_of=get_business_date())
    make_rules(*metrics)
    capture_snapshot(trigger="test")
    return list(AlertMessage.objects.order_by("id"))


def name_articles(notice: Notice) -> list[str]:
    return [getattr(one.subject, "article_code", "") for one in notice.contributors]


def test_a_notice_says_what_the_message_the_rule_and_the_facts_say() -> None:
    (message,) = fire("risk_critical")
    (notice,) = load_notices([message])
    assert (notice.kind, notice.severity, notice.alert_kind) == ("firing", "warning", "rule")
    assert (notice.rule_name, notice.metric, notice.description) == ("Rule 0", "risk_critical", "Order at once.")
    assert (notice.slot, notice.episode_id, notice.data) == (message.slot, message.episode_id, message.data)
    assert (name_articles(notice), notice.n_contributors) == (["ART-1"], 1)
    assert list(notice.bundle_type_names.values()) == ["Single"]


def count_statements(messages: Sequence[AlertMessage]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        load_notices(list(AlertMessage.objects.filter(pk__in=[message.pk for message in messages])))
    return len(statements)


def test_the_number_of_statements_is_that_of_one_message() -> None:
    metrics = ("risk_critical", "articles_with_orders", "total_final_order_qty", "wb_accounts_total")
    messages = fire(*metrics * 4)
    assert len(messages) == 16
    # the messages; alerts, versions of rules, descriptions; in a savepoint (2): the snapshot, its facts, bundle types
    assert count_statements(messages) == count_statements(messages[:1]) == 1 + 3 + 2 + 3


def test_messages_of_one_slot_have_the_contributors_of_their_metrics() -> None:
    notices = load_notices(fire("risk_critical", "total_final_order_qty", "wb_accounts_total"))
    assert [[one.value for one in notice.contributors] for notice in notices] == [[1], [120], [1, 1]]


def test_the_first_contributors_are_told_and_how_many_there_are() -> None:
    make_articles(MOST_CONTRIBUTORS + 3, as_of=get_business_date(), first=2)
    (message,) = fire("risk_critical")
    (notice,) = load_notices([message])
    assert len(notice.contributors) == MOST_CONTRIBUTORS
    assert notice.n_contributors == MOST_CONTRIBUTORS + 4


def test_thinned_facts_leave_a_notice_without_contributors() -> None:
    messages = fire("risk_critical")
    MonitoringSnapshot.objects.update(facts_thinned_at=NOON)
    (notice,) = load_notices(messages)
    assert (list(notice.contributors), notice.n_contributors, notice.rule_name) == ([], None, "Rule 0")


def test_facts_that_cannot_be_read_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    messages = fire("risk_critical")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE monitoring_bundle_facts RENAME TO gone")
    (notice,) = load_notices(messages)
    assert (list(notice.contributors), notice.rule_name) == ([], "Rule 0")
    assert "contributors_not_loaded" in caplog.text
    assert AlertMessage.objects.count() == 1  # the transaction is still of use


def test_messages_that_ask_for_nothing_load_no_contributors() -> None:
    messages = fire("risk_critical")
    AlertMessage.objects.update(kind="resolved")
    messages[0].refresh_from_db()
    (notice,) = load_notices(messages)
    assert notice.n_contributors is None


def test_a_rule_that_is_gone_keeps_its_name() -> None:
    messages = fire("risk_critical")
    AlertRule.objects.all().delete()
    (notice,) = load_notices(messages)
    assert (notice.rule_name, notice.description) == ("Rule 0", "")


def test_without_a_public_url_there_is_no_link(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    (notice,) = load_notices(fire("risk_critical"))
    assert notice.link == ""


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("channel_disabled", {"channel_id": 7}, "monitoring/notificationchannel/7/change/"),
        ("delivery_dead", {"channel_id": 7, "notification_id": 8}, "monitoring/notification/8/change/"),
        ("test", {"channel_id": 7}, "monitoring/notificationchannel/7/change/"),
        ("delivery_dead", {}, ""),
    ],
)
def test_messages_about_channels_lead_to_them(kind: str, data: dict[str, int], path: str, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://brain.example.com/"
    message = AlertMessage(kind=kind, severity="critical", data=data, created_at=NOON)
    (notice,) = load_notices([message])
    assert notice.link == f"https://brain.example.com/admin/{path}"


def test_messages_about_alerts_lead_to_the_episode(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://brain.example.com"
    (message,) = fire("risk_critical")
    (notice,) = load_notices([message])
    assert notice.link == f"https://brain.example.com/admin/monitoring/alertepisode/{message.episode_id}/change/"
