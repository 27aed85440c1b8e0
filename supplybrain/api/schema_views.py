"""The OpenAPI description over HTTP."""

from typing import Any

from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

LANGUAGE = "en"


class SchemaView(SpectacularAPIView):
    """The description, in English whoever asks: most of it is written for programmers and translated nowhere."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the description."""
        with translation.override(LANGUAGE):
            response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # no types
        response.headers["Content-Language"] = LANGUAGE
        return response
