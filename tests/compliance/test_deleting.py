"""Deleting dead rows: at once, and around a row that somebody holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import StuckRow
from compliance.services import deleting
from tests import bed
from tests.compliance.test_sweep_races import many, purge, records, rows_left, take_in
from tests.orders.incoming import the_order
from tests.shops import Shop
from vault.clock import clock

DUE = "2026-12-18T00:10Z"


@pytest.fixture
def due(transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Let 12 buyers be due; around one that resists the others go five by five."""
    take_in(shop, many(0, 12))
    clock.move(DUE)
    monkeypatch.setattr(deleting, "BATCH", 5)
    return shop


def test_the_rows_of_a_day_go_in_one_statement(due: Shop) -> None:
    with CaptureQueriesContext(connection) as asked:
        purge(due)
    statements = [q["sql"] for q in asked if "DELETE FROM" in q["sql"]]
    deletions = [sql for sql in statements if "orders_recipient" in sql]
    # The second one finds that none is left.
    assert (len(deletions), rows_left(due)) == (2, 0)
    with due.scope(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {deletions[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Join" not in plan


def test_a_row_that_somebody_holds_is_gone_around(
    due: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "LOCK_PATIENCE", 1)
    held = the_order(due, "114-0000004-0000001").id
    with bed.admin_connection() as other, other.transaction():
        other.execute(
            "SELECT 1 FROM orders_recipient WHERE order_id = %s FOR UPDATE", [held]
        )
        purge(due)
        assert (rows_left(due), records(due)) == (1, [(12, 1, False)])
    purge(due)
    assert (rows_left(due), records(due)) == (0, [(12, 1, True)])
    with due.scope():
        assert StuckRow.objects.count() == 0
