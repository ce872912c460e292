"""A digest of everything that belongs to a seller, to see that nobody touched it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models

from sellers.models import Person, Seller
from tests import bed
from tests.laws.tenants import tenant_models
from tests.shops import Shop
from vault.context import SYSTEM, seller_scope

#: For each table how many rows a seller has there, and a hash over all of them.
Digest = dict[str, tuple[int, str]]
Rows = list[tuple[Any, ...]]


def digest(shop: Shop) -> Digest:
    """Return what is stored, as the superuser sees it, whom no policy binds."""
    with bed.admin_connection() as admin:
        return _digest(shop, lambda sql, ids: admin.execute(sql, ids).fetchall())


def digest_inside(shop: Shop, *, using: str) -> Digest:
    """Return the same as seen within a connection's transaction, inside the shop."""
    with (
        seller_scope(seller_id=shop.id, actor=SYSTEM),
        connections[using].cursor() as cursor,
    ):

        def fetch(sql: str, ids: list[Any]) -> Rows:
            cursor.execute(sql, ids)
            return list(cursor.fetchall())

        return _digest(shop, fetch)


def changed(before: Digest, after: Digest) -> list[str]:
    """Return the tables whose rows are not what they were."""
    return sorted(name for name in before if before[name] != after[name])


def _digest(shop: Shop, fetch: Callable[[Any, list[Any]], Rows]) -> Digest:
    owned = list(_owned(shop))
    readable = fetch(
        "SELECT name FROM unnest(%s::text[]) name "
        "WHERE has_table_privilege(name, 'SELECT')",
        [[table for table, _, _ in owned]],
    )
    parts, values = [], []
    for table, column, ids in owned:
        if (table,) not in readable:
            continue
        parts.append(
            f"SELECT '{table}', count(*), "
            "coalesce(md5(string_agg(r::text, ' ' ORDER BY r::text)), '') "
            f"FROM {table} r WHERE {column} = ANY(%s)"
        )
        values.append(ids)
    return {
        name: (n, text) for name, n, text in fetch(" UNION ALL ".join(parts), values)
    }


def _owned(shop: Shop) -> Iterator[tuple[str, str, list[UUID]]]:
    """Yield table, column and ids: rows of the shop, its people, what is theirs."""
    yield Seller._meta.db_table, "id", [shop.id]
    tenants = tenant_models()
    for model in tenants:
        yield model._meta.db_table, "seller_id", [shop.id]
    people = [person.id for person in shop.people.values()]
    yield Person._meta.db_table, "id", people
    for model in apps.get_models(include_auto_created=True):
        if model in tenants or model._meta.proxy:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Person:
                yield model._meta.db_table, field.column, people
