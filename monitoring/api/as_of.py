"""The business day that a request plans as of."""

from datetime import date

from rest_framework.request import Request

from supplybrain.api.queries import AsOfQuery, read_query
from supplybrain.clock import get_business_date


def read_as_of(request: Request) -> date:
    """Return `?as_of=`, or today when it is left out.

    Raises:
        ValidationError: If it is no date.
    """
    day: date | None = read_query(request, AsOfQuery).get("as_of")
    return day or get_business_date()
