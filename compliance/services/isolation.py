"""One shop's failure stops no other: what a step may fail with, and how it goes on."""

import logging
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection

from vault.faults import KEYSTORE_FAILURES
from vault.refusals import OpeningRefused

logger = logging.getLogger(__name__)

#: What a step may meet in one shop: a row, a key, the keystore, a constraint.
FORESEEN = (DatabaseError, OpeningRefused, *KEYSTORE_FAILURES)
#: And what a row can raise that nobody foresaw, such as a marketplace that a release
#: dropped, or a hold that went meanwhile: it is that shop's alone.
SHOP_FAILURES = (
    *FORESEEN,
    ArithmeticError,
    AttributeError,
    LookupError,
    ObjectDoesNotExist,
    TypeError,
    ValueError,
)


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
            logger.warning(
                "shop %s: %s; the next run tries again", seller_id, named(error=error)
            )
            failed.add(seller_id)
            stay_connected()
    return total


def named(*, error: Exception) -> str:
    """Name an error by its class and the line it came from.

    Never by its text, which may hold a value.
    """
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" at {Path(last.filename).name}:{last.lineno}" if last else ""
    return f"{type(error).__name__}{place}"


def stay_connected() -> None:
    """Go on with a connection that works; OperationalError where there is none.

    Inside a transaction of the caller nothing is closed: it would end with it.
    """
    if connection.in_atomic_block:
        return
    connection.close_if_unusable_or_obsolete()
    connection.ensure_connection()
