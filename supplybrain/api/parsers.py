"""JSON bodies of a bounded size and depth."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers

from supplybrain.api.problems import BodyTooLargeError


class JSONParser(parsers.JSONParser):
    """DRF's parser, which reads whatever comes: this one refuses huge bodies unread and hopeless nesting politely."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body.

        Raises:
            ParseError: If it is not JSON, or nested deeper than Python can follow.
            BodyTooLargeError: If it is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.
        """
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLargeError
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from None
