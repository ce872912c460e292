"""App configuration."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault app: registers its system checks."""

    name = "vault"

    def ready(self) -> None:
        """Register the checks."""
        from vault import checks  # noqa: F401, PLC0415 - needs the app registry
