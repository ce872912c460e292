"""Migrations run as the owner of the tables, everything else as the portal's role."""

from typing import Any


class OwnerMigratesRouter:
    """Let only the ``owner`` connection migrate; reads and writes stay on default."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Answer whether ``db`` may be migrated."""
        del app_label, hints
        return db == "owner"
