"""The database as a collector of Prometheus."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitoring.domain.exposition import FAMILIES, PREFIX, Family
from monitoring.domain.metrics import MetricValues
from monitoring.models import Severity, StateChoice
from monitoring.selectors.exposition import Exposition, load_exposition


class DatabaseCollector(Collector):
    """Reads everything anew for every scrape: whichever web process is asked, the answer is the same."""

    def describe(self) -> list[Metric]:
        """Return nothing, so that registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every family, in three statements. What is not known yet has no sample."""
        exposition = load_exposition()
        yield from (build_snapshot_family(family, exposition.values) for family in FAMILIES)
        yield from build_monitoring_families(exposition)
        yield from build_alerting_families(exposition)


def build_snapshot_family(family: Family, values: MetricValues) -> GaugeMetricFamily:
    """Return a family with the values of the latest snapshot.

    Args:
        family: The family.
        values: By metric name; what is None is left out.
    """
    gauge = GaugeMetricFamily(family.name, family.help, labels=[family.label] if family.label else [])
    for label_value, metric in family.members.items():
        value = values[metric.name]
        if value is not None:
            gauge.add_metric([label_value] if family.label else [], value)
    return gauge


def build_monitoring_families(exposition: Exposition) -> Iterator[Metric]:
    """Yield what is to be known about the captures themselves."""
    yield _build_gauge(
        "monitoring_last_success_timestamp_seconds",
        "When the data of the latest snapshot were read, in seconds since 1970.",
        exposition.captured_at,
    )
    yield CounterMetricFamily(
        f"{PREFIX}monitoring_slots_missed",
        "Slots without a snapshot, counted when the next one is captured.",
        value=exposition.slots_missed,
    )
    yield _build_gauge(
        "monitoring_build_seconds",
        "How long the latest snapshot took, from reading its data to storing it.",
        exposition.build_seconds,
    )


def build_alerting_families(exposition: Exposition) -> Iterator[Metric]:
    """Yield what is to be known about alerts and messages."""
    yield _build_alerts(exposition.alerts)
    notifications = CounterMetricFamily(
        f"{PREFIX}notifications",
        "Messages that came to an end: sent, withheld, or dead after a day of failures.",
        labels=["channel", "result"],
    )
    for labels, total in sorted(exposition.notifications.items()):
        notifications.add_metric(labels, total)
    yield notifications
    yield _build_gauge(
        "notification_oldest_unsent_seconds",
        "Age of the oldest message that waits to be sent; 0 if none does.",
        exposition.oldest_unsent_seconds,
    )


def _build_gauge(name: str, text: str, value: float | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, text, value=value)


def _build_alerts(alerts: Mapping[tuple[str, str], int]) -> GaugeMetricFamily:
    """Return the number of alerts, with a zero wherever there are none: a missing series would alarm nobody."""
    gauge = GaugeMetricFamily(f"{PREFIX}alerts", "Alerts by state and severity.", labels=["state", "severity"])
    for state in StateChoice.values:
        for severity in Severity.values:
            gauge.add_metric([state, severity], alerts.get((state, severity), 0))
    return gauge
