"""Row-level security as migration operations, and ids made in Python."""

from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db.migrations.operations import RunSQL
from django.db.models import BaseConstraint, Model
from django.db.models.constraints import Deferrable

#: The role that web and worker connect as; it owns nothing and bypasses nothing.
APP_ROLE = "sp_app"
#: The role of the operator's staff: metadata of all sellers, never a buyer.
STAFF_ROLE = "sp_staff"
#: The role that reads everything for a backup, over the local socket only.
BACKUP_ROLE = "sp_backup"

READ = "SELECT"
SELLER_ARM = "seller_id = (SELECT app.seller_id())"


def new_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562): unique everywhere, ordered by time."""
    return uuid_utils.compat.uuid7()


def force_row_security(
    *,
    table: str,
    using: str = SELLER_ARM,
    check: str = "",
    rights: str = "SELECT, INSERT, UPDATE, DELETE",
) -> RunSQL:
    """Return the operation that shows ``table`` only through one policy.

    FORCE binds the owner too. The policy names the role, so that a view or a function
    of the owner sees nothing either.
    """
    check = check or using
    forward = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_rows ON {table} TO {APP_ROLE}
            USING ({using}) WITH CHECK ({check});
        GRANT {rights} ON {table} TO {APP_ROLE};
        GRANT SELECT ON {table} TO {BACKUP_ROLE};
    """
    backward = f"""
        REVOKE ALL ON {table} FROM {APP_ROLE}, {BACKUP_ROLE};
        DROP POLICY {table}_rows ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """
    return RunSQL(forward, backward)


def grant_table(
    *, table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE"
) -> RunSQL:
    """Return the operation that opens a table without seller to the portal's role."""
    return RunSQL(
        f"GRANT {rights} ON {table} TO {APP_ROLE}; "
        f"GRANT SELECT ON {table} TO {BACKUP_ROLE};",
        f"REVOKE ALL ON {table} FROM {APP_ROLE}, {BACKUP_ROLE};",
    )


def open_to_staff(
    *, table: str, rights: str = READ, tenant: bool = True, check: str = "true"
) -> RunSQL:
    """Return the operation that opens a table without buyers to the staff's role.

    ``rights`` may name columns, such as ``SELECT (id, name)``. ``tenant``: the table
    has row security, so the role needs a policy, which shows it every seller's rows;
    ``check`` is what must hold of a row that it writes.
    """
    policy = (
        f"CREATE POLICY {table}_staff ON {table} TO {STAFF_ROLE} "
        f"USING (true) WITH CHECK ({check}); "
    )
    return RunSQL(
        f"{policy if tenant else ''}GRANT {rights} ON {table} TO {STAFF_ROLE};",
        f"REVOKE ALL ON {table} FROM {STAFF_ROLE};"
        + (f" DROP POLICY {table}_staff ON {table};" if tenant else ""),
    )


class SellerForeignKey(BaseConstraint):
    """A foreign key inside one seller: (seller_id, column) to (seller_id, id).

    Foreign-key checks ignore row security, so a plain key would let one seller point
    at another's row. ``to`` is ``app_label.ModelName``; the parent needs a unique
    constraint on (seller, id); the field itself has ``db_constraint=False``.
    """

    def __init__(self, *, column: str, to: str, name: str) -> None:
        """Name the column of this table and the table that it points at."""
        super().__init__(name=name)
        self.column = column
        self.to = to
        self.deferrable = Deferrable.DEFERRED

    def deconstruct(self) -> Any:
        """Return what migrations write down."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "column": self.column, "to": self.to}

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the constraint as part of CREATE TABLE; it is added afterwards."""
        del model, schema_editor

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the statement that adds the key."""
        quote = schema_editor.quote_name
        parent = self.to.lower().replace(".", "_")
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} "
            f"ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (seller_id, {quote(self.column)}) "
            f"REFERENCES {quote(parent)} (seller_id, id) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the statement that drops the key."""
        quote = schema_editor.quote_name
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} "
            f"DROP CONSTRAINT {quote(self.name)}"
        )

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = "default",
    ) -> None:
        """Leave the check to PostgreSQL: it sees both sides at commit."""
        del model, instance, exclude, using

    def __eq__(self, other: object) -> bool:
        """Compare name, column and target."""
        return isinstance(other, SellerForeignKey) and (
            (self.name, self.column, self.to) == (other.name, other.column, other.to)
        )

    __hash__ = BaseConstraint.__hash__
