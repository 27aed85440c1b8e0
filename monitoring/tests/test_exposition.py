"""What Prometheus scrapes: exactly the promised names, from the database alone, and counters that never go down."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone, translation
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import (
    GapReason,
    MonitoringGap,
    MonitoringSnapshot,
    Notification,
    NotificationChannel,
    NotificationState,
    NotificationTotal,
)
from monitoring.services.capture import capture_snapshot
from monitoring.tests.alerts import make_alert, make_channel, make_rule, open_episode
from monitoring.tests.company import make_company
from planning_core.models import DataSource
from supplybrain.clock import get_business_date
from supplybrain.tests.problems import assert_problem
from supplybrain.tokens import issue_token

pytestmark = pytest.mark.django_db

NAMES = {
    "supplybrain_articles",
    "supplybrain_accounts",
    "supplybrain_accounts_active",
    "supplybrain_articles_with_orders",
    "supplybrain_order_quantity_pieces",
    "supplybrain_monitoring_last_success_timestamp_seconds",
    "supplybrain_monitoring_slots_missed_total",
    "supplybrain_monitoring_build_seconds",
    "supplybrain_alerts",
    "supplybrain_notifications_total",
    "supplybrain_notification_oldest_unsent_seconds",
}
COUNTERS = {"supplybrain_monitoring_slots_missed_total", "supplybrain_notifications_total"}
QUARTER = timedelta(minutes=15)
STATEMENTS = 3  # the latest snapshot with the single numbers, alerts, notifications


@pytest.fixture
def scraper(client: Client) -> Client:
    """A viewer with an API token, as Prometheus is to have."""
    user = User.objects.create_user("prometheus")
    user.groups.add(Group.objects.get(name="viewer"))
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {issue_token(user=user).token}"
    return client


def scrape(scraper: Client) -> dict[str, float]:
    """Return our samples as they are written, `name{label="value"}`."""
    answer = scraper.get("/metrics")
    assert answer.status_code == 200, answer.content
    return {
        write_sample(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
        if sample.name.startswith("supplybrain_")
    }


def write_sample(name: str, labels: dict[str, str]) -> str:
    text = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{text}}}" if text else name


def store(at: datetime, **values: int | None) -> MonitoringSnapshot:
    given: dict[str, Any] = dict.fromkeys(METRIC_NAMES, 0) | values
    return MonitoringSnapshot.objects.create(slot=at, created_at=at, schema_version=1, metrics_version=1, **given)


def post(channel: NotificationChannel, state: str, *, age: timedelta = timedelta(0)) -> Notification:
    now = timezone.now()
    return Notification.objects.create(
        channel=channel,
        batch=uuid4().hex,
        state=state,
        created_at=now - age,
        next_attempt_at=now,
        sent_at=now if state == "sent" else None,
    )


def test_an_empty_database_says_so(scraper: Client) -> None:
    families = {
        family.name: family
        for family in text_string_to_metric_families(scraper.get("/metrics").content.decode())
        if family.name.startswith("supplybrain_")
    }
    # the parser calls a family of counters by its name without the ending
    assert set(families) == {name.removesuffix("_total") for name in NAMES}
    assert {name for name, family in families.items() if family.type == "counter"} == {
        name.removesuffix("_total") for name in COUNTERS
    }
    assert all(family.documentation for family in families.values())
    samples = scrape(scraper)
    assert {name.partition("{")[0] for name in samples} == {
        "supplybrain_monitoring_slots_missed_total",
        "supplybrain_notification_oldest_unsent_seconds",
        "supplybrain_alerts",
    }
    assert set(samples.values()) == {0}


def test_the_latest_snapshot_is_told_under_the_promised_names(scraper: Client) -> None:
    now = timezone.now()
    store(now - QUARTER, risk_critical=99)
    store(now, **{name: place for place, name in enumerate(METRIC_NAMES, start=1)})
    samples = scrape(scraper)
    assert {name: value for name, value in samples.items() if name.startswith(("supplybrain_a", "supplybrain_o"))} == {
        'supplybrain_articles{risk="critical"}': 1,
        'supplybrain_articles{risk="warning"}': 2,
        'supplybrain_articles{risk="ok"}': 3,
        'supplybrain_articles{risk="overstock"}': 4,
        'supplybrain_articles{risk="no_data"}': 5,
        'supplybrain_accounts{system="wb"}': 6,
        'supplybrain_accounts_active{system="wb"}': 7,
        'supplybrain_accounts{system="ms"}': 8,
        'supplybrain_accounts_active{system="ms"}': 9,
        "supplybrain_articles_with_orders": 10,
        "supplybrain_order_quantity_pieces": 11,
        **{
            f'supplybrain_alerts{{severity="{severity}",state="{state}"}}': 0
            for state in ("inactive", "pending", "firing", "recovering")
            for severity in ("critical", "warning")
        },
    }
    assert samples["supplybrain_monitoring_last_success_timestamp_seconds"] == pytest.approx(now.timestamp())
    assert "supplybrain_monitoring_build_seconds" not in samples  # no run is on file


def test_a_metric_that_the_snapshot_is_older_than_has_no_sample(scraper: Client) -> None:
    store(timezone.now(), risk_overstock=None)
    samples = scrape(scraper)
    assert 'supplybrain_articles{risk="overstock"}' not in samples
    assert samples['supplybrain_articles{risk="ok"}'] == 0


def test_a_capture_tells_how_long_it_took(scraper: Client) -> None:
    make_company(as_of=get_business_date())
    capture_snapshot(trigger="test")
    seconds = scrape(scraper)["supplybrain_monitoring_build_seconds"]
    assert 0 <= seconds < 30


def test_missed_slots_are_counted(scraper: Client) -> None:
    now = timezone.now()
    for place in range(3):
        MonitoringGap.objects.create(slot=now - place * QUARTER, reason=GapReason.FAILED, detected_at=now)
    assert scrape(scraper)["supplybrain_monitoring_slots_missed_total"] == 3


def test_alerts_are_counted_by_state_and_severity(scraper: Client) -> None:
    slot = timezone.now()
    for name, severity in (("one", "critical"), ("two", "warning"), ("three", "warning")):
        make_alert(make_rule(name, severity=severity))
    open_episode(make_alert(make_rule("four", severity="warning")), slot)
    make_alert(make_rule("off", severity="critical", is_active=False))  # nobody watches it
    gone = make_rule("gone")
    make_alert(gone)
    gone.delete()
    open_episode(make_alert(source=DataSource.SALES), slot, severity="warning")
    make_alert()
    alerts = {name: count for name, count in scrape(scraper).items() if name.startswith("supplybrain_alerts") and count}
    assert alerts == {
        'supplybrain_alerts{severity="critical",state="inactive"}': 2,  # one and the scheduler
        'supplybrain_alerts{severity="warning",state="inactive"}': 2,
        'supplybrain_alerts{severity="warning",state="firing"}': 2,
    }


def read_notifications(scraper: Client) -> dict[str, float]:
    prefix = "supplybrain_notifications_total"
    return {name.removeprefix(prefix): count for name, count in scrape(scraper).items() if name.startswith(prefix)}


def test_messages_are_counted_by_channel_and_result(scraper: Client) -> None:
    buyers, hostile = make_channel("Buyers"), make_channel('"x"\n\\')
    for state in ("sent", "sent", "withheld", "pending"):
        post(buyers, state, age=timedelta(minutes=5))
    assert read_notifications(scraper) == {
        '{channel="Buyers",result="sent"}': 2,
        '{channel="Buyers",result="withheld"}': 1,
        '{channel="Buyers",result="dead"}': 0,
        **{f'{{channel="{hostile.name}",result="{result}"}}': 0 for result in ("sent", "withheld", "dead")},
    }
    assert scrape(scraper)["supplybrain_notification_oldest_unsent_seconds"] == pytest.approx(300, abs=30)


def test_counts_of_messages_never_go_down(scraper: Client) -> None:
    buyers, owner = make_channel("Buyers"), make_channel("Owner")
    for channel, state in ((buyers, "sent"), (buyers, "dead"), (buyers, "pending"), (owner, "sent"), (owner, "sent")):
        post(channel, state)
    before = read_notifications(scraper)
    Notification.objects.filter(channel=owner)[0].delete()
    Notification.objects.filter(state="sent").delete()  # as retention does
    assert read_notifications(scraper) == before
    dead = Notification.objects.filter(state="dead")
    dead.update(state=NotificationState.PENDING)  # somebody tries again
    assert read_notifications(scraper) == before
    Notification.objects.filter(channel=buyers).update(state=NotificationState.DEAD)  # both are given up
    assert read_notifications(scraper) == before | {'{channel="Buyers",result="dead"}': 3}
    Notification.objects.all().delete()
    assert read_notifications(scraper) == before | {'{channel="Buyers",result="dead"}': 3}
    assert NotificationTotal.objects.count() == 3


def test_deleting_what_waits_counts_for_nothing() -> None:
    post(make_channel(), "pending")
    Notification.objects.all().delete()
    assert not NotificationTotal.objects.exists()


def test_a_channel_goes_with_its_counts(scraper: Client) -> None:
    channel = make_channel()
    post(channel, "sent")
    Notification.objects.all().delete()
    channel.delete()
    assert read_notifications(scraper) == {}


@pytest.mark.parametrize("n_rows", [0, 40])
def test_a_scrape_reads_the_database_three_times(scraper: Client, n_rows: int) -> None:
    for place in range(n_rows):
        make_alert(make_rule(str(place)))
        post(make_channel(str(place)), "sent")
        store(timezone.now() - place * QUARTER)
    with CaptureQueriesContext(connection) as statements:
        scrape(scraper)
    ours = [query["sql"] for query in statements.captured_queries if "monitoring_" in query["sql"]]
    # besides: the token, its user, and the permissions of the user and of the groups
    assert (len(ours), len(statements)) == (STATEMENTS, STATEMENTS + 4)


def test_who_asks_for_openmetrics_gets_it(scraper: Client) -> None:
    store(timezone.now())
    answer = scraper.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    parsed = parse_openmetrics(answer.content.decode())  # type: ignore[no-untyped-call]
    families = {family.name for family in parsed}
    assert {name.removesuffix("_total") for name in NAMES} <= families


def test_the_format_is_the_text_exposition_else(scraper: Client) -> None:
    for accept in ("", "*/*", "text/html", "application/json"):
        answer = scraper.get("/metrics", headers={"accept": accept})
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")


def test_nobody_else_reads_it(client: Client) -> None:
    assert_problem(client.get("/metrics"), 401, "not_authenticated")
    assert_problem(client.get("/metrics", headers={"authorization": "Token " + "0" * 64}), 401)
    user = User.objects.create_user("somebody")
    refused = client.get("/metrics", headers={"authorization": f"Token {issue_token(user=user).token}"})
    assert_problem(refused, 403, "permission_denied")
    client.force_login(User.objects.create_superuser("root"))
    assert_problem(client.get("/metrics"), 401, "not_authenticated")  # a browser's session does not count
    assert_problem(client.post("/metrics"), 401)


@override_settings(ALLOWED_HOSTS=["supply.example.com"], SECURE_SSL_REDIRECT=True)
def test_an_instance_is_scraped_by_its_address_over_plain_http(scraper: Client) -> None:
    assert scraper.get("/metrics", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_requests_are_counted_by_names_that_no_client_chooses(scraper: Client) -> None:
    scraper.get("/api/v1/planning/monitoring/layout?x=secret")
    scraper.get("/no/such/page")
    scraper.generic("BREW", "/api/v1/planning/monitoring/layout")
    text = scraper.get("/metrics").content.decode()
    views = {
        sample.labels["view"]
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "view" in sample.labels
    }
    assert {"monitoring-layout", "<unnamed view>"} <= views
    assert 'method="<invalid method>"' in text
    for hostile in ("BREW", "secret", "such"):
        assert hostile not in text


def test_scrapes_and_probes_count_as_no_requests(scraper: Client) -> None:
    def count_requests() -> float:
        families = text_string_to_metric_families(scraper.get("/metrics").content.decode())
        [family] = [one for one in families if one.name == "django_http_requests_before_middlewares"]
        return sum(sample.value for sample in family.samples if sample.name.endswith("_total"))

    before = count_requests()
    scraper.get("/healthz")
    assert count_requests() == before
    scraper.get("/api/v1/planning/monitoring/layout")
    assert count_requests() == before + 1


def test_the_scrape_leaves_the_language_alone(scraper: Client) -> None:
    before = translation.get_language()
    scraper.get("/metrics")
    assert translation.get_language() == before


def test_every_name_is_documented() -> None:
    page = (settings.BASE_DIR / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    assert {name for name in NAMES if f"`{name}" not in page} == set()
