"""Time series over a range: what was left out of the question, and whether it can be answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from monitoring.domain.buckets import Grid, choose_step, find_smallest_step, format_step
from monitoring.selectors.clock import get_database_clock
from monitoring.selectors.timeseries import Aggregation, SeriesRange, load_series
from monitoring.services.interval import get_interval
from supplybrain.errors import FieldProblem, InvalidInputError

MAX_POINTS = 11_000
"""Of one metric in one answer. A quarter of a year in slots of 15 minutes, 30 years in days."""

CHART_POINTS = 500
"""How many at most if nobody chose a step: what a chart can show."""

DEFAULT_SPAN = timedelta(days=1)


def read_range(
    *,
    metrics: Sequence[str],
    start: datetime | None = None,
    end: datetime | None = None,
    step: timedelta | None = None,
    agg: Aggregation = Aggregation.LAST,
) -> SeriesRange:
    """Return metrics over a range of time in buckets, see `load_series`, in two statements at most.

    Args:
        metrics: Names of metrics; a repeated one comes once.
        start: The first moment, with a zone; 24 hours before the end if left out.
        end: The first moment after the range; the end of the running slot if left out.
        step: Length of a bucket; if left out, the shortest round one that gives a chart's number of points.
        agg: Which value stands for a bucket.

    Raises:
        InvalidInputError: If the range is empty, the step no whole number of slots, or the points too many. It names
            the parameter; the data of the last one hold the smallest step that fits.
    """
    end = end or get_database_clock(interval=get_interval()).slot + get_interval()
    start = start or end - DEFAULT_SPAN
    _check_order(start, end)
    if step is None:
        zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
        step = choose_step(start, end, interval=get_interval(), zone=zone, max_points=CHART_POINTS)
    else:
        _check_step(step)
        _check_points(start, end, step)
    return load_series(metrics=metrics, start=start, end=end, step=step, agg=agg)


def _check_order(start: datetime, end: datetime) -> None:
    if start >= end:
        detail = _("%(start)s is not before the end, %(end)s. Choose an earlier start or a later end.") % {
            "start": start.isoformat(),
            "end": end.isoformat(),
        }
        raise InvalidInputError(detail, problems=[FieldProblem("start", "empty_range", detail)])


def _check_step(step: timedelta) -> None:
    interval = get_interval()
    if step % interval:
        fitting = format_step(-(-step // interval) * interval)
        detail = _("%(step)s is no whole number of slots. Use a multiple of %(slot)s, such as %(fitting)s.") % {
            "step": format_step(step),
            "slot": format_step(interval),
            "fitting": fitting,
        }
        data = {"slot_seconds": interval // timedelta(seconds=1), "fitting_step": fitting}
        raise InvalidInputError(detail, problems=[FieldProblem("step", "not_whole_slots", detail)], data=data)


def _check_points(start: datetime, end: datetime, step: timedelta) -> None:
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    points = Grid(step, zone).count_buckets(start, end)
    if points <= MAX_POINTS:
        return
    smallest = find_smallest_step(start, end, interval=get_interval(), zone=zone, max_points=MAX_POINTS)
    detail = _(
        "A step of %(step)s makes %(points)s points of this range, more than %(max_points)s. "
        "The smallest step that fits is %(smallest)s."
    ) % {"step": format_step(step), "points": points, "max_points": MAX_POINTS, "smallest": format_step(smallest)}
    data = {
        "points": points,
        "max_points": MAX_POINTS,
        "smallest_step": format_step(smallest),
        "smallest_step_seconds": smallest // timedelta(seconds=1),
    }
    raise InvalidInputError(detail, problems=[FieldProblem("step", "too_many_points", detail)], data=data)
