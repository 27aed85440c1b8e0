"""Silences over REST."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer, ValidationError
from rest_framework.views import APIView

from monitoring.api.fields import LARGEST_ID, write_neighbours
from monitoring.api.serializers.episode_queries import SilencesQuery
from monitoring.api.serializers.silences import (
    NewSilenceSerializer,
    SilenceEndSerializer,
    SilenceSerializer,
    SilencesSerializer,
)
from monitoring.api.views.episodes import get_user
from monitoring.models import Silence
from monitoring.selectors.pages import load_page
from monitoring.selectors.silences import build_active, list_silences
from monitoring.services.silences import change_silence, end_silence, silence
from supplybrain.api.queries import read_query
from supplybrain.errors import NotFoundError

FIXED = ("rule_id", "metric", "starts_at")


class SilencesView(APIView):
    """Silences."""

    required_permissions: ClassVar = {"GET": "monitoring.view_silence", "POST": "monitoring.add_silence"}

    @extend_schema(operation_id="monitoring_silences_list", parameters=[SilencesQuery], responses=SilencesSerializer)
    def get(self, request: Request) -> Response:
        """Answer silences, those that began last first, or the page that a cursor stands for."""
        query, now = read_query(request, SilencesQuery), timezone.now()
        rows = _list_wanted(is_active=query.get("active"), now=now)
        page = load_page(rows, at="starts_at", limit=query["limit"], position=query.get("cursor"))
        answer = {"items": page.rows, **write_neighbours(page, of=SilencesQuery.list_name)}
        return Response(SilencesSerializer(answer, context={"now": now}).data)

    @extend_schema(
        operation_id="monitoring_silences_create", request=NewSilenceSerializer, responses={201: SilenceSerializer}
    )
    def post(self, request: Request) -> Response:
        """Begin a silence about a rule or a metric. You are its author."""
        values, now = _read(NewSilenceSerializer, request), timezone.now()
        minutes = values.pop("duration_minutes", None)
        if minutes is not None:
            values["ends_at"] = values.get("starts_at", now) + timedelta(minutes=minutes)
        return _answer(silence(**values, user=get_user(request)), status=HTTPStatus.CREATED)


class SilenceView(APIView):
    """One silence."""

    required_permissions: ClassVar = {
        "GET": "monitoring.view_silence",
        "PATCH": "monitoring.change_silence",
        "DELETE": "monitoring.delete_silence",
    }

    @extend_schema(operation_id="monitoring_silences_retrieve", responses=SilenceSerializer)
    def get(self, request: Request, silence_id: int) -> Response:  # noqa: ARG002  (the same for everybody)
        """Answer a silence."""
        row = list_silences().filter(pk=min(silence_id, LARGEST_ID)).first()
        if row is None:
            raise NotFoundError(_("There is no such silence."))
        return _answer(row)

    @extend_schema(operation_id="monitoring_silences_update", request=SilenceEndSerializer, responses=SilenceSerializer)
    def patch(self, request: Request, silence_id: int) -> Response:
        """Let a silence end sooner or later (minutes count from now), or give it another reason."""
        values = _read(SilenceEndSerializer, request)
        if isinstance(request.data, dict) and (given := [name for name in FIXED if name in request.data]):
            text = _("This cannot be changed. End this silence, and begin another one.")
            raise ValidationError(dict.fromkeys(given, text), code="read_only")
        if (minutes := values.pop("duration_minutes", None)) is not None:
            values["ends_at"] = timezone.now() + timedelta(minutes=minutes)
        return _answer(change_silence(silence_id=min(silence_id, LARGEST_ID), **values))

    @extend_schema(
        operation_id="monitoring_silences_delete",
        responses={204: OpenApiResponse(description="It is over, or never was.")},
    )
    def delete(self, request: Request, silence_id: int) -> Response:  # noqa: ARG002  (nothing more to say)
        """End a silence now. One that is over stays as it is; one that has not begun is removed."""
        end_silence(silence_id=min(silence_id, LARGEST_ID))
        return Response(status=HTTPStatus.NO_CONTENT)


def _list_wanted(*, is_active: bool | None, now: datetime) -> QuerySet[Silence]:
    if is_active is None:
        return list_silences()
    return list_silences().filter(build_active(now) if is_active else ~build_active(now))


def _read(serializer_class: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    body = serializer_class(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _answer(row: Silence, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(SilenceSerializer(row, context={"now": timezone.now()}).data, status=status)
