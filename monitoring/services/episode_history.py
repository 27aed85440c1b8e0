"""The metric of an episode: before it, in it and after it."""

from datetime import datetime, timedelta

import numpy as np

from monitoring.selectors.slot_values import SlotValues, load_slot_values
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.interval import get_interval
from monitoring.services.metric_history import MOST_POINTS, MetricHistory

LEAST_MARGIN_SLOTS = 16
SHARE_OF_MARGIN = 4  # a fourth of the episode on either side
LONGEST_MARGIN = timedelta(days=7)


def load_episode_history(*, metric: str, opened: datetime, closed: datetime | None, slot: datetime) -> MetricHistory:
    """Return a metric slot by slot over an episode with a margin on both sides, in one statement.

    Args:
        metric: Its name, of the registry.
        opened: The first slot of the episode.
        closed: The slot that it was over in; None while it is open.
        slot: The slot that is running, which counts once it has its value.
    """
    interval = get_interval()
    length = max((closed or slot) - opened, interval)
    margin = min(max(length / SHARE_OF_MARGIN, LEAST_MARGIN_SLOTS * interval), LONGEST_MARGIN) // interval * interval
    start, last = opened - margin, min((closed or slot) + margin, slot)
    step = -(-((last - start) // interval + 1) // MOST_POINTS) * interval
    found = load_slot_values(metric=metric, start=start, end=last + interval, interval=interval, step=step)
    return _trim(metric, found, ends_now=last == slot)


def _trim(metric: str, found: SlotValues, *, ends_now: bool) -> MetricHistory:
    """Return what lies between the first value and the end; the running slot counts once it has its value."""
    known = np.flatnonzero(found.is_known)
    first = int(known[0]) if len(known) else 0
    end = len(found.values) - (ends_now and not found.is_known[-1])
    unknown = (place for place in range(first, end) if not found.is_known[place])
    return MetricHistory(
        metric=metric,
        start=found.start + first * found.step,
        step=found.step,
        values=found.values[first:end],
        is_known=found.is_known[first:end],
        reasons={place - first: found.reasons.get(place, MissingReason.UNEXPLAINED.value) for place in unknown},
    )
