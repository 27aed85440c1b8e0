"""Who changed what, over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from supplybrain.api.queries import read_query
from supplybrain.audit.changes import ChangeFilter, describe_changes, filter_changes
from supplybrain.audit.models import Action, Channel
from supplybrain.audit.registry import AUDITED, list_visible_models

LARGEST_ID = 2**63 - 1
PAGE_SIZE, LARGEST_PAGE = 50, 500


class PageQuery(serializers.Serializer[Any]):
    """`?limit=50&before=1234`: the page that follows the change 1234."""

    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=PAGE_SIZE)
    before = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="`next_before` of the page before."
    )


class ChangesQuery(PageQuery):
    """Which changes."""

    model = serializers.ChoiceField(choices=list(AUDITED), required=False)
    object_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    user_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    start = serializers.DateTimeField(required=False, help_text="Not before this moment.")
    end = serializers.DateTimeField(required=False, help_text="Before this moment.")


class ChangedValueSerializer(serializers.Serializer[Any]):
    """A value that was changed: as stored, and in the reader's words."""

    column = serializers.CharField()
    name = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)
    old_text = serializers.CharField(allow_blank=True)
    new_text = serializers.CharField(allow_blank=True)
    is_hidden = serializers.BooleanField(help_text="True for a secret: that it changed is all that is known.")


class ChangeSerializer(serializers.Serializer[Any]):
    """Something that was created, changed or deleted."""

    id = serializers.IntegerField(source="change.id")
    changed_at = serializers.DateTimeField(source="change.changed_at")
    action = serializers.ChoiceField(choices=Action.choices, source="change.action")
    model = serializers.CharField(source="change.model")
    model_name = serializers.CharField()
    object_id = serializers.IntegerField(source="change.object_id")
    object_name = serializers.CharField()
    exists = serializers.BooleanField(help_text="Whether it is still there.")
    who = serializers.CharField(help_text="Actor and channel in words.")
    channel = serializers.ChoiceField(choices=Channel.choices, source="change.channel")
    actor = serializers.CharField(source="change.actor", allow_blank=True)
    user_id = serializers.IntegerField(source="change.user_id", allow_null=True)
    token_name = serializers.CharField(source="change.token_name", allow_blank=True)
    values = ChangedValueSerializer(source="fields", many=True)


class ChangesSerializer(serializers.Serializer[Any]):
    """A page of changes, newest first."""

    items = ChangeSerializer(many=True)
    next_before = serializers.IntegerField(allow_null=True, help_text="`before` of the next page; null on the last.")


def read_page(wanted: ChangeFilter, *, limit: int) -> dict[str, Any]:
    """Return a page of changes as `ChangesSerializer` describes it.

    Takes one statement for the changes and one for each kind of row that they name.
    """
    entries = describe_changes(filter_changes(wanted)[: limit + 1])
    shown = entries[:limit]
    return {
        "items": ChangeSerializer(shown, many=True).data,
        "next_before": shown[-1].change.pk if len(entries) > limit else None,
    }


class ChangesView(APIView):
    """Who changed what."""

    required_permissions = {"GET": "supplybrain.view_change"}

    @extend_schema(operation_id="changes", parameters=[ChangesQuery], responses=ChangesSerializer)
    def get(self, request: Request) -> Response:
        """Return the changes of everything that the user may view, newest first."""
        query = read_query(request, ChangesQuery)
        visible = list_visible_models(request.user)
        model = query.get("model")
        if model and model not in visible:
            raise PermissionDenied
        wanted = ChangeFilter(
            models=[model] if model else visible,
            object_id=query.get("object_id"),
            user_id=query.get("user_id"),
            channel=query.get("channel"),
            since=query.get("start"),
            until=query.get("end"),
            before_id=query.get("before"),
        )
        return Response(read_page(wanted, limit=query["limit"]))
