"""Stop watches around functions of the project, while something that calls them runs."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.utils.module_loading import import_string


@contextmanager
def stop_watches(paths: Mapping[str, str]) -> Iterator[dict[str, float]]:
    """Time functions while the block runs.

    Args:
        paths: By name of the watch, the dotted path of the function as its callers look it up.

    Yields:
        Seconds by name, of all calls together; a function that was not called has none.
    """
    seconds: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for name, path in paths.items():
            stack.enter_context(patch(path, _watch(import_string(path), name, seconds)))
        yield seconds


def _watch(function: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[name] += time.perf_counter() - start

    return watched
