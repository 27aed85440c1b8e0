"""What is remembered of alerts, and the rules that they follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from monitoring.domain.alerting.flapping import Flapping
from monitoring.domain.alerting.machine import Track
from monitoring.domain.alerting.words import AlertState, Health
from monitoring.models import (
    Alert,
    AlertEpisode,
    AlertRule,
    AlertRuleVersion,
    Silence,
    WithheldMessage,
    WithholdingReason,
)


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """An alert as it stands.

    Attributes:
        alert: Its row, with the version of the rule that it was last judged by.
        track: What the state machine remembers of it.
        episode: Its open episode, None without one.
        latest_version_id: The latest version of its rule, be the rule gone; None for what has no rule.
    """

    alert: Alert
    track: Track
    episode: AlertEpisode | None
    latest_version_id: int | None


def list_versioned_rules() -> QuerySet[AlertRule]:
    """Return all rules, oldest first, each with the id of its version as `version_id`, in one statement."""
    version = AlertRuleVersion.objects.filter(rule_id=OuterRef("id"), version=OuterRef("version"))
    return AlertRule.objects.annotate(version_id=Subquery(version.values("id")[:1])).order_by("id")


def load_known_alerts() -> list[KnownAlert]:
    """Return every alert that is remembered, oldest first, in two statements."""
    latest = AlertRuleVersion.objects.filter(rule_id=OuterRef("rule_id")).order_by("-version")
    open_episodes = Prefetch("episodes", AlertEpisode.objects.filter(closed_slot=None), to_attr="open_episodes")
    alerts = (
        Alert.objects.select_related("rule_version")
        .annotate(latest_version_id=Subquery(latest.values("id")[:1]))
        .prefetch_related(open_episodes)
        .order_by("id")
    )
    return [
        KnownAlert(alert, read_track(alert), next(iter(alert.open_episodes), None), alert.latest_version_id)
        for alert in alerts
    ]


def read_track(alert: Alert) -> Track:
    """Return what the state machine remembers of an alert."""
    return Track(
        state=AlertState(alert.state),
        breach_count=alert.breach_count,
        clear_count=alert.clear_count,
        first_breach_slot=alert.first_breach_slot,
        fired_slot=alert.fired_slot,
        peak_value=alert.peak_value,
        peak_slot=alert.peak_slot,
        flap_count=alert.flap_count,
        health=Health(alert.health),
        stale_since=alert.stale_since,
        last_slot=alert.last_slot,
        last_value=alert.last_value,
        flapping=Flapping(tuple(alert.recent_firings), alert.stable_slots, alert.flapping_since),
    )


def find_untold_episodes(episodes: Collection[int], *, now: datetime) -> set[int]:
    """Return those of the episodes that a silence or an older source kept quiet, and no silence does now.

    One statement; none without episodes.

    Args:
        episodes: Ids of open episodes.
        now: The time.
    """
    if not episodes:
        return set()
    about_rule = Q(rule_id=OuterRef("message__alert__rule_id")) | Q(
        metric=OuterRef("message__alert__rule_version__metric")
    )
    silences = Silence.objects.filter(about_rule, starts_at__lte=now, ends_at__gt=now)
    withheld = WithheldMessage.objects.filter(
        ~Exists(silences),
        message__episode_id__in=episodes,
        message__slot__gte=F("message__episode__messaged_slot"),
        reason__in=[WithholdingReason.SILENCED, WithholdingReason.INHIBITED],
    )
    return set(withheld.values_list("message__episode_id", flat=True))
