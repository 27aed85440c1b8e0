"""Tells somebody outside that captures happen: nobody in here can report that all of this is down.

Speaks the protocol of Healthchecks: `<url>/start`, `<url>` and `<url>/fail`, with the run id as `rid`.
"""

from enum import Enum

import httpx
import structlog
from django.conf import settings

from monitoring.services.runs import Run

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 3.0


class Signal(Enum):
    """What is told, as the ending of the URL's path."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


def send_heartbeat(run: Run, signal: Signal) -> None:
    """Ping MONITORING_HEARTBEAT_URL, if there is one. Whatever goes wrong is logged and harms nobody.

    Never inside a transaction: a slow network must not hold locks.

    Args:
        run: The run to tell about.
        signal: What to tell.
    """
    if not settings.MONITORING_HEARTBEAT_URL:
        return
    try:
        url = httpx.URL(settings.MONITORING_HEARTBEAT_URL)
        path = url.path.rstrip("/") + signal.value
        httpx.get(
            url.copy_with(path=path).copy_merge_params({"rid": str(run.run_id)}), timeout=TIMEOUT_SECONDS
        ).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # the type alone: the message of these errors has the URL in it, which is all that one needs to send pings
        log.warning("heartbeat_failed", signal=signal.name.lower(), error=type(error).__name__)
