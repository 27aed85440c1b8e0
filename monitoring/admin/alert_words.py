"""What is said of alerts and episodes on the admin's pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.alert_wording import describe_health, name_alert
from monitoring.domain.alerting.trust import find_limit
from monitoring.models import Alert, AlertEpisode, AlertKind, AlertRuleVersion, Severity, StateChoice, ThresholdType
from monitoring.selectors.open_alerts import OpenAlert
from monitoring.wording import describe_length
from supplybrain.charts import Tone, format_amount, format_moment

SILENCE_HOURS = (1, 8, 24)
HOUR = timedelta(hours=1)
SEVERITY_TONES = {Severity.CRITICAL: Tone.ALARM, Severity.WARNING: Tone.ATTENTION}
STATE_TONES = {
    StateChoice.FIRING: Tone.ALARM,
    StateChoice.RECOVERING: Tone.NOTE,
    StateChoice.PENDING: Tone.ATTENTION,
    StateChoice.INACTIVE: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a colour that says no more than the word."""

    text: str
    tone: Tone


def title_alert(alert: Alert, version: AlertRuleVersion | None) -> str:
    """Return what an alert is called.

    Args:
        alert: The alert.
        version: The version of its rule that is spoken of; None for what has no rule.
    """
    return name_alert(alert.kind, version.name if version else "", alert.source)


def title_episode(episode: AlertEpisode) -> str:
    """Return what the alert of an episode is called."""
    return title_alert(episode.alert, episode.rule_version)


def chip_severity(severity: str) -> Chip:
    """Return how bad it is."""
    return Chip(str(Severity(severity).label), SEVERITY_TONES[Severity(severity)])


def chip_state(alert: Alert, version: AlertRuleVersion | None) -> Chip:
    """Return where an alert stands; of one that is waiting also how far it is.

    Args:
        alert: The alert.
        version: The version of its rule; None for what has no rule.
    """
    state = StateChoice(alert.state)
    text = str(state.label)
    if version and state is StateChoice.PENDING:
        text = _("pending: %(count)s of %(terms)s slots in breach")
        text %= {"count": alert.breach_count, "terms": version.pending_slots}
    elif version and state is StateChoice.RECOVERING:
        text = _("recovering: %(count)s of %(terms)s clear slots")
        text %= {"count": alert.clear_count, "terms": version.recover_slots}
    return Chip(text, STATE_TONES[state])


def list_notes(known: OpenAlert) -> list[Chip]:
    """Return what else there is to know: whether it is judged, flapping, looked after, silenced."""
    notes = []
    if health := describe_health(known.alert.health, known.alert.health_detail):
        notes.append(Chip(_("not judged: %(reason)s") % {"reason": health}, Tone.ATTENTION))
    if known.alert.flapping_since:
        notes.append(Chip(_("flapping"), Tone.ATTENTION))
    standing = list_standing_notes(
        acknowledged_by=known.acknowledged_by, silenced_until=known.silenced_until, silenced_by=known.silenced_by
    )
    return [*notes, *standing]


def list_standing_notes(*, acknowledged_by: str, silenced_until: datetime | None, silenced_by: str) -> list[Chip]:
    """Return who took notice.

    Args:
        acknowledged_by: Who looks after it; empty if nobody does.
        silenced_until: When the silence about it ends [UTC]; None without one.
        silenced_by: Whose silence that is.
    """
    notes = []
    if acknowledged_by:
        notes.append(Chip(_("acknowledged by %(name)s") % {"name": acknowledged_by}, Tone.GOOD))
    if silenced_until:
        words = _("silenced until %(moment)s UTC by %(name)s")
        notes.append(Chip(words % {"moment": format_moment(silenced_until), "name": silenced_by}, Tone.NEUTRAL))
    return notes


def format_value(kind: str, value: int | None) -> str:
    """Return a value of an alert: of a source its age in hours."""
    if kind == AlertKind.SOURCE and value is not None:
        return ngettext("%(count)s hour", "%(count)s hours", value) % {"count": format_amount(value)}
    return format_amount(value)


def describe_threshold(alert: Alert, version: AlertRuleVersion | None) -> str:
    """Return beyond what an alert is in breach; empty for the scheduler's, which has no number."""
    if version:
        return describe_limits(version.threshold_type, version.threshold_value, version.recovery_threshold)
    if alert.kind == AlertKind.SOURCE:
        limit = find_limit(alert.source, max_age=settings.SOURCE_MAX_AGE_HOURS * HOUR) // HOUR
        words = ngettext("above %(count)s hour", "above %(count)s hours", limit)
        return words % {"count": format_amount(limit)}
    return ""


def describe_limits(threshold_type: str, threshold: int, recovery: int | None) -> str:
    """Return beyond what a rule is in breach, and from where on it is clear if that is elsewhere."""
    is_above = threshold_type == ThresholdType.ABOVE
    if recovery is None or recovery == threshold:
        words = _("above %(threshold)s") if is_above else _("below %(threshold)s")
        return words % {"threshold": format_amount(threshold)}
    words = (
        _("above %(threshold)s, clear at %(recovery)s or less")
        if is_above
        else _("below %(threshold)s, clear at %(recovery)s or more")
    )
    return words % {"threshold": format_amount(threshold), "recovery": format_amount(recovery)}


def describe_since(since: datetime, until: datetime) -> str:
    """Return how long it took; nothing if the clocks disagree."""
    return describe_length(max(until - since, timedelta(0)))
