"""Emptying a shop: its rows go table by table, in batches that commit."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.db.models import Model

from sellers.models import DeletionCertificate, Membership, StartStep
from vault.context import Actor, seller_scope
from vault.privacy import own_models

#: Rows deleted in one statement.
BATCH = 5_000
#: The log stays for ever, the reasons of staff with it; a tick says nothing of anybody;
#: the certificate says what was deleted.
KEPT = frozenset(
    {
        "vault_ledgerentry",
        "vault_openingstop",
        StartStep._meta.db_table,
        DeletionCertificate._meta.db_table,
    }
)
#: Who works there is needed until the shop is closed.
LAST = Membership._meta.db_table


def tenant_tables() -> list[str]:
    """Return the tables with a seller whose rows go, children before their parents."""
    models = [model for model in own_models() if _has_seller(model)]
    ordered = sorted(models, key=lambda m: (-_depth(m), m._meta.db_table))
    return [m._meta.db_table for m in ordered if m._meta.db_table not in KEPT]


def delete_rows(
    *,
    table: str,
    seller_id: UUID,
    actor: Actor,
    counted: Callable[[int], None] | None = None,
) -> None:
    """Delete a shop's rows of one table, each batch in a transaction of its own.

    ``counted`` is told of each batch inside its transaction.
    """
    deleted = BATCH
    while deleted:
        with seller_scope(seller_id=seller_id, actor=actor):
            deleted = delete_batch(table=table, seller_id=seller_id)
            if deleted and counted is not None:
                counted(deleted)


def delete_batch(*, table: str, seller_id: UUID) -> int:
    """Delete one batch of a table in the open scope; return how many rows."""
    name = connection.ops.quote_name(table)
    statement = (
        f"DELETE FROM {name} WHERE id IN (SELECT id FROM {name} "  # noqa: S608 - ours
        "WHERE seller_id = %s LIMIT %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [seller_id, BATCH])
        return int(cursor.rowcount)


def _has_seller(model: type[Model]) -> bool:
    return any(field.column == "seller_id" for field in model._meta.local_fields)


def _depth(model: type[Model]) -> int:
    """Return how many tables of the shop a row hangs on."""
    parents = [
        field.related_model
        for field in model._meta.local_fields
        if isinstance(field.related_model, type)
        and field.related_model is not model
        and _has_seller(field.related_model)
    ]
    return 1 + max((_depth(parent) for parent in parents), default=0)
