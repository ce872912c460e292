"""Which connection a query takes: the owner migrates, staff pages go as staff."""

from typing import Any

from sellerportal.staff.connection import STAFF, on_staff


class OwnerMigratesRouter:
    """Let only the ``owner`` connection migrate; reads and writes stay on default."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Answer whether ``db`` may be migrated."""
        del app_label, hints
        return db == "owner"


class StaffRouter:
    """Send everything that runs for staff to the connection of ``sp_staff``."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str | None:
        """Return the staff's connection while staff are served."""
        del model, hints
        return STAFF if on_staff() else None

    db_for_write = db_for_read

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool | None:
        """Say yes: all connections lead to one database, with different rights."""
        del obj1, obj2, hints
        return True
