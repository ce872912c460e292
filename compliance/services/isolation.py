"""One shop's failure stops no other: what a step may fail with, and how it goes on."""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import DatabaseError, connection

from vault.faults import KEYSTORE_FAILURES
from vault.refusals import OpeningRefused

logger = logging.getLogger(__name__)

#: What a step may meet in one shop: a row, a key, the keystore, a constraint.
SHOP_FAILURES = (DatabaseError, OpeningRefused, *KEYSTORE_FAILURES)


def for_each_shop(
    *, seller_ids: Iterable[UUID], act: Callable[[UUID], int], failed: set[UUID]
) -> int:
    """Act on each shop and add up; a shop that fails goes into ``failed``.

    Raises OperationalError where it is the database itself that is gone: then no shop
    can be served, and the next sweep begins anew.
    """
    total = 0
    for seller_id in seller_ids:
        try:
            total += act(seller_id)
        except SHOP_FAILURES as error:
            name = type(error).__name__
            logger.warning("sweep: shop %s: %s; the next sweep tries", seller_id, name)
            failed.add(seller_id)
            stay_connected()
    return total


def stay_connected() -> None:
    """Go on with a connection that works; OperationalError where there is none.

    Inside a transaction of the caller nothing is closed: it would end with it.
    """
    if connection.in_atomic_block:
        return
    connection.close_if_unusable_or_obsolete()
    connection.ensure_connection()
