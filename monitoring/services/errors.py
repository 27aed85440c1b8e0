"""What the services of monitoring raise on purpose."""

from supplybrain.errors import ConflictError, SupplyBrainError


class CaptureRunningError(ConflictError):
    """Somebody else is capturing and has not come to an end within the time that one may wait."""

    code = "capture_running"


class CaptureTimedOutError(SupplyBrainError):
    """PostgreSQL cancelled the capture: a statement, or a lock that it waited for, took too long."""

    code = "capture_timed_out"
    status = 503


class SchedulerOverdueError(SupplyBrainError):
    """No snapshot is recent enough to say that the scheduler works."""

    code = "scheduler_overdue"
    status = 503


class EpisodeClosedError(ConflictError):
    """The episode is over."""

    code = "episode_closed"


class SilenceOverError(ConflictError):
    """The silence is over."""

    code = "silence_over"


class ChannelInUseError(ConflictError):
    """The channel has been written to; what it was told is history."""

    code = "in_use"
