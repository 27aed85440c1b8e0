"""Channels and the outbox over REST."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.fields import LARGEST_ID, write_neighbours
from monitoring.api.serializers.channels import (
    ChannelSerializer,
    ChannelsSerializer,
    ChannelTestSerializer,
    NotificationSerializer,
    NotificationsSerializer,
)
from monitoring.api.serializers.episode_queries import NotificationsQuery
from monitoring.models import NotificationChannel
from monitoring.selectors.outbox import list_channels, list_notifications, load_notification_page
from monitoring.services.channels import delete_channel
from monitoring.services.dispatch import retry_notification, send_test_message
from supplybrain.api.queries import read_query
from supplybrain.api.viewsets import TableViewSet


@extend_schema_view(
    create=extend_schema(operation_id="monitoring_notification_channels_create"),
    retrieve=extend_schema(operation_id="monitoring_notification_channels_retrieve"),
    partial_update=extend_schema(operation_id="monitoring_notification_channels_update"),
    destroy=extend_schema(operation_id="monitoring_notification_channels_delete"),
)
class ChannelViewSet(TableViewSet):
    """Where alerts are told. URL and secret are write-only; a change without them keeps them."""

    queryset = list_channels()
    serializer_class = ChannelSerializer
    filter_backends = ()
    pagination_class = None
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    @extend_schema(operation_id="monitoring_notification_channels_list", responses=ChannelsSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002  (the base's signature)
        """Answer all channels, by name."""
        return Response(ChannelsSerializer({"items": self.get_queryset()}).data)

    def perform_destroy(self, instance: NotificationChannel) -> None:
        """Delete a channel that nothing was told through yet."""
        delete_channel(instance)


class ChannelTestView(APIView):
    """Trying a channel out."""

    required_permissions: ClassVar = {"POST": "monitoring.test_notificationchannel"}

    @extend_schema(
        operation_id="monitoring_notification_channels_test",
        request=None,
        responses={200: OpenApiResponse(ChannelTestSerializer, description="Tried once; see `is_sent`.")},
    )
    def post(self, request: Request, channel_id: int) -> Response:  # noqa: ARG002  (there is nothing to say)
        """Send a test message through a channel, also one that is switched off, and answer what became of it."""
        result = send_test_message(channel_id=min(channel_id, LARGEST_ID))
        return Response(ChannelTestSerializer(result).data)


class NotificationsView(APIView):
    """The outbox."""

    required_permissions: ClassVar = {"GET": "monitoring.view_notification"}

    @extend_schema(
        operation_id="monitoring_notifications_list", parameters=[NotificationsQuery], responses=NotificationsSerializer
    )
    def get(self, request: Request) -> Response:
        """Answer notifications, newest first, or the page that a cursor stands for."""
        query = read_query(request, NotificationsQuery)
        page = load_notification_page(
            limit=query["limit"],
            state=query.get("state"),
            channel_id=query.get("channel"),
            position=query.get("cursor"),
        )
        answer = {"items": page.rows, **write_neighbours(page, of=NotificationsQuery.list_name)}
        return Response(NotificationsSerializer(answer).data)


class RetryView(APIView):
    """Trying to send again."""

    required_permissions: ClassVar = {"POST": "monitoring.retry_notification"}

    @extend_schema(
        operation_id="monitoring_notifications_retry",
        request=None,
        responses={200: OpenApiResponse(NotificationSerializer, description="It is due now.")},
    )
    def post(self, request: Request, notification_id: int) -> Response:  # noqa: ARG002  (there is nothing to say)
        """Let a notification that waits or was given up be sent next, under the same key and with the same words."""
        row = retry_notification(notification_id=min(notification_id, LARGEST_ID))
        return Response(NotificationSerializer(list_notifications().get(pk=row.pk)).data)
