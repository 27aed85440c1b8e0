"""All that happened in an episode, in the order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.admin.alert_words import STATE_TONES, Chip, format_value
from monitoring.admin.permissions import may_see
from monitoring.domain.alerting.overlays import covers_severity
from monitoring.models import (
    AlertAcknowledgement,
    AlertEpisode,
    AlertTransition,
    KindChoice,
    NotificationState,
    Silence,
    StateChoice,
    TransitionCause,
    WithholdingReason,
)
from monitoring.selectors.episode_events import Delivery
from supplybrain.charts import Tone, format_amount, format_moment

DELIVERY_TONES = {
    NotificationState.PENDING: Tone.ATTENTION,
    NotificationState.SENT: Tone.GOOD,
    NotificationState.WITHHELD: Tone.NEUTRAL,
    NotificationState.DEAD: Tone.ALARM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a message on a channel.

    Args:
        url: The page of the notification; empty for who may not see it.
    """

    channel: str
    url: str
    state: Chip
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened.

    Args:
        order: What comes first at the same moment.
        chip: What kind of thing it is.
        text: What happened.
        url: Where it leads, with its text; empty for nowhere.
        outcomes: Of a message, by channel.
    """

    at: datetime
    order: int
    chip: Chip
    text: str
    note: str = ""
    url: str = ""
    url_text: str = ""
    outcomes: Sequence[Outcome] = ()


class Chronicler:
    """Tells the story of an episode to one reader."""

    def __init__(self, request: HttpRequest, episode: AlertEpisode) -> None:
        self._episode = episode
        self._opens_snapshots = may_see(request, "monitoring.monitoringsnapshot")
        self._opens_notifications = may_see(request, "monitoring.notification")
        self._opens_silences = may_see(request, "monitoring.silence")

    def tell(
        self,
        *,
        transitions: Sequence[AlertTransition],
        deliveries: Sequence[Delivery],
        acknowledgements: Sequence[AlertAcknowledgement],
        silences: Sequence[Silence],
    ) -> list[Entry]:
        """Return what happened, oldest first."""
        told = [
            *map(self._tell_transition, transitions),
            *self._tell_messages(deliveries),
            *(entry for one in acknowledgements for entry in self._tell_acknowledgement(one)),
            *map(self._tell_silence, silences),
        ]
        return sorted(told, key=lambda entry: (entry.at, entry.order))

    def _tell_transition(self, transition: AlertTransition) -> Entry:
        state = StateChoice(transition.to_state)
        values = {
            "before": StateChoice(transition.from_state).label,
            "after": state.label,
            "reason": transition.get_reason_display(),
        }
        shown = self._opens_snapshots and transition.snapshot_id is not None
        cause = "" if transition.cause == TransitionCause.CAPTURE else transition.get_cause_display()
        return Entry(
            at=transition.created_at,
            order=1,
            chip=Chip(str(state.label), STATE_TONES[state]),
            text=_("From %(before)s to %(after)s: %(reason)s.") % values,
            note=" ".join(filter(None, [self._say_value(transition.value), cause and _("Seen by %s.") % cause])),
            url=reverse("admin:monitoring_monitoringsnapshot_change", args=[transition.snapshot_id]) if shown else "",
            url_text=_("Snapshot of %(slot)s UTC") % {"slot": format_moment(transition.slot)},
        )

    def _say_value(self, value: int | None) -> str:
        if value is None:
            return ""
        return _("The value was %(value)s.") % {"value": format_value(self._episode.alert.kind, value)}

    def _tell_messages(self, deliveries: Sequence[Delivery]) -> Iterator[Entry]:
        for _message, rows in groupby(deliveries, key=lambda one: one.message_id):
            group = list(rows)
            first = group[0]
            outcomes = [self._describe_outcome(one) for one in group if one.notification_id is not None]
            note = "" if outcomes else _("Nobody was told: no channel was there for it.")
            yield Entry(
                at=first.created_at,
                order=2,
                chip=Chip(_("message"), Tone.NOTE),
                text=f"{capfirst(str(KindChoice(first.kind).label))}.",
                note=note,
                outcomes=outcomes,
            )

    def _describe_outcome(self, delivery: Delivery) -> Outcome:
        is_linked = self._opens_notifications
        state = NotificationState.WITHHELD if delivery.withheld else NotificationState(delivery.state)
        return Outcome(
            channel=delivery.channel_name,
            url=reverse("admin:monitoring_notification_change", args=[delivery.notification_id]) if is_linked else "",
            state=Chip(str(state.label), DELIVERY_TONES[state]),
            text=_explain_outcome(delivery, state),
        )

    def _tell_acknowledgement(self, one: AlertAcknowledgement) -> Iterator[Entry]:
        lapsed = not covers_severity(one.severity, self._episode.severity)
        yield Entry(
            at=one.created_at,
            order=3,
            chip=Chip(_("acknowledged"), Tone.GOOD),
            text=_("%(name)s looks after it.") % {"name": one.author_name},
            note=" ".join(filter(None, [one.note, _("It has grown worse since.") if lapsed else ""])),
        )
        if one.withdrawn_at:
            words = _("%(name)s withdrew the acknowledgement of %(author)s.")
            yield Entry(
                at=one.withdrawn_at,
                order=3,
                chip=Chip(_("withdrawn"), Tone.NEUTRAL),
                text=words % {"name": one.withdrawn_by, "author": one.author_name},
            )

    def _tell_silence(self, silence: Silence) -> Entry:
        words = _("%(name)s silenced it until %(moment)s UTC.")
        return Entry(
            at=silence.starts_at,
            order=4,
            chip=Chip(_("silenced"), Tone.NEUTRAL),
            text=words % {"name": silence.author_name, "moment": format_moment(silence.ends_at)},
            note=silence.reason,
            url=reverse("admin:monitoring_silence_change", args=[silence.pk]) if self._opens_silences else "",
            url_text=_("The silence"),
        )


def _explain_outcome(delivery: Delivery, state: NotificationState) -> str:
    if state is NotificationState.WITHHELD:
        reason = str(WithholdingReason(delivery.withheld).label) if delivery.withheld else ""
        return f"{reason} ({delivery.detail})" if delivery.detail else reason
    if state is NotificationState.SENT:
        return _("%(moment)s UTC") % {"moment": format_moment(delivery.sent_at)} if delivery.sent_at else ""
    if not delivery.attempts:
        return ""
    values = {"count": format_amount(delivery.attempts), "error": delivery.last_error}
    if state is NotificationState.DEAD:
        words = ngettext("after %(count)s attempt: %(error)s", "after %(count)s attempts: %(error)s", delivery.attempts)
        return words % values
    moment = format_moment(delivery.next_attempt_at) if delivery.next_attempt_at else ""
    return _("attempts so far: %(count)s, the next one at %(moment)s UTC: %(error)s") % (values | {"moment": moment})
