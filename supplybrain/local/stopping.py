"""Being asked to stop: Ctrl-C, SIGTERM and a closed terminal end in one exception, raised once."""

import signal
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Somebody wants this process to end in order."""


def raise_on_stop_signals() -> None:
    """Turn the first stop signal into StopRequested. Signals that our parent ignores (nohup) stay ignored."""
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def ignore_stop_signals() -> None:
    """Let nothing interrupt the cleaning up: an impatient second Ctrl-C would leave processes behind."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _raise(number: int, _frame: FrameType | None) -> None:
    ignore_stop_signals()
    raise StopRequested(signal.Signals(number).name)
