"""Handing a sealed item out as a file: only the shop's private key opens it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from compliance.models import ArchiveItem
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append


class ItemOver(Exception):
    """The item's last day is over: it is not handed out any more."""


@dataclass(frozen=True, slots=True)
class ItemFile:
    """A sealed item as a file."""

    name: str
    data: bytes


def export_item(*, item_id: UUID, now: datetime) -> ItemFile:
    """Return an item of the shop in scope; the record is written first.

    Raises `ArchiveItem.DoesNotExist` and `ItemOver`.
    """
    seller_id = current_scope().seller_id
    rows = ArchiveItem.objects.select_related("hold", "rule")
    item = rows.get(seller_id=seller_id, id=item_id)
    if item.ends_on < now.date():
        raise ItemOver
    owner = item.hold or item.rule
    label = owner.label if owner else ""
    append(
        kind=Kind.ARCHIVE_EXPORTED_ITEM,
        now=now,
        subject_id=item.subject_id,
        facts={"sha256": item.sha256, "name": label},
    )
    name = f"{label}-{item.sha256[:8]}.p7m"
    return ItemFile(name=name, data=bytes(item.cms))
