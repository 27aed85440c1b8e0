"""The dashboard's alerts: what is open, what is about to be, and what nobody can judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from monitoring.admin.alert_words import (
    SILENCE_HOURS,
    Chip,
    chip_severity,
    chip_state,
    describe_limits,
    describe_since,
    describe_threshold,
    format_value,
    list_notes,
    title_alert,
)
from monitoring.admin.permissions import may_see
from monitoring.alert_wording import describe_health
from monitoring.domain.alerting.words import AlertState
from monitoring.domain.alerts import Breach
from monitoring.models import AlertKind, NotificationChannel, Severity
from monitoring.selectors.open_alerts import OpenAlert, list_open_alerts, list_troubled_channels
from supplybrain.charts import Tone, format_amount

MOST_ROWS = 20
DEAD_FOR = timedelta(days=7)  # how long a notification that was given up is worth a warning


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """A line of the panel.

    Args:
        url: The page of the episode; before there is one, of the rule; empty if the user may open neither.
        since: The first slot in breach.
        length: How long that is ago.
        acknowledge_url: Where to post an acknowledgement; empty if there is nothing to post, or not for this user.
        silence_url: Where to post a silence of some hours.
        silence_form_url: The form of a silence of what has no episode yet.
    """

    title: str
    url: str
    severity: Chip
    state: Chip
    notes: Sequence[Chip] = ()
    value: str = ""
    threshold: str = ""
    since: datetime | None = None
    length: str = ""
    acknowledge_url: str = ""
    silence_url: str = ""
    silence_form_url: str = ""

    @property
    def has_actions(self) -> bool:
        """Whether there is anything to press."""
        return bool(self.acknowledge_url or self.silence_url or self.silence_form_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlertsPanel:
    """What is shown of alerts.

    Args:
        rows: The most severe first, those that somebody takes care of after the others.
        n_hidden: How many more there are.
        unjudged: Name, page and reason of quiet alerts that cannot be judged.
    """

    rows: list[AlertRow]
    n_hidden: int = 0
    unjudged: list[tuple[str, str, str]] = field(default_factory=list)
    hours: Sequence[int] = SILENCE_HOURS

    @property
    def has_actions(self) -> bool:
        """Whether any row has something to press."""
        return any(row.has_actions for row in self.rows)


def build_open_alerts(request: HttpRequest, breaches: Sequence[Breach], *, now: datetime) -> OpenAlertsPanel:
    """Return what is open, in one statement.

    A rule that the latest snapshot breaches is shown even if its alert is not open: it may be new, or on data too old
    to be trusted.

    Args:
        request: Whose permissions count.
        breaches: What the latest snapshot breaches.
        now: The time.
    """
    known = list_open_alerts(now=now)
    builder = _RowBuilder(request, now)
    alive = [one for one in known if one.alert.state != AlertState.INACTIVE]
    idle = {one.alert.rule_id: one for one in known if one.alert.state == AlertState.INACTIVE}
    told = {one.alert.rule_id for one in alive}
    rows = [builder.describe(one) for one in sorted(alive, key=_rank)]
    if may_see(request, "monitoring.alertrule"):
        new = [breach for breach in breaches if breach.rule.rule_id not in told]
        rows += [builder.describe_breach(breach, idle.get(breach.rule.rule_id)) for breach in new]
    breached = {breach.rule.rule_id for breach in breaches}
    unjudged = [one for number, one in idle.items() if number not in breached]
    return OpenAlertsPanel(
        rows=rows[:MOST_ROWS],
        n_hidden=max(0, len(rows) - MOST_ROWS),
        unjudged=[builder.describe_unjudged(one) for one in unjudged],
    )


def list_channel_troubles(*, now: datetime) -> list[tuple[NotificationChannel, list[str]]]:
    """Return the channels that do not deliver, each with why, in one statement."""
    return [(channel, _describe_trouble(channel)) for channel in list_troubled_channels(since=now - DEAD_FOR)]


def _describe_trouble(channel: NotificationChannel) -> list[str]:
    n_dead, n_retried = channel.n_dead, channel.n_retried  # type: ignore[attr-defined]  # annotated
    said = []
    if channel.disabled_at:
        said.append(_("Switched off: %(reason)s") % {"reason": channel.disabled_reason})
    elif channel.last_error:
        said.append(_("The last attempt failed: %(error)s") % {"error": channel.last_error})
    if n_retried:
        said.append(_("Waiting to be tried again: %(count)s.") % {"count": format_amount(n_retried)})
    if n_dead:
        said.append(_("Given up in the last 7 days: %(count)s.") % {"count": format_amount(n_dead)})
    return said


def _rank(known: OpenAlert) -> tuple[bool, bool, bool, float]:
    """Return what comes first: critical, open, nobody takes care of it, new."""
    is_handled = bool(known.acknowledged_by or known.silenced_until)
    began = known.alert.first_breach_slot
    severity = _get_severity(known)
    return severity != Severity.CRITICAL, known.episode is None, is_handled, -began.timestamp() if began else 0.0


def _get_severity(known: OpenAlert) -> str:
    if known.episode:
        return known.episode.severity
    return known.alert.rule_version.severity if known.alert.rule_version else Severity.WARNING


class _RowBuilder:
    """Puts alerts into rows for one reader."""

    def __init__(self, request: HttpRequest, now: datetime) -> None:
        self._now = now
        self._opens_rules = may_see(request, "monitoring.alertrule")
        self._acknowledges = request.user.has_perm("monitoring.add_alertacknowledgement")
        self._silences = request.user.has_perm("monitoring.add_silence")

    def describe(self, known: OpenAlert) -> AlertRow:
        """Return the row of an alert that is pending or open."""
        alert, episode = known.alert, known.episode
        since = episode.opened_slot if episode else alert.first_breach_slot
        may_silence = self._silences and alert.kind == AlertKind.RULE and known.silenced_until is None
        return AlertRow(
            title=title_alert(alert, alert.rule_version),
            url=_name_page("monitoring_alertepisode_change", episode.pk) if episode else self._find_rule(alert.rule_id),
            severity=chip_severity(_get_severity(known)),
            state=chip_state(alert, alert.rule_version),
            notes=list_notes(known),
            value=format_value(alert.kind, alert.last_value),
            threshold=describe_threshold(alert, alert.rule_version),
            since=since,
            length=describe_since(since, self._now) if since else "",
            acknowledge_url=_name_page("monitoring_alertepisode_acknowledge", episode.pk)
            if episode and self._acknowledges and not known.acknowledged_by
            else "",
            silence_url=_name_page("monitoring_alertepisode_silence", episode.pk) if episode and may_silence else "",
            silence_form_url=self._find_silence_form(alert.rule_id) if may_silence and not episode else "",
        )

    def describe_breach(self, breach: Breach, known: OpenAlert | None) -> AlertRow:
        """Return the row of a rule that is in breach and whose alert is at rest."""
        rule = breach.rule
        silenced = known is not None and known.silenced_until is not None
        return AlertRow(
            title=rule.name,
            url=self._find_rule(rule.rule_id),
            severity=chip_severity(rule.severity),
            state=Chip(_("in breach"), Tone.NEUTRAL),
            notes=list_notes(known) if known else [Chip(_("not judged yet"), Tone.NEUTRAL)],
            value=format_amount(breach.current_value),
            threshold=describe_limits(rule.threshold_type, rule.threshold_value, None),
            silence_form_url=self._find_silence_form(rule.rule_id) if self._silences and not silenced else "",
        )

    def describe_unjudged(self, known: OpenAlert) -> tuple[str, str, str]:
        """Return name, page and reason of an alert at rest that cannot be judged."""
        alert = known.alert
        reason = describe_health(alert.health, alert.health_detail)
        return title_alert(alert, alert.rule_version), self._find_rule(alert.rule_id), reason

    def _find_rule(self, rule_id: int | None) -> str:
        return _name_page("monitoring_alertrule_change", rule_id) if rule_id and self._opens_rules else ""

    def _find_silence_form(self, rule_id: int | None) -> str:
        return f"{reverse('admin:monitoring_silence_add')}?rule={rule_id}" if rule_id else ""


def _name_page(name: str, number: int) -> str:
    return reverse(f"admin:{name}", args=[number])
