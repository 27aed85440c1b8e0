"""Episodes and transitions as clients see them."""

from typing import Any

from rest_framework import serializers

from monitoring.alert_wording import name_alert
from monitoring.api.serializers.terms import NeighboursSerializer, RuleTermsSerializer
from monitoring.models import (
    AlertKind,
    HealthChoice,
    KindChoice,
    NotificationState,
    ReadingChoice,
    ReasonChoice,
    Severity,
    StateChoice,
    ThresholdType,
    TransitionCause,
    WithholdingReason,
)
from monitoring.selectors.episode_events import Delivery
from monitoring.selectors.episode_story import EpisodeStory
from monitoring.selectors.episodes import CLOSED, EpisodeEntry

EPISODE_STANDINGS = (StateChoice.FIRING.value, StateChoice.RECOVERING.value, CLOSED)
EPISODE_ENDS = tuple(
    reason.value
    for reason in (
        ReasonChoice.RECOVERED,
        ReasonChoice.RULE_CHANGED,
        ReasonChoice.RULE_DISABLED,
        ReasonChoice.RULE_DELETED,
    )
)
LONGEST_NOTE = 2000


class EmptyAsNullField(serializers.ChoiceField):
    """One of several words, stored as an empty text when there is none."""

    def to_representation(self, value: Any) -> Any:
        """Return the word, or None."""
        return super().to_representation(value) or None


class AcknowledgementSerializer(serializers.Serializer[Any]):
    """Somebody has seen an episode and looks after it."""

    id = serializers.IntegerField()
    author_id = serializers.IntegerField(allow_null=True, help_text="Null if the user is gone.")
    author_name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(choices=Severity.choices, help_text="Of the episode when it was acknowledged.")
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_blank=True)


class AcknowledgeSerializer(serializers.Serializer[Any]):
    """What somebody wants to say about looking after an episode."""

    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class EpisodeSerializer(serializers.Serializer[Any]):
    """An episode: from the first slot in breach, if it came to fire, to the slot that it was over in."""

    id = serializers.IntegerField(source="episode.id")
    kind = serializers.ChoiceField(choices=AlertKind.choices, source="episode.alert.kind")
    rule_id = serializers.IntegerField(
        source="episode.alert.rule_id", allow_null=True, help_text="The rule may be gone. Null for other kinds."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # DRF takes fields out of the class
        source="episode.alert.source", allow_blank=True, help_text="What is too old; empty for other kinds."
    )
    title = serializers.SerializerMethodField(help_text="In the language of the request.")
    severity = serializers.ChoiceField(choices=Severity.choices, source="episode.severity")
    state = serializers.ChoiceField(choices=EPISODE_STANDINGS)
    opened_slot = serializers.DateTimeField(source="episode.opened_slot", help_text="First slot in breach.")
    fired_slot = serializers.DateTimeField(source="episode.fired_slot")
    closed_slot = serializers.DateTimeField(source="episode.closed_slot", allow_null=True)
    close_reason = EmptyAsNullField(choices=EPISODE_ENDS, source="episode.close_reason", allow_null=True)
    duration_seconds = serializers.IntegerField(min_value=0, help_text="Since it fired: to its end, or until now.")
    metric = serializers.CharField(source="episode.rule_version.metric", allow_null=True)
    threshold_type = serializers.ChoiceField(
        choices=ThresholdType.choices, source="episode.rule_version.threshold_type", allow_null=True
    )
    threshold_value = serializers.IntegerField(
        source="episode.rule_version.threshold_value", allow_null=True, help_text="Of the version that judged it last."
    )
    recovery_threshold = serializers.IntegerField(source="episode.rule_version.recovery_threshold", allow_null=True)
    rule_version = serializers.IntegerField(source="episode.rule_version.version", allow_null=True)
    peak_value = serializers.IntegerField(source="episode.peak_value", allow_null=True, help_text="The worst.")
    peak_slot = serializers.DateTimeField(source="episode.peak_slot", allow_null=True)
    last_value = serializers.IntegerField(source="episode.last_value", allow_null=True)
    last_slot = serializers.DateTimeField(source="episode.last_slot")
    flap_count = serializers.IntegerField(
        source="episode.flap_count", min_value=0, help_text="How often it was nearly over and was not."
    )
    health = serializers.SerializerMethodField(help_text="Whether it can be judged now; null once it is over.")
    acknowledgement = AcknowledgementSerializer(
        allow_null=True, help_text="Who looks after it, or did when it ended; null if nobody."
    )
    is_silenced = serializers.SerializerMethodField(help_text="Whether a silence covers it now.")
    silenced_until = serializers.DateTimeField(source="silence.ends_at", allow_null=True)

    def get_title(self, entry: EpisodeEntry) -> str:
        """Return what the alert is called."""
        alert, version = entry.episode.alert, entry.episode.rule_version
        return name_alert(alert.kind, version.name if version else "", alert.source)

    def get_health(self, entry: EpisodeEntry) -> HealthChoice | None:
        """Return whether it can be judged."""
        return None if entry.episode.closed_slot else HealthChoice(entry.episode.alert.health)

    def get_is_silenced(self, entry: EpisodeEntry) -> bool:
        """Return whether a silence covers it now."""
        return entry.silence is not None


class EpisodesSerializer(NeighboursSerializer):
    """A page of episodes, those that fired last first."""

    items = EpisodeSerializer(many=True)


class AlertTransitionSerializer(serializers.Serializer[Any]):
    """A change of an alert's state, and what it was decided on."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=AlertKind.choices, source="alert.kind")
    rule_id = serializers.IntegerField(source="alert.rule_id", allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]  # DRF takes fields out of the class
        source="alert.source", allow_blank=True
    )
    episode_id = serializers.IntegerField(allow_null=True, help_text="Null while it had not fired.")
    slot = serializers.DateTimeField()
    from_state = serializers.ChoiceField(choices=StateChoice.choices)
    to_state = serializers.ChoiceField(choices=StateChoice.choices)
    reason = serializers.ChoiceField(choices=ReasonChoice.choices)
    reading = EmptyAsNullField(choices=ReadingChoice.choices, allow_null=True, help_text="Null if nothing was read.")
    value = serializers.IntegerField(allow_null=True)
    cause = serializers.ChoiceField(choices=TransitionCause.choices, help_text="What made somebody look.")
    snapshot_id = serializers.IntegerField(allow_null=True)
    rule_version = RuleTermsSerializer(allow_null=True, help_text="The version that decided; null for other kinds.")
    created_at = serializers.DateTimeField()


class AlertTransitionsSerializer(NeighboursSerializer):
    """A page of transitions, newest slot first."""

    items = AlertTransitionSerializer(many=True)


class DeliverySerializer(serializers.Serializer[Any]):
    """What became of a message on one channel."""

    notification_id = serializers.IntegerField()
    channel_id = serializers.IntegerField()
    channel_name = serializers.CharField()
    state = serializers.SerializerMethodField()
    attempts = serializers.IntegerField(min_value=0)
    next_attempt_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    withheld_reason = EmptyAsNullField(choices=WithholdingReason.choices, source="withheld", allow_null=True)
    withheld_detail = serializers.CharField(source="detail", allow_blank=True)

    def get_state(self, delivery: Delivery) -> NotificationState:
        """Return what became of it: a letter may have left without this message."""
        return NotificationState.WITHHELD if delivery.withheld else NotificationState(delivery.state or "")


class AlertMessageSerializer(serializers.Serializer[Any]):
    """Something that there was to tell: the values, in no language."""

    id = serializers.IntegerField(source="message.id")
    kind = serializers.ChoiceField(choices=KindChoice.choices, source="message.kind")
    severity = serializers.ChoiceField(choices=Severity.choices, source="message.severity")
    slot = serializers.DateTimeField(source="message.slot", allow_null=True)
    is_quiet = serializers.BooleanField(
        source="message.is_quiet", help_text="Not to be told, because the alert is flapping."
    )
    data = serializers.DictField(source="message.data")  # type: ignore[assignment]  # DRF takes it out of the class
    created_at = serializers.DateTimeField(source="message.created_at")
    deliveries = DeliverySerializer(many=True, help_text="One per channel that it is severe enough for.")


class EpisodeStorySerializer(serializers.Serializer[Any]):
    """What became of an episode, oldest first; at most the last 200 of each kind."""

    acknowledgements = AcknowledgementSerializer(many=True, help_text="Withdrawn ones included.")
    transitions = AlertTransitionSerializer(many=True)
    messages = AlertMessageSerializer(many=True)


class EpisodeDetailSerializer(EpisodeStorySerializer, EpisodeSerializer):
    """An episode with all that became of it, oldest first; at most the last 200 of each kind."""

    def to_representation(self, instance: EpisodeStory) -> dict[str, Any]:
        """Return the answer: how it stands, and what became of it."""
        return {**EpisodeSerializer(instance.entry).data, **EpisodeStorySerializer(instance).data}
