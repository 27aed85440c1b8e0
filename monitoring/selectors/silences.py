"""Reads of silences."""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

from monitoring.models import Silence


def list_silences() -> QuerySet[Silence]:
    """Return all silences with their rules, the ones that began last first."""
    return Silence.objects.select_related("rule").order_by("-starts_at", "-id")


def build_active(now: datetime) -> Q:
    """Return the condition that a silence holds at a moment. Its end is no part of it.

    Args:
        now: The moment.
    """
    return Q(starts_at__lte=now, ends_at__gt=now)


def select_silences(*, now: datetime, rule_id: str, metric: str) -> QuerySet[Silence]:
    """Return the silences that hold at a moment about the rule or the metric of an outer query's row, longest first.

    Args:
        now: The moment.
        rule_id: The outer query's path to the rule's number.
        metric: Its path to the rule's metric.
    """
    about = Q(rule_id=OuterRef(rule_id)) | Q(metric=OuterRef(metric))
    return Silence.objects.filter(build_active(now), about).order_by("-ends_at", "-id")
