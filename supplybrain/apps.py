"""App configuration of the wiring."""

from django.apps import AppConfig


class SupplyBrainConfig(AppConfig):
    """Settings, wiring, roles and the commands that run the system as a whole."""

    name = "supplybrain"
    verbose_name = "Supply Brain"

    def ready(self) -> None:
        """Register the system checks, and say where metrics count before any is made."""
        from supplybrain import checks, metrics  # noqa: F401  (importing does it)
