"""Counts of requests and tasks, added up over the processes of one machine.

Processes that share PROMETHEUS_MULTIPROC_DIR write their counts into files there (the multiprocess mode of
prometheus_client), and whichever of them is asked adds all of them up. Without it every process counts for itself.

A file is usually named for the process that writes it, so that replaced processes leave files behind which every
scrape has to read. Ours are named for the place that a process takes - the second worker of that server -, where its
successor goes on counting.
"""

import os
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Place:
    """The name of this process among those that run at the same time, until told otherwise its number."""

    def __init__(self) -> None:
        self._name = ""

    def take(self, name: str) -> None:
        """Go on counting where the last process of this name stopped. No two may have it at a time."""
        self._name = name

    def get_name(self) -> str:
        """Return the name; after a fork the number of the child."""
        return self._name or str(os.getpid())


place = Place()

if os.environ.get(FOLDER_VARIABLE):
    Path(os.environ[FOLDER_VARIABLE]).mkdir(parents=True, exist_ok=True)
    # Decides for every metric that is made from now on: ready() of our app imports this module before there are any.
    values.ValueClass = values.MultiProcessValue(place.get_name)  # type: ignore[no-untyped-call]


def build_process_registry() -> CollectorRegistry:
    """Return what the processes of this machine have counted, to be read once."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # registers itself
    else:
        registry.register(REGISTRY)
    return registry
