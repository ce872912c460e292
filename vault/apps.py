"""App configuration."""

import resource

from django.apps import AppConfig


def keep_memory_off_disks() -> None:
    """Let this process and its children leave no core file when they crash.

    It would hold the keystore's root and opened values, on a disk, for ever.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class VaultConfig(AppConfig):
    """The vault app: registers its system checks, forbids core files."""

    name = "vault"

    def ready(self) -> None:
        """Register the checks; every process of the portal comes by here."""
        keep_memory_off_disks()
        from vault import checks  # noqa: F401, PLC0415 - needs the app registry
