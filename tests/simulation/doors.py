"""Doors: ways in which somebody might get at a stored buyer, each to its very end.

A door gives all that came out of it. Sealed bytes, however they were got hold of, are
taken to `vault.opening`, since nothing else turns them into text.
"""

import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import TextField
from django.db.models.functions import Cast

from orders.models import Recipient
from sellerportal.local.postgres import programs
from sellerportal.local.provision import drop_database
from tests import bed
from tests.shops import Shop
from vault.clock import clock
from vault.kinds import Purpose
from vault.opening import Opening, open_fields
from vault.refusals import OpeningRefused
from vault.sealed import Sealed

FIELDS = ("name", "phone")
COPY = "portal_restored"
Door = Callable[[Shop], str]


def taken_to_opening(row: Recipient) -> str:
    """Return what opening says to a row: its texts, or the name of the refusal."""
    opening = Opening(Purpose.DELIVER, subject_id=row.order_id, now=clock.now())
    try:
        return json.dumps(open_fields(row=row, fields=FIELDS, opening=opening))
    except OpeningRefused as refused:
        return type(refused).__name__


def with_bytes(row: Recipient, **blobs: bytes) -> str:
    """Put bytes that were got elsewhere into a row, and take it to opening."""
    for name, blob in blobs.items():
        row.__dict__[name] = Sealed(blob)
    return taken_to_opening(row)


def by_attribute(shop: Shop) -> str:
    """Read the attribute, then open the row."""
    with shop.scope():
        rows = list(Recipient.objects.all())
        printed = [f"{row.name} {row.phone} {vars(row)}" for row in rows]
        return f"{printed} {[taken_to_opening(row) for row in rows]}"


def by_values(shop: Shop) -> str:
    """Ask for the values without the model, then build rows around them."""
    with shop.scope():
        rows = list(Recipient.objects.values("id", "seller_id", "order_id", *FIELDS))
        built = [Recipient(**values) for values in rows]
        return f"{rows} {[taken_to_opening(row) for row in built]}"


def by_cast(shop: Shop) -> str:
    """Let the database turn the bytes into text."""
    with shop.scope():
        cast = Cast("name", TextField())
        rows = list(Recipient.objects.defer("name").annotate(as_text=cast))
        texts = [row.as_text for row in rows]
        blobs = [bytes.fromhex(text.removeprefix("\\x")) for text in texts]
        opened = [with_bytes(r, name=b) for r, b in zip(rows, blobs, strict=True)]
        return f"{texts} {blobs!r} {opened}"


def by_sql(shop: Shop) -> str:
    """Read the columns past the model, then open them."""
    with shop.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT id, order_id, name, phone FROM orders_recipient")
        found = cursor.fetchall()
        opened = [
            with_bytes(
                Recipient(id=row_id, seller_id=shop.id, order_id=order_id),
                name=bytes(name),
                phone=bytes(phone),
            )
            for row_id, order_id, name, phone in found
        ]
        return f"{found} {opened}"


def by_dumpdata(shop: Shop, *, alias: str) -> str:
    """Write a dump as for loaddata."""
    out = io.StringIO()
    with shop.scope():
        call_command("dumpdata", "orders", database=alias, stdout=out)
    return out.getvalue()


def in_the_copy(door: Door) -> Door:
    """Return a door into the copy that was restored: `restored` must be open."""

    def through(shop: Shop) -> str:
        settings = connections["default"].settings_dict
        before = settings["NAME"]
        connections["default"].close()
        settings["NAME"] = COPY
        try:
            return door(shop)
        finally:
            connections["default"].close()
            settings["NAME"] = before

    return through


@contextmanager
def restored() -> Iterator[None]:
    """Dump this worker's database with pg_dump and restore it beside, for a while."""
    facts = bed.current()
    drop_database(admin_url=facts["admin_url"], name=COPY)
    with bed.admin_connection() as admin:
        admin.execute(f"CREATE DATABASE {COPY} TEMPLATE template0 OWNER sp_owner")
    try:
        _pipe(
            [str(programs() / "pg_dump"), "--format=custom", _url(facts["database"])],
            [str(programs() / "pg_restore"), "--exit-on-error", "-d", _url(COPY)],
        )
        yield
    finally:
        drop_database(admin_url=facts["admin_url"], name=COPY)


def _url(database: str) -> str:
    return str(bed.current()["admin_url"]).rsplit("/", 1)[0] + "/" + database


def _pipe(dump: list[str], restore: list[str]) -> None:
    environment = {"PATH": os.defpath, "TZ": "UTC"}
    made = subprocess.run(dump, env=environment, check=True, capture_output=True)
    subprocess.run(restore, env=environment, check=True, input=made.stdout)
