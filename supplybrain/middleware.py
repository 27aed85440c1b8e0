"""Middleware of the whole site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from supplybrain.health import answer_alive, answer_ready
from supplybrain.languages import find_chosen_language

Handler = Callable[[HttpRequest], HttpResponse]

PROBES: dict[str, Handler] = {"/healthz": answer_alive, "/readyz": answer_ready}
SCRAPED_PATH = "/metrics"


def answer_probes_first(get_response: Handler) -> Handler:
    """Answer the probes before anything can object to them.

    An orchestrator asks a container by its address: over plain HTTP, under a host name that ALLOWED_HOSTS does not
    know, every few seconds. None of that is worth a redirect, a 400, a session or a line in the log.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info) if request.method in {"GET", "HEAD"} else None
        return (probe or get_response)(request)

    return middleware


def answer_scrapes_first(get_response: Handler) -> Handler:
    """Answer Prometheus before anything but the API's own log-in can object.

    Like an orchestrator it asks every instance by its address, over plain HTTP within the own network, every few
    seconds.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info != SCRAPED_PATH or request.method not in {"GET", "HEAD"}:
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)):  # the log-in may choose another
            answer: HttpResponse = resolve(SCRAPED_PATH).func(request)
            # a problem is rendered by Django's handler, which this one never reaches
            return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

    return middleware


def speak_users_language(get_response: Handler) -> Handler:
    """Answer in the language that the user chose, else in the one that the browser asks for.

    In place of Django's LocaleMiddleware, which comes before the user is known. A request with a token is left alone:
    the API finds out whose it is, and a session that comes along is not to be loaded for nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = None if "Authorization" in request.headers else find_chosen_language(request.user)
        with translation.override(chosen or translation.get_language_from_request(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware
