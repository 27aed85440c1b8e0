"""Until when a metric may be trusted, against the sources that are too old at a moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerting.trust import SLOW_FACTOR, find_expiry, list_old_sources

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
SOURCES = ("catalogue", "listings", "sales", "wb_stock", "own_stock", "prices")


@given(st.dictionaries(st.sampled_from(SOURCES), st.none() | st.integers(0, 500), max_size=6), st.integers(1, 72))
def test_a_metric_expires_when_the_first_of_its_sources_is_too_old(ages: dict[str, int | None], limit: int) -> None:
    sources = {source: None if age is None else NOON - age * HOUR for source, age in ages.items()}
    expiry = find_expiry("risk_critical", sources, max_age=limit * HOUR)
    moments = [NOON] if expiry is None else [NOON, expiry, expiry + MOMENT, expiry - MOMENT]
    for at in moments:
        old = list_old_sources("risk_critical", sources, at=at, max_age=limit * HOUR)
        assert bool(old) == (expiry is not None and at > expiry)


def test_the_assortment_may_be_older_and_accounts_never_expire() -> None:
    assert find_expiry("risk_ok", {"catalogue": NOON}, max_age=HOUR) == NOON + SLOW_FACTOR * HOUR
    assert find_expiry("wb_accounts_active", {"sales": NOON}, max_age=HOUR) is None
    assert find_expiry("metric_of_old", {"sales": NOON}, max_age=HOUR) is None
