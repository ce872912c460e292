"""Real headers: each is recognised, and no personal column is left unclassified."""

import re
from datetime import timedelta

import pytest

from marketplaces.amazon.columns import (
    BUYER_COLUMNS,
    NOT_USED,
    PERSONAL_KEPT_OUT,
    PLAIN_COLUMNS,
    ColumnUse,
    use_of,
)
from marketplaces.amazon.order_reports import ReportKind, read_order_report
from marketplaces.flatfile.table import plain_name
from orders.incoming import BUYER_FIELDS
from tests.factories.reports import CARRIED, COLUMNS, MADE_AT

SHIP = (
    "recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city ship-state"
    " ship-postal-code ship-country"
)
UNSHIPPED = (
    "order-id order-item-id purchase-date payments-date reporting-date promise-date"
    " days-past-promise buyer-email buyer-phone-number sku product-name"
    f" quantity-purchased quantity-shipped quantity-to-ship ship-service-level {SHIP}"
)
ORDERS = (
    "order-id order-item-id purchase-date payments-date buyer-email buyer-name"
    " buyer-phone-number sku product-name quantity-purchased currency item-price"
    f" item-tax shipping-price shipping-tax ship-service-level {SHIP}"
    " ship-phone-number"
)
BILL = (
    " bill-address-1 bill-address-2 bill-address-3 bill-city bill-state"
    " bill-postal-code bill-country promotions"
)
DELIVERY = (
    " delivery-start-date delivery-end-date delivery-time-zone delivery-Instructions"
    " sales-channel"
)
TAX = (
    " is-business-order purchase-order-number price-designation is-amazon-invoiced"
    " vat-exclusive-item-price vat-exclusive-shipping-price"
    " vat-exclusive-giftwrap-price buyer-tax-registration-id cod-collectible-amount"
)
ALL = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status"
    " fulfillment-channel sales-channel order-channel{url} ship-service-level"
    " product-name sku asin{items} item-status quantity currency item-price item-tax"
    " shipping-price shipping-tax gift-wrap-price gift-wrap-tax"
    " item-promotion-discount ship-promotion-discount ship-city ship-state"
    " ship-postal-code ship-country promotion-ids"
)
HEADERS = [
    (
        ReportKind.UNSHIPPED,
        (
            f"{UNSHIPPED} is-business-order purchase-order-number price-designation"
            " is-prime"
        ),
    ),
    (
        ReportKind.UNSHIPPED,
        f"{UNSHIPPED} buyer-name is-iba verge-of-cancellation verge-of-lateShipment",
    ),
    (
        ReportKind.UNSHIPPED,
        (
            f"{UNSHIPPED} buyer-name payment-method cod-collectible-amount already-paid"
            " payment-method-fee scheduled-delivery-start-date"
            " scheduled-delivery-end-date points-granted is-prime"
        ),
    ),
    (
        ReportKind.UNSHIPPED,
        (
            f"{UNSHIPPED} cpf ship-county payment-method-details customized-url"
            " customized-page is-transparency signature-confirmation-recommended"
            " buyer-identification-number buyer-identification-type"
            " is-buyer-requested-cancellation buyer-requested-cancel-reason"
        ),
    ),
    (
        ReportKind.UNSHIPPED,
        (
            f"{UNSHIPPED} buyer-company-name buyer-citizen-name buyer-citizen-id"
            " is-ispu-order is-pickup-point-order pickup-point-type order-invoice-type"
            " invoice-business-legal-name invoice-business-address"
            " invoice-business-tax-id invoice-business-tax-office"
        ),
    ),
    (
        ReportKind.UNSHIPPED,
        (
            f"{UNSHIPPED} default-ship-from-address-name"
            " default-ship-from-address-field-1 amazon-programs"
            " delivery-preferred-time drop-off-location pallet-delivery"
            " ssa-carrier ssa-ship-method is-shipping-settings-automation-enabled"
        ),
    ),
    (ReportKind.ORDERS, ORDERS),
    (ReportKind.ORDERS, ORDERS + DELIVERY),
    (ReportKind.ORDERS, ORDERS + BILL + DELIVERY + TAX),
    (ReportKind.ORDERS, f"{ORDERS} gift-wrap-type gift-message-text{DELIVERY}"),
    (ReportKind.ALL_ORDERS, ALL.format(url="", items="")),
    (
        ReportKind.ALL_ORDERS,
        ALL.format(url=" url", items=" number-of-items")
        + " cpf is-business-order purchase-order-number price-designation"
        " is-sold-by-ab fulfilled-by buyer-company-name",
    ),
]
LOOKS_PERSONAL = re.compile(
    r"buyer|recipient|ship-(address|city|postal|phone|name|county)|bill-(?!state|count)"
    r"|cpf|phone|email|citizen|licen[cs]e|instructions|gift-message|drop-off|customized"
    r"|invoice-business|purchase-order|tracking|reason|payment-method-details"
)
#: They look personal by name and are not: a yes or no, a country, a kind of number.
NOT_PERSONAL = {
    "is-buyer-requested-cancellation",
    "buyer-tax-registration-country",
    "buyer-tax-registration-type",
    "bill-country",
    "bill-state",
}


@pytest.mark.parametrize(("kind", "header"), HEADERS)
def test_real_headers_are_recognised(kind: ReportKind, header: str) -> None:
    data = header.replace(" ", "\t").encode()
    report = read_order_report(data=data, now=MADE_AT + timedelta(hours=1))
    assert (report.kind, report.unknown_columns) == (kind, ())


@pytest.mark.parametrize(("kind", "header"), HEADERS)
def test_no_personal_column_is_unclassified(kind: ReportKind, header: str) -> None:
    assert kind in ReportKind
    for column in header.split():
        name = plain_name(column)
        use = use_of(name)
        assert use is not ColumnUse.UNKNOWN, name
        if LOOKS_PERSONAL.search(name) and name not in NOT_PERSONAL:
            assert use in (ColumnUse.BUYER, ColumnUse.PERSONAL_KEPT_OUT), name


def test_no_plain_or_unused_column_looks_personal() -> None:
    names = {*PLAIN_COLUMNS, *NOT_USED} - NOT_PERSONAL
    assert [name for name in sorted(names) if LOOKS_PERSONAL.search(name)] == []


def test_country_and_state_stay_plain() -> None:
    assert use_of("ship-country") is ColumnUse.PLAIN
    assert use_of("ship-state") is ColumnUse.PLAIN


def test_the_tables_do_not_overlap_and_are_in_comparing_form() -> None:
    tables = (PLAIN_COLUMNS.keys(), BUYER_COLUMNS.keys(), PERSONAL_KEPT_OUT, NOT_USED)
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names))
    assert [name for name in names if plain_name(name) != name] == []


def test_buyer_columns_lead_to_fields_of_the_recipient() -> None:
    assert set(BUYER_COLUMNS.values()) == set(BUYER_FIELDS)


def test_both_tax_numbers_lead_to_one_field() -> None:
    assert (
        BUYER_COLUMNS["cpf"] == BUYER_COLUMNS["buyer-tax-registration-id"] == "tax_id"
    )


@pytest.mark.parametrize("kind", list(ReportKind))
def test_the_writer_says_what_its_reports_carry(kind: ReportKind) -> None:
    names = map(plain_name, COLUMNS[kind])
    fields = {BUYER_COLUMNS[name] for name in names if name in BUYER_COLUMNS}
    assert fields == CARRIED[kind]
