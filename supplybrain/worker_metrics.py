"""/metrics of a worker that shares no folder with a web process: the same page under the same log-in, on a port."""

from collections.abc import Iterable
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import structlog
from django.db import connections

from supplybrain.middleware import SCRAPED_PATH

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = structlog.get_logger(__name__)

SECONDS_TO_ASK = 10


class Handler(WSGIRequestHandler):
    """Serves one scrape; whoever connects and asks nothing is dropped."""

    timeout = SECONDS_TO_ASK

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing: a scrape every few seconds is no news."""


def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer /metrics through Django, and nothing else of it."""
    if environ.get("PATH_INFO") != SCRAPED_PATH or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"There is nothing here but /metrics.\n"]
    from supplybrain.wsgi import application

    try:
        response = application(environ, start_response)
        content = list(response)
        response.close()
    finally:
        connections.close_all()  # a worker needs its connections for tasks
    return content


def serve(*, host: str, port: int) -> None:
    """Answer scrapes on a port until the process ends. A port that is taken costs the metrics, not the worker.

    Args:
        host: The address to listen on.
        port: The port; 0 listens nowhere.
    """
    if not port:
        return
    try:
        server = make_server(host, port, answer, handler_class=Handler)
    except OSError as error:
        log.warning("worker_metrics_not_served", host=host, port=port, error=str(error))
        return
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    log.info("worker_metrics_served", host=host, port=port)
