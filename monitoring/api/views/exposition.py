"""What Prometheus scrapes."""

from collections.abc import Iterable
from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from prometheus_client.exposition import choose_encoder
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from monitoring.services.exposition import DatabaseCollector
from supplybrain.api.authentication import TokenAuthentication
from supplybrain.metrics import build_process_registry


class AnyAnswer(BaseContentNegotiation):
    """No renderer is chosen: the format depends on what the client says about versions of its own formats."""

    def select_parser(self, _request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the first parser; there is no body to parse."""
        return next(iter(parsers))

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer; problems choose their own."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ExpositionView(APIView):
    """The state of the database, and what the processes of this machine have counted."""

    authentication_classes = (TokenAuthentication,)  # no session: it is answered before there are any
    content_negotiation_class = AnyAnswer
    required_permissions: ClassVar = {"GET": "monitoring.view_monitoringsnapshot"}

    @extend_schema(exclude=True)  # the format is Prometheus's, and no part of the API's versions
    def get(self, request: Request) -> HttpResponse:
        """Answer the text exposition, in OpenMetrics for those who ask for it."""
        registry = build_process_registry()
        registry.register(DatabaseCollector())
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return HttpResponse(encode(registry), content_type=content_type)
