"""How the metrics went lately: a day slot by slot, a week and a month more coarsely."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from monitoring.domain.buckets import choose_step
from monitoring.domain.metrics import TIMESERIES_METRIC_NAMES
from monitoring.selectors.timeseries import MissingReason, SeriesRange, load_series
from monitoring.services.interval import get_interval

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
MOST_SLOTS = 12_000  # eight days of minutes
MOST_POINTS = 400  # of a month, on a line the size of a word

NOT_MISSED = {MissingReason.PENDING, MissingReason.NOT_RECORDED, MissingReason.METRIC_UNKNOWN}

Values = Sequence[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One metric until now, each series evenly spaced and oldest first.

    Args:
        day_ago: The value 24 hours before the latest snapshot, None if there is none of then.
    """

    day: Values
    week: Values
    month: Values
    day_ago: int | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A slot of the last 24 hours without a snapshot. Slots shorter than a minute are taken together.

    Args:
        place: Its number in the day: slots in a row have numbers in a row.
    """

    place: int
    slot: datetime
    reason: MissingReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """All metrics until now.

    Args:
        by_metric: Trend by metric name.
        missed: The slots of the last 24 hours that have no snapshot and should, oldest first.
    """

    by_metric: Mapping[str, Trend]
    missed: Sequence[Missed]


def load_trends(*, slot: datetime, latest_at: datetime) -> Trends:
    """Return how every metric went for 24 hours, 7 days and 30 days, in two statements.

    Args:
        slot: The slot that is running.
        latest_at: When the latest snapshot was taken.
    """
    end = slot + get_interval()
    # what is compared lies 24 hours before the latest snapshot, which may be old; after a week nobody asks any more
    fine = _load(max(min(slot, latest_at), slot - WEEK) - DAY, end, MOST_SLOTS)
    coarse = _load(slot - MONTH, end, MOST_POINTS)
    day, week = bisect_left(fine.starts, slot - DAY), bisect_left(coarse.starts, slot - WEEK)
    day_ago = bisect_right(fine.starts, latest_at - DAY) - 1  # the bucket that holds it
    trends = {
        fine_one.metric: Trend(
            day=fine_one.values[day:],
            week=coarse_one.values[week:],
            month=coarse_one.values,
            day_ago=fine_one.values[day_ago] if day_ago >= 0 else None,
        )
        for fine_one, coarse_one in zip(fine.series, coarse.series, strict=True)
    }
    return Trends(by_metric=trends, missed=_list_missed(fine, day))


def _load(start: datetime, end: datetime, most: int) -> SeriesRange:
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    step = choose_step(start, end, interval=get_interval(), zone=zone, max_points=most)
    return load_series(metrics=TIMESERIES_METRIC_NAMES, start=start, end=end, step=step)


def _list_missed(series: SeriesRange, first: int) -> list[Missed]:
    reasons = enumerate(zip(series.starts[first:], series.series[0].reasons[first:], strict=True))
    return [
        Missed(place, start, MissingReason(reason))
        for place, (start, reason) in reasons
        if reason and reason not in NOT_MISSED
    ]
