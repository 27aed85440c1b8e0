"""Query parameters of pages of episodes, transitions, notifications and silences."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from monitoring.api.fields import LARGEST_ID, CursorField, MomentField
from monitoring.api.serializers.queries import DEFAULT_RECORDS, MAX_RECORDS, MOMENT_HELP
from monitoring.models import AlertKind, NotificationState, Severity
from monitoring.selectors.episodes import EPISODE_STATES


class PageQuery(serializers.Serializer[Any]):
    """Which page of a list, newest first."""

    list_name: str

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, the cursor among them, which belongs to one list."""
        return {**super().get_fields(), "limit": _build_limit(), "cursor": CursorField(of=self.list_name)}


class RangeQuery(PageQuery):
    """Which page of a list, within a range of time."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; `from` could not be an attribute."""
        start = MomentField(required=False, help_text=f"Nothing older. {MOMENT_HELP} its start.")
        end = MomentField(required=False, is_end=True, help_text=f"Only what is older. {MOMENT_HELP} its end.")
        return {**super().get_fields(), "from": start, "to": end}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the query if its range holds any time at all."""
        if "from" in attrs and "to" in attrs and attrs["from"] >= attrs["to"]:
            text = _("Must be before `to`. Choose an earlier start or a later end.")
            raise serializers.ValidationError({"from": text}, code="empty_range")
        return attrs


def _build_limit() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=1, max_value=MAX_RECORDS, default=DEFAULT_RECORDS, help_text="How many at most."
    )


def _build_id(about: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, help_text=about)


class EpisodesQuery(RangeQuery):
    """Which episodes; `from` and `to` are about when they fired."""

    list_name = "alert-episodes"

    state = serializers.ChoiceField(choices=EPISODE_STATES, required=False, help_text="Firing and recovering are open.")
    kind = serializers.ChoiceField(choices=AlertKind.choices, required=False)
    rule = _build_id("Id of the rule, be it deleted.")
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    acknowledged = serializers.BooleanField(
        allow_null=True, required=False, help_text="Whether somebody looks after it, or did when it ended."
    )


class TransitionsQuery(RangeQuery):
    """Which transitions; `from` and `to` are about their slots."""

    list_name = "alert-transitions"

    rule = _build_id("Id of the rule, be it deleted.")
    episode = _build_id("Id of the episode.")


class NotificationsQuery(PageQuery):
    """Which notifications."""

    list_name = "notifications"

    state = serializers.ChoiceField(choices=NotificationState.choices, required=False)
    channel = _build_id("Id of the channel.")


class SilencesQuery(PageQuery):
    """Which silences."""

    list_name = "silences"

    active = serializers.BooleanField(
        allow_null=True, required=False, help_text="True: those in force now. False: over, or not begun."
    )
