"""Captures that are made to wait in the middle."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from monitoring.tests.processes.observer import Holder, Observer, wait_until

KNOCK_SECONDS = 20.0  # a knock is taken and done at once, but a machine may be busy with other tests
UNLOCK_SECONDS = 15.0  # PostgreSQL looks after its client every second, and MONITORING_IDLE_TIMEOUT_SECONDS is 3
FIRST_STEP = "build"


@contextmanager
def holder_stopped_at(step: str, observer: Observer, *, knock: Callable[[], object]) -> Iterator[Holder]:
    """Knock, and yield who took the lock and came as far as a step of the transaction; it goes on after the block."""
    with ExitStack() as blocked:
        before_build = blocked.enter_context(ExitStack())
        before_build.enter_context(observer.blocking(FIRST_STEP))
        knock()
        holder = observer.wait_for_holder_at(FIRST_STEP, seconds=KNOCK_SECONDS)
        if step != FIRST_STEP:
            blocked.enter_context(observer.blocking(step))
            before_build.close()
            holder = observer.wait_for_holder_at(step, seconds=KNOCK_SECONDS)
        yield holder


def wait_until_unlocked(observer: Observer) -> None:
    """Return when nobody holds the capture's lock."""
    wait_until(lambda: observer.count_advisory_locks() == 0, seconds=UNLOCK_SECONDS, what="a free lock")
