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
