"""Episodes, their transitions, and taking notice of them."""

from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.fields import LARGEST_ID, write_neighbours
from monitoring.api.serializers.episode_queries import EpisodesQuery, TransitionsQuery
from monitoring.api.serializers.episodes import (
    AcknowledgementSerializer,
    AcknowledgeSerializer,
    AlertTransitionsSerializer,
    EpisodeDetailSerializer,
    EpisodesSerializer,
)
from monitoring.selectors.episode_story import find_episode_story
from monitoring.selectors.episodes import EpisodeFilter, load_episode_page
from monitoring.selectors.transitions import TransitionFilter, load_transition_page
from monitoring.services.acknowledge import acknowledge_once, withdraw_acknowledgement
from supplybrain.api.queries import read_query
from supplybrain.errors import NotFoundError


class EpisodesView(APIView):
    """Episodes."""

    required_permissions: ClassVar = {"GET": "monitoring.view_alertepisode"}

    @extend_schema(
        operation_id="monitoring_alert_episodes_list", parameters=[EpisodesQuery], responses=EpisodesSerializer
    )
    def get(self, request: Request) -> Response:
        """Answer episodes, those that fired last first, or the page that a cursor stands for."""
        query = read_query(request, EpisodesQuery)
        wanted = EpisodeFilter(
            state=query.get("state"),
            kind=query.get("kind"),
            rule_id=query.get("rule"),
            severity=query.get("severity"),
            start=query.get("from"),
            end=query.get("to"),
            is_acknowledged=query.get("acknowledged"),
        )
        page = load_episode_page(limit=query["limit"], now=timezone.now(), wanted=wanted, position=query.get("cursor"))
        answer = {"items": page.rows, **write_neighbours(page, of=EpisodesQuery.list_name)}
        return Response(EpisodesSerializer(answer).data)


class EpisodeView(APIView):
    """One episode."""

    required_permissions: ClassVar = {"GET": "monitoring.view_alertepisode"}

    @extend_schema(operation_id="monitoring_alert_episodes_retrieve", responses=EpisodeDetailSerializer)
    def get(self, request: Request, episode_id: int) -> Response:  # noqa: ARG002  (the same for everybody)
        """Answer an episode with its transitions, its messages and what became of them, and who took notice."""
        story = find_episode_story(episode_id=min(episode_id, LARGEST_ID), now=timezone.now())
        if story is None:
            raise NotFoundError(_("There is no such alert episode."))
        return Response(EpisodeDetailSerializer(story).data)


class AcknowledgeView(APIView):
    """Taking notice of an episode."""

    required_permissions: ClassVar = {
        "POST": "monitoring.add_alertacknowledgement",
        "DELETE": "monitoring.change_alertacknowledgement",
    }

    @extend_schema(
        operation_id="monitoring_alert_episodes_acknowledge",
        request=AcknowledgeSerializer,
        responses={
            200: OpenApiResponse(
                AcknowledgementSerializer, description="You had acknowledged it already; nothing was changed."
            ),
            201: OpenApiResponse(AcknowledgementSerializer, description="Acknowledged."),
        },
    )
    def post(self, request: Request, episode_id: int) -> Response:
        """Say that you look after an open episode: no reminders until it ends, or grows worse."""
        body = AcknowledgeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        row, is_new = acknowledge_once(
            episode_id=min(episode_id, LARGEST_ID), user=get_user(request), note=body.validated_data["note"]
        )
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return Response(AcknowledgementSerializer(row).data, status=status)

    @extend_schema(
        operation_id="monitoring_alert_episodes_withdraw",
        request=None,
        responses={204: OpenApiResponse(description="Nobody looks after it any more.")},
    )
    def delete(self, request: Request, episode_id: int) -> Response:
        """Withdraw all acknowledgements of an open episode."""
        withdraw_acknowledgement(episode_id=min(episode_id, LARGEST_ID), user=get_user(request))
        return Response(status=HTTPStatus.NO_CONTENT)


class TransitionsView(APIView):
    """Transitions."""

    required_permissions: ClassVar = {"GET": "monitoring.view_alerttransition"}

    @extend_schema(
        operation_id="monitoring_alert_transitions", parameters=[TransitionsQuery], responses=AlertTransitionsSerializer
    )
    def get(self, request: Request) -> Response:
        """Answer changes of state, newest slot first, or the page that a cursor stands for."""
        query = read_query(request, TransitionsQuery)
        wanted = TransitionFilter(
            rule_id=query.get("rule"),
            episode_id=query.get("episode"),
            start=query.get("from"),
            end=query.get("to"),
        )
        page = load_transition_page(limit=query["limit"], wanted=wanted, position=query.get("cursor"))
        answer: dict[str, Any] = {"items": page.rows, **write_neighbours(page, of=TransitionsQuery.list_name)}
        return Response(AlertTransitionsSerializer(answer).data)


def get_user(request: Request) -> User:
    """Return who asks; the permission has made sure that it is somebody."""
    return cast(User, request.user)
