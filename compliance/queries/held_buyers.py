"""Buyers' rows by the order that they are of, read through declarations."""

from collections.abc import Collection
from typing import cast
from uuid import UUID

from vault.privacy import Category, buyer_models, privacy_of
from vault.sealed_rows import SealedRow


def buyers_of(
    *, seller_id: UUID, ids: Collection[UUID], lock: bool = False
) -> dict[UUID, SealedRow]:
    """Return the buyers' rows of orders of the seller in scope, still sealed.

    ``lock`` holds them until the transaction ends. An invented buyer is never one.
    """
    found: dict[UUID, SealedRow] = {}
    for model, privacy in buyer_models():
        rows = model._default_manager.filter(
            seller_id=seller_id, **{f"{privacy.subject}__in": list(ids)}
        ).order_by("pk")
        if privacy.invented:
            rows = rows.filter(**{privacy.invented: False})
        if lock:
            rows = rows.select_for_update()
        for row in rows:
            found[getattr(row, privacy.subject)] = cast("SealedRow", row)
    return found


def is_invented(*, row: SealedRow) -> bool:
    """Tell whether a row's buyer is invented: it is never held."""
    privacy = privacy_of(type(row))
    return bool(privacy and privacy.invented and getattr(row, privacy.invented))


def has_tax_id(*, row: SealedRow) -> bool:
    """Tell whether a row holds a tax id, without opening it."""
    privacy = privacy_of(type(row))
    return privacy is not None and any(
        getattr(row, name) is not None
        for name, category in privacy.buyer.items()
        if category is Category.TAX_ID
    )


def fields_of(*, categories: Collection[Category]) -> tuple[str, ...]:
    """Return the buyers' fields of some categories, in their declared order."""
    return tuple(
        name
        for _, privacy in buyer_models()
        for name, category in privacy.buyer.items()
        if category in categories
    )


def categories_of(*, fields: Collection[str]) -> tuple[Category, ...]:
    """Return the categories that fields are of, in the order of the categories."""
    found = {
        category
        for _, privacy in buyer_models()
        for name, category in privacy.buyer.items()
        if name in fields
    }
    return tuple(category for category in Category if category in found)
