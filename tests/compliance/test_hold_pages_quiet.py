"""What pages of holds do not show, who only reads them, and how much they ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import ArchiveItem
from tests.compliance.holding import (
    approved,
    entries,
    order_of,
    placed,
    ruled,
)
from tests.orders.incoming import BUYER, incoming, receive, the_order
from tests.shops import Shop
from vault.kinds import Kind

pytestmark = pytest.mark.django_db


def test_nothing_on_the_pages_is_of_a_buyer_and_auditors_only_read(
    certified: Shop,
) -> None:
    order = the_order(certified, order_of(certified))
    hold = approved(certified, placed(certified, order.id))
    rule = ruled(certified)
    receive(certified, incoming(marketplace_order_id="114-9-1"))
    auditor = certified.client("auditor")
    for tail in ("", f"{hold.id}/"):
        html = auditor.get(certified.url(f"exposure/holds/{tail}")).content.decode()
        secrets = (BUYER[name] for name in ("name", "phone", "address_line_1"))
        assert not [text for text in secrets if text in html]
        assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    html = auditor.get(certified.url(f"exposure/rules/{rule.id}/")).content.decode()
    assert "Take as a file" not in html
    for tail in ("new/", "certificate/"):
        assert auditor.get(certified.url(f"exposure/holds/{tail}")).status_code == 403


def test_the_number_of_queries_does_not_grow(certified: Shop) -> None:
    numbers = [order_of(certified, n) for n in range(1, 13)]
    ids = [the_order(certified, number).id for number in numbers]
    rule = ruled(certified)
    receive(certified, incoming(marketplace_order_id="114-8-1"))
    first = approved(certified, placed(certified, ids[0]))
    owner = certified.client("owner")

    def asked(tail: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(certified.url(tail)).status_code == 200
        return len(queries)

    tails = ("exposure/holds/", f"exposure/rules/{rule.id}/", "exposure/")
    owner.get(certified.url("exposure/"))
    few = [asked(tail) for tail in tails]
    one = asked(f"exposure/holds/{first.id}/")
    many = approved(certified, placed(certified, *ids))
    receive(
        certified, *(incoming(marketplace_order_id=f"114-9-{n}") for n in range(12))
    )
    assert [asked(tail) for tail in tails] == few
    assert asked(f"exposure/holds/{many.id}/") == one


def test_an_items_bytes_are_loaded_for_its_file_alone(certified: Shop) -> None:
    order = the_order(certified, order_of(certified))
    hold = approved(certified, placed(certified, order.id))
    owner = certified.client("owner")
    column = ArchiveItem._meta.get_field("cms").column
    for tail in (
        "exposure/holds/",
        f"exposure/holds/{hold.id}/",
        f"orders/{order.id}/",
    ):
        with CaptureQueriesContext(connection) as queries:
            owner.get(certified.url(tail))
        assert not [q for q in queries if f'"{column}"' in q["sql"]]
    assert entries(certified, Kind.ARCHIVE_EXPORTED_ITEM) == []
