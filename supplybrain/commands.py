"""The base of our management commands."""

from typing import Any

from django.core.management.base import BaseCommand

from supplybrain.audit.actors import Actor, acting
from supplybrain.audit.models import Channel


class AuditedCommand(BaseCommand):
    """A command whose changes carry its name."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command as its name."""
        actor = Actor(channel=Channel.COMMAND, name=self.__module__.rpartition(".")[2])
        with acting(lambda: actor):
            return super().execute(*args, **options)
