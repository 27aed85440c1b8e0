"""Being asked to stop: Ctrl-C, SIGTERM and a closed terminal end in one exception, raised once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PARENT = os.getppid()  # when we started: `make`, a shell


class StopRequested(BaseException):
    """Somebody wants this process to end in order."""


def raise_on_stop_signals() -> None:
    """Turn the first stop signal into StopRequested. Signals that our parent ignores (nohup) stay ignored."""
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def stop_if_abandoned() -> None:
    """Raise StopRequested when our parent has been killed outright: nobody could stop us from a terminal any more.

    Whoever starts us detached from the terminal (nohup) means us to outlive it.
    """
    if os.getppid() != PARENT and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        raise StopRequested


def ignore_stop_signals() -> None:
    """Let nothing interrupt the cleaning up: an impatient second Ctrl-C would leave processes behind."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def stop_deferred() -> Iterator[None]:
    """Let a block come to its end before a stop signal takes effect.

    For what must not be left between two steps: a process that runs and that nobody has written down.
    """
    arrived: list[int] = []
    deferred = [number for number in STOP_SIGNALS if signal.getsignal(number) is _raise]
    for number in deferred:
        signal.signal(number, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        for number in deferred:
            signal.signal(number, _raise)
    if arrived:
        _raise(arrived[0], None)


def _raise(number: int, _frame: FrameType | None) -> None:
    ignore_stop_signals()
    raise StopRequested(signal.Signals(number).name)
