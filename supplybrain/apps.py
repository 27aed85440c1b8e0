"""App configuration of the wiring."""

from django.apps import AppConfig


class SupplyBrainConfig(AppConfig):
    """Settings, wiring, roles and the commands that run the system as a whole."""

    name = "supplybrain"
    verbose_name = "Supply Brain"

    def ready(self) -> None:
        """Register the system checks."""
        from supplybrain import checks  # noqa: F401  (importing registers them)
