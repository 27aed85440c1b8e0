"""What there is to say in messages: everything that a letter needs, loaded for all messages at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse

from monitoring.domain.alerting.words import MessageKind
from monitoring.domain.contributors import BundleSubject, Contributor, list_contributors
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertMessage, AlertRule, MonitoringSnapshot
from monitoring.selectors.names import list_bundle_type_names
from monitoring.services.explain import FactsNotKeptError, load_snapshot_facts

log = structlog.get_logger(__name__)

MOST_CONTRIBUTORS = 5
"""Of one message."""

ABOUT_A_BREACH = frozenset({MessageKind.FIRING, MessageKind.REMINDER, MessageKind.FLAPPING})
"""Messages that ask somebody to act: these say who is behind the value."""

ABOUT_A_CHANNEL = frozenset({MessageKind.CHANNEL_DISABLED, MessageKind.TEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one message says, in no language yet.

    Attributes:
        kind: One of `MessageKind`.
        severity: One of `Severity`.
        message_id: The message; None for one that is not stored.
        alert_kind: One of `AlertKind`; empty for messages about channels.
        rule_id: The rule, if it is about one. It may be gone.
        rule_name: What the rule was called then.
        metric: Its metric.
        source: The source that is too old, if it is about one.
        episode_id: The episode, if there is one.
        slot: The slot that made it true [UTC].
        data: The raw values, as `AlertMessage.data`.
        description: What the rule says about itself, and what to do.
        contributors: Who contributes most to the metric in that slot, at most `MOST_CONTRIBUTORS`.
        n_contributors: How many contribute; None if that is not known, or not of interest.
        bundle_type_names: Names of the bundle types among the contributors by id.
        link: Where to look; empty without PUBLIC_URL.
    """

    kind: str
    severity: str
    message_id: int | None = None
    alert_kind: str = ""
    rule_id: int | None = None
    rule_name: str = ""
    metric: str = ""
    source: str = ""
    episode_id: int | None = None
    slot: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    contributors: Sequence[Contributor] = ()
    n_contributors: int | None = None
    bundle_type_names: Mapping[int, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Who is behind a metric in a slot: the first few, how many there are, and what their bundle types are called."""

    contributors: Sequence[Contributor]
    n_contributors: int
    bundle_type_names: Mapping[int, str]


def load_notices(messages: Sequence[AlertMessage]) -> list[Notice]:
    """Return what messages say, in their order.

    Takes the same number of statements for any number of messages about one slot, as those of a batch are: alerts and
    versions of their rules, descriptions, the snapshot, its facts, names of bundle types.

    Args:
        messages: Messages, stored or not. What they are about is kept in their relations.
    """
    prefetch_related_objects(list(messages), "alert__rule_version")
    descriptions = _load_descriptions(messages)
    breakdowns = load_breakdowns(messages)
    return [_build_notice(message, descriptions, breakdowns) for message in messages]


def load_breakdowns(messages: Iterable[AlertMessage]) -> dict[tuple[datetime, str], Breakdown]:
    """Return who is behind the metrics of messages that ask somebody to act, by slot and metric.

    A metric whose facts are gone is left out. So is everything when reading fails, for whatever reason: a message
    without its contributors is worth more than no message.

    Args:
        messages: The messages.
    """
    wanted: dict[datetime, set[str]] = {}
    for message in messages:
        metric = message.data.get("metric")
        if message.kind in ABOUT_A_BREACH and message.slot is not None and metric in METRIC_BY_NAME:
            wanted.setdefault(message.slot, set()).add(metric)
    if not wanted:
        return {}
    try:
        with transaction.atomic():  # a statement that fails must not spoil the transaction of whoever called
            return _read_breakdowns(wanted)
    except Exception:  # the edge that the docstring speaks of
        log.exception("contributors_not_loaded")
        return {}


def _load_descriptions(messages: Iterable[AlertMessage]) -> dict[int, str]:
    rule_ids = {message.alert.rule_id for message in messages if message.alert and message.alert.rule_id}
    return dict(AlertRule.objects.filter(pk__in=rule_ids).values_list("pk", "description")) if rule_ids else {}


def _read_breakdowns(wanted: Mapping[datetime, set[str]]) -> dict[tuple[datetime, str], Breakdown]:
    snapshots = {snapshot.slot: snapshot for snapshot in MonitoringSnapshot.objects.filter(slot__in=list(wanted))}
    found = {
        (slot, metric): (contributors[:MOST_CONTRIBUTORS], len(contributors))
        for slot, metrics in wanted.items()
        if slot in snapshots
        for metric, contributors in _list_contributors(snapshots[slot], sorted(metrics)).items()
    }
    names = _name_bundle_types(one for first, _count in found.values() for one in first)
    return {key: Breakdown(first, count, names) for key, (first, count) in found.items()}


def _list_contributors(snapshot: MonitoringSnapshot, metrics: Sequence[str]) -> dict[str, list[Contributor]]:
    """Return everybody behind each metric of a snapshot; nobody if its facts are gone."""
    try:
        facts = load_snapshot_facts(snapshot, *metrics)
    except FactsNotKeptError:
        return {}
    return {metric: list_contributors(facts, metric=metric) for metric in metrics}


def _name_bundle_types(contributors: Iterable[Contributor]) -> dict[int, str]:
    subjects = (contributor.subject for contributor in contributors)
    ids = {subject.bundle_type_id for subject in subjects if isinstance(subject, BundleSubject)}
    return list_bundle_type_names(ids) if ids else {}


def _build_notice(
    message: AlertMessage,
    descriptions: Mapping[int, str],
    breakdowns: Mapping[tuple[datetime, str], Breakdown],
) -> Notice:
    alert, data = message.alert, message.data
    version = alert.rule_version if alert else None
    rule_id = alert.rule_id if alert else None
    metric = data.get("metric") or (version.metric if version else "")
    breakdown = breakdowns.get((message.slot, metric)) if message.slot and message.kind in ABOUT_A_BREACH else None
    return Notice(
        kind=message.kind,
        severity=message.severity,
        message_id=message.pk,
        alert_kind=alert.kind if alert else "",
        rule_id=rule_id,
        rule_name=data.get("rule_name") or (version.name if version else ""),
        metric=metric,
        source=alert.source if alert else "",
        episode_id=message.episode_id,
        slot=message.slot,
        data=data,
        description=descriptions.get(rule_id, "") if rule_id else "",
        contributors=breakdown.contributors if breakdown else (),
        n_contributors=breakdown.n_contributors if breakdown else None,
        bundle_type_names=breakdown.bundle_type_names if breakdown else {},
        link=find_link(message),
    )


def find_link(message: AlertMessage) -> str:
    """Return where to look at what a message is about; empty without PUBLIC_URL."""
    if not settings.PUBLIC_URL:
        return ""
    if message.episode_id is not None:
        path = reverse("admin:monitoring_alertepisode_change", args=[message.episode_id])
    elif message.kind == MessageKind.DELIVERY_DEAD and message.data.get("notification_id"):
        path = reverse("admin:monitoring_notification_change", args=[message.data["notification_id"]])
    elif message.kind in ABOUT_A_CHANNEL and message.data.get("channel_id"):
        path = reverse("admin:monitoring_notificationchannel_change", args=[message.data["channel_id"]])
    else:
        path = reverse("admin:index")
    return settings.PUBLIC_URL.rstrip("/") + path
