"""Every endpoint under /api/, found by walking the URL resolver: a new one is tested without anybody listing it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

GROUP = re.compile(r"\(\?P<\w+>[^)]*\)|<[^>]+>")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Endpoint:
    """A path with a number in place of every parameter, its name, its view and what it offers."""

    path: str
    name: str
    view: type[Any]
    methods: tuple[str, ...]


def list_endpoints() -> list[Endpoint]:
    """Return every endpoint under /api/ by path."""
    return sorted(_walk(get_resolver().url_patterns, "/"), key=lambda endpoint: endpoint.path)


def _walk(patterns: list[Any], prefix: str) -> Iterator[Endpoint]:
    for pattern in patterns:
        path = prefix + GROUP.sub("1", str(pattern.pattern)).strip("^$").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/api/"):
            yield _describe(path, pattern)


def _describe(path: str, pattern: URLPattern) -> Endpoint:
    callback: Any = pattern.callback
    view = getattr(callback, "cls", None) or callback.view_class
    offered = getattr(callback, "actions", None) or [name for name in METHODS if hasattr(view, name)]
    allowed = set(callback.initkwargs.get("http_method_names", view.http_method_names))
    return Endpoint(
        path, pattern.name or path, view, tuple(name for name in METHODS if name in offered and name in allowed)
    )
