"""Buyers with planted values, and ways around the field: raw bytes, lost secrets."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import ClassVar, TypeVar
from uuid import UUID

from django.db import connection, models
from encrypted_model_fields import fields as plain

from compliance.clock import Basis
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from orders.models.order import BuyerState
from tests import bed
from tests.shops import Shop
from vault.clock import clock
from vault.keys import data_keys
from vault.kinds import Purpose
from vault.models import LedgerEntry
from vault.opening import Opening, open_fields

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
DAY = date(2026, 12, 18)
LATER = date(2026, 12, 20)
#: The last instant at which a value of ``DAY`` opens, and the first at which not.
LAST_SECOND = "2026-12-17T23:59:59+00:00"
FIRST_SECOND = "2026-12-18T00:00:00+00:00"
NAME = "Testa Exampleton"
PHONE = "+1 555 0100"
#: What no log, error or export may hold.
SECRETS = (NAME, PHONE, "Exampleton")

_numbers = count(1)
_Answer = TypeVar("_Answer")


def order_in(shop: Shop, *, day: date = DAY) -> Order:
    """Insert an order of the shop whose scope is open."""
    return Order.objects.create(
        seller_id=shop.id,
        channel="amazon",
        marketplace_order_id=f"114-{next(_numbers):07}-0000001",
        purchased_at=NOW,
        status=FulfillmentStatus.UNSHIPPED,
        fulfilled_by=FulfilledBy.MERCHANT,
        buyer_state=BuyerState.SEALED,
        clock_basis=next(iter(Basis)),
        clock_at=NOW,
        purge_on=day,
        limit_on=day + timedelta(days=2),
        received_at=NOW,
        changed_at=NOW,
    )


def unsaved_buyer(shop: Shop, *, day: date = DAY, **values: object) -> Recipient:
    """Return a buyer that is not yet sealed, of an order that is stored."""
    return Recipient(
        seller_id=shop.id,
        order=order_in(shop, day=day),
        purge_on=day,
        limit_on=day + timedelta(days=2),
        sealed_at=NOW,
        **(values or {"name": NAME, "phone": PHONE}),
    )


def buyer_in(shop: Shop, *, day: date = DAY, **values: object) -> Recipient:
    """Seal and store a buyer; return it as loaded from the database."""
    row = unsaved_buyer(shop, day=day, **values)
    row.save()
    return loaded(row)


def loaded(row: Recipient) -> Recipient:
    """Return a row anew, as it stands in the database."""
    return Recipient.objects.get(pk=row.pk)


def purpose_for(row: Recipient, *, reference: str = "") -> Opening:
    """Return a proper purpose for opening a row."""
    return Opening(
        purpose=Purpose.DELIVER,
        subject_id=row.order_id,
        now=clock.now(),
        reference=reference,
    )


def opened(row: Recipient, *fields: str) -> dict[str, str]:
    """Open fields of a row, ``name`` where none is named."""
    return open_fields(row=row, fields=fields or ("name",), opening=purpose_for(row))


def openings() -> list[LedgerEntry]:
    """Return the ledger entries that record an opening, in their order."""
    entries = LedgerEntry.objects.filter(kind__startswith="pii:opened:")
    return list(entries.order_by("id"))


def stored(row: Recipient, column: str = "name") -> bytes:
    """Return the bytes of a column as they stand in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM orders_recipient WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def store(row: Recipient, blob: bytes, column: str = "name") -> None:
    """Write bytes into a column, past the field."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE orders_recipient SET {column} = %s WHERE id = %s", [blob, row.pk]
        )


def lose_day(day: date) -> None:
    """Take a day's secret out of the keystore without recording it as destroyed."""
    keystore = data_keys().keystore
    with keystore._writing() as secrets:
        left = {known: key for known, key in secrets.days.items() if known != day}
        keystore._write_keys(replace(secrets, days=left))


def lose_seller(seller_id: UUID) -> None:
    """Take a seller's secret out of the keystore without recording it as destroyed."""
    keystore = data_keys().keystore
    with keystore._writing() as secrets:
        left = {known: k for known, k in secrets.sellers.items() if known != seller_id}
        keystore._write_keys(replace(secrets, sellers=left))


def in_session(pool: ThreadPoolExecutor, do: Callable[[], _Answer]) -> Future[_Answer]:
    """Run something in a thread, that is, in a database session of its own."""

    def run() -> _Answer:
        try:
            return do()
        finally:
            connection.close()

    return pool.submit(run)


class PlainNote(models.Model):
    """What the encryption package's own fields do, without ours."""

    name = plain.EncryptedCharField(max_length=10)
    note = plain.EncryptedTextField(null=True)
    twin = plain.EncryptedCharField(max_length=10, unique=True, null=True)

    objects: ClassVar[models.Manager["PlainNote"]] = models.Manager()

    class Meta:
        """A table that only tests have; the package makes each column text."""

        app_label = "planted"
        managed = False


@contextmanager
def table_of_plain_notes() -> Iterator[None]:
    """Make the table of the plain notes as the owner, and drop it again."""
    with bed.owner_connection() as owner:
        owner.execute(
            "CREATE TABLE planted_plainnote (id bigserial PRIMARY KEY, "
            "name text NOT NULL, note text, twin text UNIQUE)"
        )
        owner.execute("GRANT ALL ON planted_plainnote TO sp_app")
        owner.execute("GRANT ALL ON planted_plainnote_id_seq TO sp_app")
        yield
        owner.execute("DROP TABLE planted_plainnote")


def token_of(note: PlainNote, column: str = "name") -> str:
    """Return a column of a note as stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM planted_plainnote WHERE id = %s", [note.pk]
        )
        return str(cursor.fetchone()[0])


def overwrite_note(note: PlainNote, text: str) -> PlainNote:
    """Write a note's name past the field; return the note as loaded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE planted_plainnote SET name = %s WHERE id = %s", [text, note.pk]
        )
    return PlainNote.objects.get(pk=note.pk)
