"""A shop leaves in the middle of its work: imports, selections, holds, policies."""

from typing import Any

import pytest

from marketplaces.services import running
from marketplaces.services.running import run_import
from orders.models import EvidenceRun
from orders.services.evidence_runs import run_evidence
from sellers.models import DeletionCertificate, Seller
from sellers.services.deletion_document import checked_certificate
from sellers.services.emptying import KEPT
from sellers.services.leaving_portal import ask_to_leave
from sellers.tasks import leave_shops
from tests import bed
from tests.compliance.holding import approved, certified, hold_key, items, placed
from tests.laws.catalogue import seller_tables
from tests.marketplaces.uploads import report, started
from tests.orders.evidence_pages import many_waiting
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop, at
from vault.clock import clock

pytestmark = pytest.mark.usefixtures("transactional_db")
__all__ = ["certified", "hold_key"]


def ask(shop: Shop) -> None:
    """Let the owner ask."""
    with shop.scope():
        owner = shop.people["owner"].id
        ask_to_leave(seller=shop.seller, person_id=owner, now=clock.now())


def left_in(shop: Shop) -> set[str]:
    """Return the tables that still hold rows of the shop."""
    with bed.admin_connection() as admin:
        return {
            table
            for table in seller_tables(admin)
            if admin.execute(
                f"SELECT 1 FROM {table} WHERE seller_id = %s LIMIT 1", [shop.id]
            ).fetchone()
        }


def rows_deleted(shop: Shop) -> dict[str, int]:
    """Return what the signed certificate says was deleted, by table."""
    with shop.scope():
        text = DeletionCertificate.objects.get(asked=True).text
    said, _ = checked_certificate(text=text)
    return dict(said["deleted_rows"])


def test_holds_and_what_they_sealed_go_and_are_counted(certified: Shop) -> None:
    receive(certified, incoming())
    approved(certified, placed(certified, the_order(certified).id))
    sealed = len(items(certified))
    assert sealed == 1
    ask(certified)
    leave_shops()
    assert left_in(certified) <= KEPT
    deleted = rows_deleted(certified)
    assert deleted["compliance_archiveitem"] == sealed
    assert deleted["compliance_hold"] == deleted["orders_recipient"] == 1


def test_an_import_under_way_ends_and_leaves_nothing(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    run, real, done = started(shop, report(35)), running._one_batch, []

    def batch(*words: Any) -> bool:
        went_on = real(*words)
        done.append(went_on)
        if len(done) == 1:
            ask(shop)
        return went_on

    monkeypatch.setattr(running, "_one_batch", batch)
    run_import(seller_id=shop.id, run_id=run.id)
    assert done == [True, False]
    leave_shops()
    assert left_in(shop) <= KEPT
    assert rows_deleted(shop)["orders_recipient"] == 10


def test_a_selection_that_waits_does_nothing_any_more(
    transactional_db: None, shop: Shop
) -> None:
    many_waiting(shop, 60, bought=clock.now().replace(day=20))
    whole = {"everything": "1", "view": "unshipped"}
    shop.client("fulfilment").post(shop.url("orders/unshipped/"), whole)
    with shop.scope():
        run = EvidenceRun.objects.get()
    ask(shop)
    run_evidence(seller_id=shop.id, run_id=run.id)
    leave_shops()
    run_evidence(seller_id=shop.id, run_id=run.id)
    assert left_in(shop) <= KEPT


def test_within_the_hour_whatever_was_under_way(certified: Shop) -> None:
    receive(certified, incoming())
    ask(certified)
    asked = Seller.objects.get(id=certified.id).closed_at
    with at("2026-11-22T17:15Z"):
        leave_shops()
    with certified.scope():
        row = DeletionCertificate.objects.get()
    assert asked is not None
    assert row.ended_at is not None
    assert (row.ended_at - asked).total_seconds() <= 3600
