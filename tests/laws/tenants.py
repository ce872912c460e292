"""Rows of every table with a seller, made for two shops by the fields' own types."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import NOT_PROVIDED

from sellers.models import Person, Seller
from vault.context import SYSTEM, seller_scope
from vault.privacy import own_models
from vault.rows import new_id

#: Far enough ahead of the tests' instant for a key to exist.
DAYS_AHEAD = 30


@dataclass(frozen=True, slots=True)
class Tenant:
    """A shop and, for each of its tables, one row."""

    seller: Seller
    rows: dict[str, models.Model]

    @property
    def id(self) -> UUID:
        """Return the seller's id."""
        return self.seller.id


#: Values that mean something beyond their type.
MEANING: dict[str, Any] = {
    "channel": "amazon",
    "sealed": b"\xe5\x02 and the rest",
    "cms": b"\x30\x82 and the rest",
    "margin_days": 2,
}


def tenant_models() -> list[type[models.Model]]:
    """Return our models with a column ``seller_id``, parents before children."""
    found = [m for m in own_models() if _has_seller(m)]
    return sorted(found, key=lambda m: (_depth(m), m._meta.db_table))


def fill(*, seller: Seller, person: Person, now: datetime) -> Tenant:
    """Make one row in each table of a shop, committed."""
    tenant = Tenant(seller=seller, rows={})
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        for model in tenant_models():
            values = dict(_values(model, tenant=tenant, person=person, now=now))
            row = model._default_manager.create(**values)
            tenant.rows[model._meta.db_table] = row
    return tenant


def _has_seller(model: type[models.Model]) -> bool:
    return any(field.column == "seller_id" for field in model._meta.local_fields)


def _depth(model: type[models.Model]) -> int:
    parents = [
        field.related_model
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is not model
    ]
    return 1 + max((_depth(p) for p in parents if _has_seller(p)), default=0)


def _values(
    model: type[models.Model], *, tenant: Tenant, person: Person, now: datetime
) -> Iterator[tuple[str, Any]]:
    for field in model._meta.local_fields:
        if field.column == "seller_id":
            yield field.attname, tenant.id
        elif isinstance(field, models.ForeignKey):
            yield field.attname, _parent(field, tenant=tenant, person=person)
        elif field.default is NOT_PROVIDED and not field.null:
            yield field.attname, MEANING.get(field.name) or _plain(field, now=now)


def _parent(
    field: "models.ForeignKey[Any, Any]", *, tenant: Tenant, person: Person
) -> Any:
    parent = field.related_model
    if parent is Person:
        return person.pk
    if parent is Group:
        return Group.objects.filter(name__startswith=str(tenant.id)).earliest("id").pk
    if parent is Permission:
        return Permission.objects.get(codename="open_buyer_data").pk
    return tenant.rows[parent._meta.db_table].pk


def _plain(field: Any, *, now: datetime) -> object:
    """Return a value that a column takes; a text unlike that of other rows."""
    if field.choices:
        return field.choices[0][0]
    for kind, value in (
        (models.DateTimeField, now),
        (models.DateField, now.date() + timedelta(days=DAYS_AHEAD)),
        (models.UUIDField, new_id()),
        (models.BooleanField, False),
        (models.DecimalField, 999),
        (models.IntegerField, 999),
        (models.EmailField, "somebody@shop.example"),
        (models.JSONField, {}),
        (models.BinaryField, b"bytes"),
    ):
        if isinstance(field, kind):
            return value
    return new_id().hex[-12:][: field.max_length or 12]
