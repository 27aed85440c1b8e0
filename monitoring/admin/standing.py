"""The traffic light in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.domain.freshness import Freshness, FreshnessState
from monitoring.domain.status import OverallStatus
from monitoring.models import MonitoringSnapshot
from monitoring.services.overview import Standing, Stored
from supplybrain.charts import Tone, format_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What the traffic light shows; the words say all that the colour says.

    Args:
        icon: A name among the Material symbols.
        headline: The status.
        freshness: How old that is, and whether it can be trusted.
        reasons: What makes it so.
    """

    tone: Tone
    icon: str
    headline: str
    freshness: str
    reasons: list[str]


TONES = {
    OverallStatus.OK: (Tone.GOOD, "check_circle"),
    OverallStatus.WARNING: (Tone.ATTENTION, "warning"),
    OverallStatus.CRITICAL: (Tone.ALARM, "error"),
}


def describe_standing(standing: Standing) -> Light:
    """Return the traffic light. It is green for nothing but a fresh snapshot without a worry."""
    latest = standing.stored.latest if standing.stored else None
    freshness = describe_freshness(standing.freshness, latest, now=standing.now)
    if standing.stored is None:
        headline = _("There is no snapshot yet")
        return Light(tone=Tone.ATTENTION, icon="hourglass_empty", headline=headline, freshness=freshness, reasons=[])
    status = standing.stored.overview.status.overall_status
    tone, icon = TONES[status]
    headline = _name_status(status)
    if status is OverallStatus.OK and standing.freshness.state is not FreshnessState.FRESH:
        tone, icon, headline = Tone.ATTENTION, "schedule", _("OK when last seen, which was a while ago")
    reasons = _list_reasons(standing.stored)
    return Light(tone=tone, icon=icon, headline=headline, freshness=freshness, reasons=reasons)


def describe_freshness(freshness: Freshness, latest: MonitoringSnapshot | None, *, now: datetime) -> str:
    """Return in a sentence how old the latest snapshot is.

    Args:
        freshness: Its freshness.
        latest: It; None before the first.
        now: The moment that the freshness was measured at.
    """
    if latest is None:
        return _(
            "Snapshots are captured by the scheduler, one per slot. If the first does not come within a few minutes, "
            "look whether beat and a worker are running; operators may also capture one by hand."
        )
    words = {
        FreshnessState.FRESH: _("The snapshot of %(moment)s UTC is fresh: %(age)s old."),
        FreshnessState.LATE: _("The snapshot of %(moment)s UTC is %(age)s old: the next one is late."),
        FreshnessState.STALE: _("The snapshot of %(moment)s UTC is stale: %(age)s old. Slots were missed."),
        FreshnessState.DEAD: _(
            "The snapshot of %(moment)s UTC is %(age)s old: monitoring has stopped. Are beat and a worker running?"
        ),
    }
    moment = format_moment(latest.slot or latest.created_at)
    age = timesince(now - timedelta(seconds=freshness.age_seconds or 0), now)
    return words[freshness.state] % {"moment": moment, "age": age}


def _name_status(status: OverallStatus) -> str:
    names = {
        OverallStatus.OK: _("All is well"),
        OverallStatus.WARNING: _("Attention"),
        OverallStatus.CRITICAL: _("Critical"),
    }
    return names[status]


def _list_reasons(stored: Stored) -> list[str]:
    status, values = stored.overview.status, stored.overview.snapshot.values
    reasons = []
    if critical := status.critical_alerts:
        words = ngettext(
            "%(count)s critical alert rule is breached.", "%(count)s critical alert rules are breached.", critical
        )
        reasons.append(words % {"count": critical})
    if warning := status.warning_alerts:
        words = ngettext(
            "%(count)s warning alert rule is breached.", "%(count)s warning alert rules are breached.", warning
        )
        reasons.append(words % {"count": warning})
    if at_risk := values.get("risk_critical"):
        words = ngettext(
            "%(count)s bundle type is at critical risk.", "%(count)s bundle types are at critical risk.", at_risk
        )
        reasons.append(words % {"count": at_risk})
    if values.get("wb_accounts_active") == 0:
        reasons.append(_("No Wildberries account is active."))
    if values.get("ms_accounts_active") == 0:
        reasons.append(_("No MoySklad account is active."))
    return reasons
