"""Query parameters that many endpoints share."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


class AsOfQuery(serializers.Serializer[Any]):
    """`?as_of=YYYY-MM-DD`: plan as of the end of that business day; today when left out."""

    as_of = serializers.DateField(required=False, help_text="Business day to plan as of; today when left out.")


def read_query(request: Request, serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Return the validated query parameters of a request.

    Raises:
        ValidationError: If a parameter is malformed; the problem names it.
    """
    serializer = serializer_class(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
