"""Standing tax rules: they seal on arrival, once an order, for as long as they say."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import OrderKind, StandingRule
from compliance.queries.held import rules_to_review
from compliance.services.approving import SecondPersonNeeded
from compliance.services.arrivals import seal_arrivals
from compliance.services.tax_rules import (
    RuleDraft,
    RuleTwice,
    approve_rule,
    end_rule,
    last_day,
    place_rule,
    review_rule,
)
from orders.models import Order, Recipient
from tests.compliance.holding import HoldKey, entries, items, ruled, swept
from tests.orders.incoming import BUYER, incoming, receive, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import person_actor, seller_scope
from vault.kinds import Kind
from vault.refusals import OpeningStopped
from vault.stops import stop_opening

pytestmark = pytest.mark.django_db
TAXED = {**BUYER, "tax_id": "XAXX010101000"}


def test_what_arrives_is_sealed_in_the_batch_and_opens_with_openssl(
    certified: Shop, hold_key: HoldKey
) -> None:
    rule = ruled(certified)
    receive(certified, incoming(buyer=TAXED))
    order = the_order(certified)
    [item] = items(certified)
    assert (item.rule_id, item.hold_id, item.subject_id) == (rule.id, None, order.id)
    assert item.ends_on == date(2031, 11, 20)
    read = hold_key.opened(bytes(item.cms))
    assert read["fields"] == {name: TAXED[name] for name in ("name", "tax_id")}
    assert (read["for"], read["facts"]["law"]) == ("T-0001", "Tax code, article 30")
    [entry] = entries(certified, Kind.PII_ARCHIVED_RULE)
    assert entry.facts == {
        "fields": "name tax_id",
        "sha256": item.sha256,
        "last day": "2031-11-20",
        "name": "T-0001",
    }


def test_only_orders_of_its_country_and_kind(certified: Shop) -> None:
    ruled(certified, kind=OrderKind.BUSINESS)
    receive(
        certified,
        incoming(marketplace_order_id="114-1-1", buyer=TAXED),
        incoming(marketplace_order_id="114-2-1"),
        incoming(marketplace_order_id="114-3-1", buyer=TAXED, ship_country="MX"),
        incoming(marketplace_order_id="114-4-1", buyer=TAXED, ship_country="us"),
    )
    taken = {the_order(certified, f"114-{n}-1").id for n in (1, 4)}
    assert {item.subject_id for item in items(certified)} == taken


def test_it_does_not_reach_back_and_seals_nothing_after_its_end(
    certified: Shop,
) -> None:
    receive(certified)
    with at("2026-11-22T18:00:00+00:00"):
        rule = ruled(certified)
        receive(certified)
        swept(certified)
        assert items(certified) == []
    with at("2026-11-22T19:00:00+00:00"):
        receive(certified, incoming(marketplace_order_id="114-2-1"))
        with certified.scope():
            end_rule(
                rule_id=rule.id,
                person_id=certified.people["owner"].id,
                now=clock.now(),
            )
        receive(certified, incoming(marketplace_order_id="114-3-1"))
        swept(certified)
    assert [item.subject_id for item in items(certified)] == [
        the_order(certified, "114-2-1").id
    ]


def test_the_same_file_again_seals_nothing_and_a_filled_buyer_replaces(
    certified: Shop, hold_key: HoldKey
) -> None:
    ruled(certified)
    for _ in range(2):
        receive(certified)
    [first] = items(certified)
    receive(certified, incoming(buyer=TAXED))
    [item] = items(certified)
    assert hold_key.opened(bytes(item.cms))["fields"]["tax_id"] == TAXED["tax_id"]
    [entry] = entries(certified, Kind.ARCHIVE_DELETED_ITEM)
    assert entry.facts == {"sha256": first.sha256, "why": "replaced", "name": "T-0001"}
    assert len(entries(certified, Kind.PII_ARCHIVED_RULE)) == 2


def test_a_batch_that_fails_leaves_neither_order_nor_item(
    certified: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(certified)

    def sealed_then_died(**values: object) -> int:
        assert seal_arrivals(**values) == 1  # type: ignore[arg-type]
        raise ConnectionError

    monkeypatch.setattr("orders.services.intake.seal_arrivals", sealed_then_died)
    with pytest.raises(ConnectionError):
        receive(certified)
    with certified.scope():
        assert (Order.objects.count(), Recipient.objects.count()) == (0, 0)
    assert items(certified) == []


def test_while_staffs_stop_stands_the_import_goes_on(certified: Shop) -> None:
    ruled(certified)
    actor = person_actor(certified.people["owner"].id)
    with seller_scope(seller_id=certified.id, actor=actor):
        stop_opening(reason="A planted reason", ticket="", now=clock.now())
    receive(certified)
    swept(certified)
    assert (items(certified), the_order(certified).buyer_state) == ([], "sealed")


def test_what_a_stop_left_out_the_next_sweep_seals(
    certified: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(certified)

    def stopped(**_: object) -> None:
        raise OpeningStopped

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("vault.archiving.refuse_if_stopped", stopped)
        receive(certified)
        assert items(certified) == []
    swept(certified)
    swept(certified)
    assert [item.subject_id for item in items(certified)] == [the_order(certified).id]


def test_items_end_on_their_day_in_the_sweep(certified: Shop) -> None:
    ruled(certified, years=1)
    receive(certified)
    with at("2027-11-20T23:59:59+00:00"):
        swept(certified)
        assert len(items(certified)) == 1
    with at("2027-11-21T00:00:00+00:00"):
        swept(certified)
    assert items(certified) == []
    [entry] = entries(certified, Kind.ARCHIVE_DELETED_ITEM)
    assert (entry.facts["why"], entry.facts["name"]) == ("ended", "T-0001")


def test_it_is_reviewed_each_year(certified: Shop) -> None:
    rule = ruled(certified)
    assert rule.review_on == date(2027, 11, 22)
    with certified.scope():
        for day, due in ((date(2027, 11, 21), []), (date(2027, 11, 22), [rule])):
            assert list(rules_to_review(seller_id=certified.id, today=day)) == due
    with at("2027-11-25T09:00:00+00:00"), certified.scope():
        review_rule(
            rule_id=rule.id, person_id=certified.people["owner"].id, now=clock.now()
        )
        stays = StandingRule.objects.get(id=rule.id)
        assert stays.review_on == date(2028, 11, 24)
        assert not rules_to_review(seller_id=certified.id, today=clock.today())


def test_a_second_person_approves_and_a_rule_is_there_once(certified: Shop) -> None:
    owner = certified.people["owner"].id
    draft = RuleDraft(
        country="MX", kind=OrderKind.ANY, law="Law", fields=("name",), years=5
    )
    with certified.scope():
        rule = place_rule(draft=draft, person_id=owner, now=clock.now())
        with pytest.raises(RuleTwice):
            place_rule(draft=draft, person_id=owner, now=clock.now())
        with pytest.raises(SecondPersonNeeded):
            approve_rule(
                rule_id=rule.id, person_id=owner, factor_given=True, now=clock.now()
            )


@pytest.mark.parametrize(
    ("bought", "years", "last"),
    [
        (datetime(2028, 2, 29, 23, tzinfo=UTC), 5, date(2033, 2, 28)),
        (datetime(2026, 12, 31, tzinfo=UTC), 10, date(2036, 12, 31)),
    ],
)
def test_the_last_day_counts_from_the_purchase(
    bought: datetime, years: int, last: date
) -> None:
    assert last_day(bought_at=bought, years=years) == last


def test_a_shop_without_rules_pays_one_query_a_batch(certified: Shop) -> None:
    with CaptureQueriesContext(connection) as queries:
        receive(
            certified,
            *(incoming(marketplace_order_id=f"114-{n}-1") for n in range(40)),
        )
    tables = ("compliance_standingrule", "compliance_holdcertificate", "archiveitem")
    asked = [q["sql"] for q in queries if any(name in q["sql"] for name in tables)]
    assert len(asked) == 1


def test_a_rule_costs_the_same_queries_for_one_order_and_for_forty(
    certified: Shop,
) -> None:
    ruled(certified)
    numbers = []
    for first, last in ((0, 1), (100, 140)):
        orders = [
            incoming(marketplace_order_id=f"114-{n}-1") for n in range(first, last)
        ]
        with CaptureQueriesContext(connection) as queries:
            receive(certified, *orders)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert len(items(certified)) == 41
