"""The trust gate: a metric is as good as the oldest of the sources that it is built on."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitoring.domain.metrics import METRICS, Explanation

# Own stock counts for bundles only, but whoever plans on old stock also orders on it; prices and what is in transit are
# in no metric of this version, and accounts are kept here.
_PLANNED = ("catalogue", "listings", "sales", "wb_stock", "own_stock")
SOURCES_OF: Mapping[Explanation, tuple[str, ...]] = {
    Explanation.BUNDLE_RISK_LEVELS: _PLANNED,
    Explanation.ORDER_REASONS: _PLANNED,
    Explanation.WB_ACCOUNTS: (),
    Explanation.MS_ACCOUNTS: (),
}

METRIC_SOURCES: Mapping[str, tuple[str, ...]] = {metric.name: SOURCES_OF[metric.explained_by] for metric in METRICS}
"""The sources that each metric is built on."""

WATCHED_SOURCES: tuple[str, ...] = _PLANNED
"""Sources with an alert of their own."""

SLOW_SOURCES = frozenset({"catalogue", "listings"})
SLOW_FACTOR = 10
"""The assortment changes with the season, sales and stock every hour."""


def find_limit(source: str, *, max_age: timedelta) -> timedelta:
    """Return how old the last good sync of a source may be.

    Args:
        source: Its name.
        max_age: The limit of sales and stock; that of catalogue and listings is ten times as long.
    """
    return max_age * SLOW_FACTOR if source in SLOW_SOURCES else max_age


def is_too_old(source: str, last_good_at: datetime | None, *, at: datetime, max_age: timedelta) -> bool:
    """Return whether a source was too old to trust at a moment.

    One that never delivered is not: there is nothing of it that could have grown old, and what people keep by hand
    needs no sync.

    Args:
        source: Its name.
        last_good_at: Its last good sync; None if there never was one.
        at: The moment.
        max_age: See `find_limit`.
    """
    return last_good_at is not None and at - last_good_at > find_limit(source, max_age=max_age)


def list_old_sources(
    metric: str, sources: Mapping[str, datetime | None], *, at: datetime, max_age: timedelta
) -> list[str]:
    """Return the sources that make a metric untrustworthy; none for a metric that nobody knows.

    Args:
        metric: Its name.
        sources: Last good sync by source.
        at: When the data were read.
        max_age: See `find_limit`.
    """
    return [
        source
        for source in METRIC_SOURCES.get(metric, ())
        if is_too_old(source, sources.get(source), at=at, max_age=max_age)
    ]


def find_expiry(metric: str, sources: Mapping[str, datetime | None], *, max_age: timedelta) -> datetime | None:
    """Return until when a metric may be trusted, if no source delivers anew; None if nothing of it grows old.

    Beyond that moment `list_old_sources` names a source, at it and before it none.

    Args:
        metric: Its name.
        sources: Last good sync by source.
        max_age: See `find_limit`.
    """
    expiries = [
        last_good_at + find_limit(source, max_age=max_age)
        for source in METRIC_SOURCES.get(metric, ())
        if (last_good_at := sources.get(source)) is not None
    ]
    return min(expiries, default=None)
