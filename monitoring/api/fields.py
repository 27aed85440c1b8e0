"""Fields of queries over time: moments, steps, and cursors of pages."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring.domain.buckets import DAY, UNITS, format_step
from monitoring.domain.slots import EPOCH
from monitoring.selectors.pages import Direction, Page, Position

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
RFC_3339 = re.compile(rf"{DATE.pattern}[Tt ]{CLOCK_TIME}(?P<offset>[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?")
LOST_PLUS = re.compile(rf"{DATE.pattern}[Tt ]{CLOCK_TIME} [0-9]{{2}}:[0-9]{{2}}")
USE_A_MOMENT = gettext_noop("Use a moment such as 2026-03-01T09:00:00Z or a business day such as 2026-03-01.")
FIRST_YEAR, LAST_YEAR = 1971, 2199  # well inside of what PostgreSQL, Python and a grid from 1970 can count

STEP = re.compile(rf"([0-9]{{1,9}})([{''.join(UNITS)}]?)")
LONGEST_STEP = 366 * DAY


@extend_schema_field({"oneOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]})
class MomentField(serializers.Field[datetime, str, str, Any]):
    """A moment in RFC 3339, or a business day: its start, or as the end of a range its end.

    Args:
        is_end: Whether it ends a range. Then a day is a part of the range.
    """

    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.is_end = is_end

    def to_internal_value(self, data: str) -> datetime:
        """Return the moment in UTC.

        Raises:
            ValidationError: If it is neither, names no offset, does not exist or lies too far away.
        """
        if not isinstance(data, str):  # the value of a body, which can be anything
            raise serializers.ValidationError(_(USE_A_MOMENT), code="invalid")
        try:
            moment = self._read_day(data) if DATE.fullmatch(data) else self._read_moment(data)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(
                _("There is no such moment: %(data)s.") % {"data": data}, code="invalid"
            ) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            text = _("The year must be one of %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise serializers.ValidationError(text, code="out_of_range")
        return moment

    def to_representation(self, value: datetime) -> str:
        """Return the moment in RFC 3339."""
        return value.isoformat()

    def _read_day(self, data: str) -> datetime:
        day = date.fromisoformat(data) + DAY * self.is_end
        return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.BUSINESS_TIME_ZONE))

    def _read_moment(self, data: str) -> datetime:
        if LOST_PLUS.fullmatch(data):
            raise serializers.ValidationError(
                _("Write the + of the offset as %(code)s in a URL.") % {"code": "%2B"}, code="lost_plus"
            )
        match = RFC_3339.fullmatch(data)
        if match is None:
            raise serializers.ValidationError(_(USE_A_MOMENT), code="invalid")
        if match["offset"] is None:
            text = _("A time without an offset could be anywhere. Add Z for UTC, or an offset such as -05:00.")
            raise serializers.ValidationError(text, code="no_offset")
        return datetime.fromisoformat(data.upper())


@extend_schema_field({"type": "string", "pattern": f"^{STEP.pattern}$"})
class StepField(serializers.Field[timedelta, str, str, Any]):
    """A length of time: seconds, or a number with its unit."""

    def to_internal_value(self, data: str) -> timedelta:
        """Return the length.

        Raises:
            ValidationError: If it is malformed, zero or too long.
        """
        match = STEP.fullmatch(data)
        if match is None:
            text = _("Use a number of seconds, or a whole number with one of the units s, m, h, d, w, such as 15m.")
            raise serializers.ValidationError(text, code="invalid")
        seconds = int(match[1]) * UNITS[match[2] or "s"]
        if not 0 < seconds <= LONGEST_STEP // timedelta(seconds=1):
            text = _("Must be longer than nothing and at most %(longest)s.") % {"longest": format_step(LONGEST_STEP)}
            raise serializers.ValidationError(text, code="out_of_range")
        return timedelta(seconds=seconds)

    def to_representation(self, value: timedelta) -> str:
        """Return the length with its unit."""
        return format_step(value)


BASE = re.compile(r"-([0-9]{1,9}[smhdw])")
LARGEST_ID = 2**63 - 1


@extend_schema_field({"type": "string", "pattern": r"^(previous|-[0-9]{1,9}[smhdw]|[0-9]{1,18})$"})
class BaseField(serializers.Field[int | timedelta | str, str, str, Any]):
    """A snapshot to compare with: its id, how long before, or `previous`."""

    def to_internal_value(self, data: str) -> int | timedelta | str:
        """Return the id, the length of time, or the word.

        Raises:
            ValidationError: If it is none of them.
        """
        if data == "previous":
            return data
        if data.isascii() and data.isdecimal() and int(data[:20]) <= LARGEST_ID:
            return int(data)
        if match := BASE.fullmatch(data):
            return StepField().to_internal_value(match[1])
        text = _("Use the id of a snapshot, how long before with a unit such as -24h, or `previous`.")
        raise serializers.ValidationError(text, code="invalid")

    def to_representation(self, value: int | timedelta | str) -> str:
        """Return it as it is written in a URL."""
        return f"-{format_step(value)}" if isinstance(value, timedelta) else str(value)


def write_cursor(position: Position, *, of: str) -> str:
    """Return a position in a list as text that nobody is to read or write but that list's `CursorField`.

    Args:
        position: The position.
        of: The name of the list.
    """
    moment = (position.at - EPOCH) // timedelta(microseconds=1)
    return _get_signer(of).sign_object([moment, position.row_id, position.direction.value])


def write_neighbours(page: Page[Any], *, of: str) -> dict[str, str | None]:
    """Return the cursors of the pages beside a page of a list, by the names that they have in an answer.

    Args:
        page: The page.
        of: The name of the list.
    """
    return {
        "next": write_cursor(page.older, of=of) if page.older else None,
        "previous": write_cursor(page.newer, of=of) if page.newer else None,
    }


@extend_schema_field({"type": "string"})
class CursorField(serializers.Field[Position, str, str, Any]):
    """Where a page of a list begins, as an earlier page said.

    Args:
        of: The name of the list. Cursors of other lists are not taken.
    """

    def __init__(self, *, of: str) -> None:
        super().__init__(required=False, help_text="`next` or `previous` of a page; keep the other parameters.")
        self.of = of

    def to_internal_value(self, data: str) -> Position:
        """Return the position.

        Raises:
            ValidationError: If we did not write it: a signature makes sure, so that its content needs no checks.
        """
        try:
            moment, row_id, direction = _get_signer(self.of).unsign_object(data)
        except BadSignature:
            text = _("This is no cursor of ours. Take `next` or `previous` of a page as it is, or begin without one.")
            raise serializers.ValidationError(text, code="invalid") from None
        return Position(EPOCH + timedelta(microseconds=moment), row_id, Direction(direction))

    def to_representation(self, value: Position) -> str:
        """Return the cursor."""
        return write_cursor(value, of=self.of)


def _get_signer(name: str) -> Signer:
    return Signer(salt=f"monitoring.{name}", sep=".")  # a dot needs no escape in a URL
