"""Taking turns: who stores or judges many orders of a shop waits for the others."""

from uuid import UUID

from django.db import connection


def one_at_a_time(*, seller_id: UUID) -> None:
    """Wait for another batch of the shop, and hold the turn until this one commits.

    Two imports would both make the order that is new to both, and lock known ones
    crosswise; a change of the shop's days must not miss orders that are being stored.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"intake {seller_id}"],
        )
