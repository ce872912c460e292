"""Days that move on by themselves: near, needed, certain; and who died unmoved."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.declarations import moving
from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from orders.services import moving_on, retention
from orders.services.moving_on import OrderMover, near_orders
from tests import bed
from tests.orders.incoming import incoming, receive, the_buyer, the_order
from tests.orders.test_search import copies
from tests.shops import Shop
from tests.vault.planted import store, stored
from vault.clock import clock
from vault.models import LedgerEntry

#: Bought on 20 November: the first day; then seen unshipped on 25 November.
FIRST, OWED = date(2026, 12, 18), date(2026, 12, 23)
SEEN = datetime(2026, 11, 25, 8, tzinfo=UTC)
NEAR, NOT_NEAR = "2026-12-11T08:00Z", "2026-12-10T08:00Z"


def wait_for_news(shop: Shop, *, number: int = 1, **facts: object) -> str:
    """Take an order in that is owed a later day; return its number."""
    name = f"114-{number:07d}-0000001"
    told = {"marketplace_order_id": name, "status": FulfillmentStatus.UNSHIPPED}
    clock.move("2026-11-22T17:14Z")
    receive(shop, incoming(**told))
    clock.move("2026-11-25T09:00Z")
    receive(shop, incoming(**told, unshipped_seen_at=SEEN, **facts))
    return name


def days_of(shop: Shop, number: str) -> tuple[date, date | None]:
    """Return the stored day of an order, and its buyer's."""
    order = the_order(shop, number)
    with shop.scope():
        rows = Recipient.objects.filter(order_id=order.id)
        return order.purge_on, rows.values_list("purge_on", flat=True).first()


def swept(shop: Shop, instant: str) -> set[object]:
    """Sweep at an instant; return the shops at which something failed."""
    clock.move(instant)
    done = sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    return set(done.failed)


def entries(shop: Shop, kind: str) -> list[dict[str, object]]:
    """Return the facts of the ledger's entries of a kind."""
    with shop.scope():
        found = LedgerEntry.objects.filter(kind=kind).order_by("id")
        return list(found.values_list("facts", flat=True))


def test_a_near_day_moves_on_in_the_sweep(shop: Shop) -> None:
    number = wait_for_news(shop)
    assert days_of(shop, number) == (FIRST, FIRST)
    assert the_order(shop, number).counted_on == OWED
    assert swept(shop, NEAR) == set()
    assert days_of(shop, number) == (OWED, OWED)
    assert the_order(shop, number).last_key_on == OWED
    swept(shop, "2026-12-18T00:05Z")
    assert the_buyer(shop, number)["phone"] == "+1 555 0100"
    assert entries(shop, "pii:resealed:later") == [{"rows": 1}]
    assert entries(shop, "pii:died:unmoved") == []


def test_a_day_that_is_not_near_stays(shop: Shop) -> None:
    number = wait_for_news(shop)
    swept(shop, NOT_NEAR)
    assert days_of(shop, number) == (FIRST, FIRST)


def test_once_moved_it_is_asked_for_no_more(shop: Shop) -> None:
    wait_for_news(shop)
    swept(shop, NEAR)
    with shop.scope():
        today = clock.today()
        assert not near_orders(seller_id=shop.id, today=today).exists()
    swept(shop, NEAR)
    assert len(entries(shop, "pii:resealed:later")) == 1


def test_who_needs_no_buyer_is_not_moved(shop: Shop) -> None:
    number = wait_for_news(shop)
    with shop.scope():
        Order.objects.update(status=FulfillmentStatus.UNFULFILLABLE)
    swept(shop, NEAR)
    assert days_of(shop, number) == (FIRST, FIRST)


def test_a_day_that_has_begun_never_moves(shop: Shop) -> None:
    number = wait_for_news(shop)
    clock.move("2026-12-18T00:00Z")
    assert OrderMover().move_on(seller_id=shop.id, now=clock.now()) == 0
    assert days_of(shop, number) == (FIRST, FIRST)


def test_what_was_removed_early_stays_removed(shop: Shop) -> None:
    number = wait_for_news(shop)
    with shop.scope():
        Recipient.objects.all().delete()
        Order.objects.update(removed_at=clock.now())
    swept(shop, NEAR)
    assert days_of(shop, number) == (FIRST, None)


def test_an_order_that_nobody_counted_is_judged_and_moved(shop: Shop) -> None:
    """Orders of an older version of the portal have no counted day."""
    number = wait_for_news(shop)
    with shop.scope():
        Order.objects.update(counted_on=None)
    swept(shop, NEAR)
    assert days_of(shop, number) == (OWED, OWED)


@pytest.mark.parametrize("moving_runs", [True, False])
def test_who_died_unmoved_is_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, *, moving_runs: bool
) -> None:
    """The portal was off for the whole week; with the step running nobody dies."""
    number = wait_for_news(shop)
    if moving_runs:
        swept(shop, NEAR)
    swept(shop, "2026-12-18T00:05Z")
    named = [] if moving_runs else [{"day": "2026-12-18", "owed": "2026-12-23"}]
    assert entries(shop, "pii:died:unmoved") == named
    assert (days_of(shop, number)[1] is None) is not moving_runs
    swept(shop, "2026-12-18T00:10Z")
    assert entries(shop, "pii:died:unmoved") == named


def test_without_the_declaration_nothing_moves(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what moves the day is the step of the sweep, and nothing else."""
    number = wait_for_news(shop)
    monkeypatch.setattr(moving, "_movers", [])
    swept(shop, NEAR)
    assert days_of(shop, number) == (FIRST, FIRST)


def test_a_poison_row_holds_up_nobody_and_is_named_once(shop: Shop) -> None:
    numbers = [wait_for_news(shop, number=n) for n in range(1, 4)]
    poison = the_order(shop, numbers[0])
    with shop.scope():
        row = Recipient.objects.get(order_id=poison.id)
        blob = stored(row)
        store(row, blob[:-1] + bytes([blob[-1] ^ 1]))
    for minute in range(5):
        assert swept(shop, f"2026-12-11T08:0{minute}Z") == set()
    assert [days_of(shop, n) for n in numbers] == [(FIRST, FIRST), *[(OWED, OWED)] * 2]
    assert entries(shop, "pii:stuck:row") == [
        {"step": "sealing anew", "error": "Tampered"}
    ]
    swept(shop, "2026-12-18T00:05Z")
    assert entries(shop, "pii:died:unmoved") == [
        {"day": "2026-12-18", "owed": "2026-12-23"}
    ]


def test_each_batch_commits_and_a_death_loses_none(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [wait_for_news(shop, number=n) for n in range(1, 6)]
    monkeypatch.setattr(moving_on, "BATCH", 2)
    apply: Callable[..., dict[UUID, str]] = retention.apply_moves
    calls: list[int] = []

    def dies(**facts: object) -> dict[UUID, str]:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return apply(**facts)

    clock.move(NEAR)
    monkeypatch.setattr(moving_on, "apply_moves", dies)
    with pytest.raises(KeyboardInterrupt):
        OrderMover().move_on(seller_id=shop.id, now=clock.now())
    assert sorted(days_of(shop, n)[0] for n in numbers) == [FIRST] * 3 + [OWED] * 2
    monkeypatch.setattr(moving_on, "apply_moves", apply)
    assert OrderMover().move_on(seller_id=shop.id, now=clock.now()) == 3
    assert {days_of(shop, n) for n in numbers} == {(OWED, OWED)}


def test_one_sweep_takes_no_more_than_its_share(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        wait_for_news(shop, number=number)
    monkeypatch.setattr(moving_on, "BATCH", 2)
    monkeypatch.setattr(moving_on, "MOST", 4)
    clock.move(NEAR)
    moved = [OrderMover().move_on(seller_id=shop.id, now=clock.now()) for _ in "123"]
    assert moved == [4, 1, 0]


def buyers_for_all() -> None:
    """Give each order without one a copy of the buyer that is there."""
    own = {
        "id": "gen_random_uuid()",
        "order_id": "o.id",
        "purge_on": "o.purge_on",
        "limit_on": "o.limit_on",
    }
    columns = [str(field.column) for field in Recipient._meta.local_fields]
    chosen = ", ".join(own.get(name, f"first.{name}") for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_recipient ({', '.join(columns)}) SELECT {chosen} "
            "FROM orders_order o, (SELECT * FROM orders_recipient LIMIT 1) first "
            "WHERE o.id <> first.order_id"
        )


def test_fifty_thousand_orders_are_not_read_for_it(
    transactional_db: None, shop: Shop
) -> None:
    wait_for_news(shop)
    clock.move(NEAR)
    fresh = {"id": "gen_random_uuid()", "marketplace_order_id": "'300-' || n"}
    day = f"date '{FIRST}' + (n %% 20)::int"
    days = {"purge_on": day, "counted_on": day, "limit_on": f"{day} + 2"}
    with shop.scope():
        copies(Order, 50_000, {**fresh, **days})
        buyers_for_all()
    with bed.owner_connection() as owner:
        owner.execute("VACUUM ANALYZE orders_order, orders_recipient")
    mover, today = OrderMover(), clock.today()
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        places = list(near_orders(seller_id=shop.id, today=today)[:500])
        mover.died_unmoved(seller_id=shop.id, day=FIRST)
    assert len(places) == 1
    for query in asked.captured_queries:
        if not query["sql"].startswith("SELECT"):
            continue
        with shop.scope(), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        if "orders_order" in plan:
            assert re.search(r"orders_order_moving_on", plan), plan
            assert "Seq Scan" not in plan, plan
