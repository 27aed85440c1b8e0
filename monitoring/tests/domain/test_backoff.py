"""When a message is tried again, and when no more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerting.backoff import (
    LONGEST_DELAY,
    MOST_ATTEMPTS,
    compute_delay,
    is_exhausted,
    plan_retry,
)

POSTED = datetime(2026, 1, 5, tzinfo=UTC)
FIRST = timedelta(seconds=10)
DAY = timedelta(hours=24)


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_chance_shortens_a_wait_by_a_fifth_at_most(attempts: int, chance: float) -> None:
    longest = min(LONGEST_DELAY, FIRST * 2 ** min(attempts - 1, 20))
    assert longest * 0.8 <= compute_delay(attempts, first=FIRST, chance=chance) <= longest


@given(st.floats(0, 1, exclude_max=True))
def test_a_day_of_failures_ends_at_the_end_of_the_day_after_fewer_attempts_than_a_killer_makes(chance: float) -> None:
    now: datetime | None = POSTED
    attempts = 0
    while now is not None:
        attempts, last = attempts + 1, now
        delay = compute_delay(attempts, first=FIRST, chance=chance)
        now = plan_retry(now=last, created_at=POSTED, delay=delay, give_up_after=DAY, retry_after=None)
        assert now is None or now > last
    assert last == POSTED + DAY
    assert 30 <= attempts <= MOST_ATTEMPTS / 2


def test_a_receiver_that_asks_to_be_left_alone_is_until_the_last_attempt() -> None:
    def plan(retry_after: timedelta) -> datetime | None:
        return plan_retry(now=POSTED, created_at=POSTED, delay=FIRST, give_up_after=DAY, retry_after=retry_after)

    assert plan(timedelta(seconds=3)) == POSTED + FIRST
    assert plan(timedelta(hours=3)) == POSTED + timedelta(hours=3)
    assert plan(timedelta(days=3)) == POSTED + DAY


def test_neither_age_nor_attempts_alone_exhaust_a_message() -> None:
    def ask(attempts: int, age: timedelta) -> bool:
        return is_exhausted(attempts=attempts, now=POSTED + age, created_at=POSTED, give_up_after=DAY)

    assert not ask(1, 30 * DAY)
    assert not ask(MOST_ATTEMPTS + 1, DAY / 2)
    assert ask(MOST_ATTEMPTS + 1, DAY)
