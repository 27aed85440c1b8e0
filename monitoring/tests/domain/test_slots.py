"""Slots: the grid in Python and the grid in PostgreSQL are one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.slots import compute_slot
from monitoring.selectors.clock import SLOT_OF_MOMENT, get_database_clock

QUARTER = timedelta(minutes=15)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (bounds are naive)
INTERVALS = st.integers(1, 86_400).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        ("2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00+00:00"),
        ("2026-03-01T12:14:59.999999+00:00", "2026-03-01T12:00:00+00:00"),
        ("2026-03-01T12:15:00+00:00", "2026-03-01T12:15:00+00:00"),
        ("2026-03-01T00:07:00+05:30", "2026-02-28T18:30:00+00:00"),
    ],
)
def test_a_slot_begins_at_a_quarter_of_an_hour(moment: str, slot: str) -> None:
    assert compute_slot(datetime.fromisoformat(moment), interval=QUARTER).isoformat() == slot


@given(moment=MOMENTS, interval=INTERVALS)
def test_a_moment_lies_in_its_slot_and_the_slot_on_the_grid(moment: datetime, interval: timedelta) -> None:
    slot = compute_slot(moment, interval=interval)
    assert slot <= moment < slot + interval
    assert slot.timestamp() % interval.total_seconds() == 0
    assert compute_slot(slot, interval=interval) == slot


@given(moment=MOMENTS, hours=st.integers(-12, 14))
def test_the_time_zone_of_the_moment_does_not_matter(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert compute_slot(elsewhere, interval=QUARTER) == compute_slot(moment, interval=QUARTER)


@pytest.mark.parametrize("seconds", [0, -900])
def test_an_interval_that_is_not_positive_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="interval must be positive"):
        compute_slot(datetime(2026, 1, 1, tzinfo=UTC), interval=timedelta(seconds=seconds))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must have a time zone"):
        compute_slot(datetime(2026, 1, 1), interval=QUARTER)  # noqa: DTZ001  (the point)


@pytest.mark.django_db
def test_postgresql_computes_the_same_slots() -> None:
    statement = f"""
        SELECT moment, {SLOT_OF_MOMENT} FROM (
            SELECT timestamptz '2025-10-26 00:00:00.5+00' + n * interval '937.123457 seconds' AS moment
            FROM generate_series(0, 2000) n
        ) AS moments
    """  # noqa: S608  (constants)
    with connection.cursor() as cursor:
        for seconds in (1, 7, 60, 900, 3600, 86_400):
            cursor.execute(statement, {"seconds": seconds})
            rows = cursor.fetchall()
            interval = timedelta(seconds=seconds)
            assert [slot for _, slot in rows] == [compute_slot(moment, interval=interval) for moment, _ in rows]


@pytest.mark.django_db
def test_the_clock_tells_the_slot_of_its_own_moment() -> None:
    clock = get_database_clock(interval=timedelta(seconds=1))
    assert clock.slot == clock.now.replace(microsecond=0)
