"""How an episode stands, and by which terms."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.admin.alert_words import (
    STATE_TONES,
    chip_state,
    describe_limits,
    describe_since,
    describe_threshold,
    format_value,
)
from monitoring.admin.headlines import Headline
from monitoring.admin.permissions import may_see
from monitoring.admin.snapshot_page.head import HeadFact
from monitoring.alert_wording import describe_health, name_sources
from monitoring.domain.alerting.trust import METRIC_SOURCES
from monitoring.models import AlertEpisode, AlertRuleVersion, ReasonChoice, Severity, StateChoice, ThresholdType
from monitoring.wording import name_metric
from supplybrain.charts import Tone, format_amount, format_moment

ICONS = {StateChoice.FIRING: "error", StateChoice.RECOVERING: "trending_down"}


def describe_episode(episode: AlertEpisode, *, now: datetime) -> Headline:
    """Return how an episode stands.

    Args:
        episode: The episode, with its alert and its version.
        now: The time, for one that is open.
    """
    sentences = [*_tell_times(episode), *_tell_values(episode)]
    if episode.closed_slot:
        length = describe_since(episode.fired_slot, episode.closed_slot)
        headline = _("Over after %(length)s: %(reason)s")
        headline %= {"length": length, "reason": ReasonChoice(episode.close_reason).label}
        return Headline(tone=Tone.NEUTRAL, icon="check_circle", headline=headline, sentences=sentences)
    state = StateChoice(episode.alert.state)
    headline = _("%(state)s for %(length)s") % {
        "state": capfirst(chip_state(episode.alert, episode.rule_version).text),
        "length": describe_since(episode.fired_slot, now),
    }
    is_warning = episode.severity == Severity.WARNING and state is StateChoice.FIRING
    tone = Tone.ATTENTION if is_warning else STATE_TONES[state]
    icon = ICONS.get(state, "help")
    return Headline(tone=tone, icon=icon, headline=headline, sentences=[*sentences, *_tell_doubts(episode)])


def list_terms(request: HttpRequest, episode: AlertEpisode) -> list[HeadFact]:
    """Return what the alert is about and when it begins and ends.

    Args:
        request: Who asks decides on what is linked.
        episode: The episode, with its alert, its version, and the rule's present version as `rule_version_now`.
    """
    alert, version = episode.alert, episode.rule_version
    facts = [HeadFact(label=_("Severity"), text=str(Severity(episode.severity).label))]
    if version is None:
        if threshold := describe_threshold(alert, None):
            facts.append(HeadFact(label=_("In breach"), text=threshold))
        return facts
    return [*facts, *_list_rule_terms(request, episode, version)]


def _list_rule_terms(request: HttpRequest, episode: AlertEpisode, version: AlertRuleVersion) -> Iterator[HeadFact]:
    present: int | None = episode.rule_version_now  # type: ignore[attr-defined]  # annotated
    is_linked = present is not None and may_see(request, "monitoring.alertrule")
    yield HeadFact(
        label=_("Rule"),
        text=version.name,
        url=reverse("admin:monitoring_alertrule_change", args=[version.rule_id]) if is_linked else "",
        note=_describe_version(version, present),
    )
    yield HeadFact(label=_("Metric"), text=name_metric(version.metric))
    limits = describe_limits(version.threshold_type, version.threshold_value, None)
    yield HeadFact(label=_("Fires"), text=f"{limits}{_say_slots(version.pending_slots)}")
    yield HeadFact(label=_("Is over"), text=f"{_describe_end(version)}{_say_slots(version.recover_slots)}")
    if sources := METRIC_SOURCES.get(version.metric):
        yield HeadFact(label=_("Built on"), text=name_sources(sources))


def _describe_version(version: AlertRuleVersion, present: int | None) -> str:
    if present is None:
        return _("version %(version)s; the rule was deleted since") % {"version": version.version}
    if present != version.version:
        words = _("version %(version)s; the rule was changed since, now it is version %(present)s")
        return words % {"version": version.version, "present": present}
    return _("version %(version)s") % {"version": version.version}


def _describe_end(version: AlertRuleVersion) -> str:
    limit = version.threshold_value if version.recovery_threshold is None else version.recovery_threshold
    is_above = version.threshold_type == ThresholdType.ABOVE
    words = _("at %(limit)s or less") if is_above else _("at %(limit)s or more")
    return words % {"limit": format_amount(limit)}


def _say_slots(count: int) -> str:
    if count == 1:
        return ""
    words = ngettext(", %(count)s slot in a row", ", %(count)s slots in a row", count)
    return words % {"count": format_amount(count)}


def _tell_times(episode: AlertEpisode) -> Iterator[str]:
    opened, fired = format_moment(episode.opened_slot), format_moment(episode.fired_slot)
    if opened == fired:
        yield _("It began and fired in the slot of %(opened)s UTC.") % {"opened": opened}
    else:
        words = _("It began in the slot of %(opened)s UTC and fired in that of %(fired)s UTC.")
        yield words % {"opened": opened, "fired": fired}
    if episode.closed_slot:
        yield _("It ended in the slot of %(closed)s UTC.") % {"closed": format_moment(episode.closed_slot)}
    if episode.flap_count:
        words = ngettext(
            "It was about to be over %(count)s time, and came back.",
            "It was about to be over %(count)s times, and came back.",
            episode.flap_count,
        )
        yield words % {"count": format_amount(episode.flap_count)}


def _tell_values(episode: AlertEpisode) -> Iterator[str]:
    kind = episode.alert.kind
    if episode.peak_value is not None and episode.peak_slot:
        yield _("The worst value was %(value)s, in the slot of %(slot)s UTC; the last one is %(last)s.") % {
            "value": format_value(kind, episode.peak_value),
            "slot": format_moment(episode.peak_slot),
            "last": format_value(kind, episode.last_value),
        }


def _tell_doubts(episode: AlertEpisode) -> Iterator[str]:
    """Yield what keeps an open episode from being judged or told."""
    alert = episode.alert
    if reason := describe_health(alert.health, alert.health_detail):
        since = format_moment(alert.stale_since) if alert.stale_since else ""
        words = _("It has not been judged since the slot of %(since)s UTC: %(reason)s. That does not end it.")
        yield words % {"since": since, "reason": reason}
    if alert.flapping_since:
        words = _("It has been coming and going since %(since)s UTC: messages are kept back until it is stable.")
        yield words % {"since": format_moment(alert.flapping_since)}
