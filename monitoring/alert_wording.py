"""What alerts are called, in the language of whoever reads of them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from monitoring.models import AlertKind, HealthChoice
from planning_core.models import DataSource

UNKNOWN_METRIC = "unknown_metric"  # what the evaluation notes of a rule whose metric is not in the registry


def name_alert(kind: str, rule_name: str, source: str) -> str:
    """Return the title of an alert, in the active language.

    Args:
        kind: One of `AlertKind`.
        rule_name: What the rule is called, in the version that the alert was judged by; empty for other kinds.
        source: What is too old, by its name in the database; empty for other kinds. One that is no longer known is
            called by that name.
    """
    if kind == AlertKind.SOURCE:
        return _("The data of “%(source)s” are too old") % {"source": _name_source(source)}
    if kind == AlertKind.SCHEDULER:
        return _("Snapshots are late: the scheduler does not work")
    return rule_name


def name_sources(sources: Iterable[str]) -> str:
    """Return sources by what people call them, as a list in a sentence.

    Args:
        sources: Their names in the database.
    """
    return ", ".join(map(_name_source, sources))


def describe_health(health: str, detail: str) -> str:
    """Return why an alert cannot be judged; empty for one that can.

    Args:
        health: One of `HealthChoice`.
        detail: `Alert.health_detail`: what the evaluation noted of it.
    """
    if health == HealthChoice.OK:
        return ""
    if detail == UNKNOWN_METRIC:
        return _("snapshots have no such metric")
    if health == HealthChoice.DEGRADED and detail:
        return _("data too old: %(sources)s") % {"sources": name_sources(detail.split(","))}
    return str(HealthChoice(health).label)


def _name_source(source: str) -> str:
    return str(DataSource(source).label) if source in DataSource.values else source
