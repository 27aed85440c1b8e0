"""What the dashboard shows: the current values, how old they are, what is breached, and the traffic light."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from monitoring.domain.alerts import AlertSeverity, Breach, list_breaches
from monitoring.domain.freshness import Freshness, FreshnessState
from monitoring.domain.metrics import METRIC_NAMES, MetricValues
from monitoring.domain.slots import compute_slot
from monitoring.domain.status import OverallStatus, compute_overall_status, count_breaches
from monitoring.models import AlertRule, MonitoringSnapshot
from monitoring.selectors.clock import DatabaseClock, get_database_clock
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.selectors.rules import describe_rule, list_rules, list_rules_with_alerts
from monitoring.selectors.snapshots import find_latest_snapshot
from monitoring.services.build import build_values
from monitoring.services.freshness import measure_freshness
from monitoring.services.interval import get_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSnapshot:
    """The snapshot on show, stored or built a moment ago.

    Args:
        values: Value by metric name.
        updated_at: When its data were read.
        freshness: How old that is; `never` if it was built because none is stored.
    """

    values: MetricValues
    updated_at: datetime
    freshness: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringStatus:
    """The traffic light and what is behind it."""

    overall_status: OverallStatus
    critical_alerts: int
    warning_alerts: int
    updated_at: datetime
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One snapshot, all rules, and what follows from the two."""

    snapshot: CurrentSnapshot
    rules: list[AlertRule]

    @cached_property
    def breaches(self) -> list[Breach]:
        """What is breached, in the order of the rules."""
        return list_breaches([describe_rule(rule) for rule in self.rules], self.snapshot.values)

    @cached_property
    def status(self) -> MonitoringStatus:
        """The traffic light."""
        return MonitoringStatus(
            overall_status=compute_overall_status(
                values=self.snapshot.values,
                breaches=self.breaches,
                freshness_state=self.snapshot.freshness.state,
            ),
            critical_alerts=count_breaches(self.breaches, AlertSeverity.CRITICAL),
            warning_alerts=count_breaches(self.breaches, AlertSeverity.WARNING),
            updated_at=self.snapshot.updated_at,
            freshness=self.snapshot.freshness,
        )


def get_overview(*, as_of: date) -> Overview:
    """Return the latest stored snapshot with rules, alerts and status, in three statements.

    Args:
        as_of: The business day to plan as of if no snapshot is stored; then one is built and not stored.
    """
    return Overview(snapshot=get_current_snapshot(as_of=as_of), rules=list(list_rules_with_alerts()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The latest stored snapshot and what follows from it."""

    latest: MonitoringSnapshot
    overview: Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand, as far as it is stored.

    Args:
        now: The moment, by the database's clock.
        freshness: How old the latest snapshot is then.
        stored: It, and what follows from it; None before the first.
    """

    now: datetime
    freshness: Freshness
    stored: Stored | None


def get_standing() -> Standing:
    """Return the latest stored snapshot with rules, alerts and status, in two statements; nothing is built."""
    latest, clock = find_latest_and_clock(interval=get_interval())
    rules = list(list_rules())
    stored = None
    if latest:
        stored = Stored(latest=latest, overview=Overview(snapshot=_describe_stored(latest, clock), rules=rules))
    return Standing(now=clock.now, freshness=measure_freshness(latest, clock), stored=stored)


def get_current_snapshot(*, as_of: date) -> CurrentSnapshot:
    """Return the latest stored snapshot; before the first, one that is built now, not stored, and `never` fresh.

    Args:
        as_of: The business day to plan as of if no snapshot is stored.
    """
    latest = find_latest_snapshot()
    clock = get_database_clock(interval=get_interval())
    if latest:
        return _describe_stored(latest, clock)
    freshness = measure_freshness(None, clock)
    return CurrentSnapshot(values=build_values(as_of=as_of), updated_at=clock.now, freshness=freshness)


def _describe_stored(snapshot: MonitoringSnapshot, clock: DatabaseClock) -> CurrentSnapshot:
    values = {name: getattr(snapshot, name) for name in METRIC_NAMES}
    freshness = measure_freshness(snapshot, clock)
    return CurrentSnapshot(values=values, updated_at=snapshot.created_at, freshness=freshness)


def build_current_snapshot(*, as_of: date, now: datetime) -> CurrentSnapshot:
    """Return a snapshot that is built now and not stored: as fresh as can be, whatever the scheduler does.

    Its reads share no transaction, and the time is the caller's: nothing is stored and no slot decided, so neither one
    consistent view nor the clock of the database is worth its statements. A capture, which is kept, has both.

    Args:
        as_of: The business day to plan as of.
        now: The time to show.
    """
    slot = compute_slot(now, interval=get_interval())
    freshness = Freshness(FreshnessState.FRESH, age_seconds=0, slot=None, expected_slot=slot)
    return CurrentSnapshot(values=build_values(as_of=as_of), updated_at=now, freshness=freshness)
