"""Middleware of the whole site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from supplybrain.health import answer_alive, answer_ready

Handler = Callable[[HttpRequest], HttpResponse]

PROBES: dict[str, Handler] = {"/healthz": answer_alive, "/readyz": answer_ready}


def answer_probes_first(get_response: Handler) -> Handler:
    """Answer the probes before anything can object to them.

    An orchestrator asks a container by its address: over plain HTTP, under a host name that ALLOWED_HOSTS does not
    know, every few seconds. None of that is worth a redirect, a 400, a session or a line in the log.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info) if request.method in {"GET", "HEAD"} else None
        return (probe or get_response)(request)

    return middleware
