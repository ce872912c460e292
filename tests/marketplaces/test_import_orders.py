"""The command import_orders: counts, refusals, idempotence, dry run."""

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplaces.amazon.order_reports import ReportKind
from marketplaces.models import ImportRun
from orders.models import Order, OrderLine, Recipient
from tests.factories.reports import invented_orders, order_report
from tests.shops import Shop


def run(shop: Shop, file: Path, *flags: str) -> dict[str, Any]:
    """Run the command and return what it printed as JSON."""
    out = io.StringIO()
    call_command(
        "import_orders", shop.seller.slug, str(file), "--json", *flags, stdout=out
    )
    return dict(json.loads(out.getvalue()))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Write a report of 40 invented orders."""
    file = tmp_path / "orders.txt"
    file.write_bytes(order_report(kind=ReportKind.ORDERS, orders=40, seed=3))
    return file


def counts(shop: Shop) -> tuple[int, int, int]:
    """Return the numbers of orders, lines and recipients of a shop."""
    with shop.scope():
        return (
            Order.objects.count(),
            OrderLine.objects.count(),
            Recipient.objects.count(),
        )


def test_a_new_file_is_imported_whole(shop: Shop, report: Path) -> None:
    printed = run(shop, report)
    lines = len(report.read_text().strip().splitlines()) - 1
    assert printed == {
        "orders": 40,
        "lines": lines,
        "created": 40,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "too_old": 0,
        "encoding": "utf-8",
        "errors": [],
        "unknown_columns": [],
    }
    orders, order_lines, recipients = counts(shop)
    assert (orders, order_lines, recipients) == (40, lines, 40)


def test_the_same_file_twice_changes_nothing(shop: Shop, report: Path) -> None:
    run(shop, report)
    with shop.scope():
        before = list(Order.objects.order_by("id").values())
        sealed = list(Recipient.objects.order_by("id").values())
    printed = run(shop, report)
    assert (printed["created"], printed["updated"], printed["unchanged"]) == (0, 0, 40)
    with shop.scope():
        assert list(Order.objects.order_by("id").values()) == before
        assert list(Recipient.objects.order_by("id").values()) == sealed


def test_a_dry_run_counts_and_changes_nothing(shop: Shop, report: Path) -> None:
    printed = run(shop, report, "--dry-run")
    assert printed["created"] == 40
    assert counts(shop) == (0, 0, 0)
    with shop.scope():
        assert ImportRun.objects.count() == 0


def test_bad_rows_are_listed_and_good_ones_imported(
    shop: Shop, report: Path, tmp_path: Path
) -> None:
    rows = report.read_text().splitlines()
    cells = rows[5].split("\t")
    column = rows[0].split("\t").index("quantity-purchased")
    cells[column] = "Planted-Value"
    rows[5] = "\t".join(cells)
    file = tmp_path / "bad.txt"
    file.write_text("\r\n".join(rows) + "\r\n", newline="")
    printed = run(shop, file)
    assert printed["rejected"] == 1
    assert [(e["row"], e["column"]) for e in printed["errors"]] == [
        (6, "quantity-purchased")
    ]
    assert "Planted-Value" not in json.dumps(printed)
    assert counts(shop)[0] >= 39


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04" + b"x" * 100, b"sku\tprice\r\nA\t1\r\n", b"\x00\x01\x02" * 50],
    ids=["empty", "archive", "no-order-id", "binary"],
)
def test_a_refused_file_exits_2_and_changes_nothing(
    shop: Shop, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "refused.txt"
    file.write_bytes(data)
    out = io.StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("import_orders", shop.seller.slug, str(file), "--json", stdout=out)
    assert exit_.value.code == 2
    printed = json.loads(out.getvalue())
    assert (printed["orders"], printed["created"]) == (0, 0)
    assert len(printed["errors"]) == 1
    assert printed["errors"][0]["reason"].endswith(".")
    assert counts(shop) == (0, 0, 0)


def test_an_unknown_shop_is_said_in_one_sentence(shop: Shop, report: Path) -> None:
    with pytest.raises(CommandError, match="no shop of that name"):
        call_command("import_orders", "nowhere", str(report))


def test_a_missing_file_is_said_in_one_sentence(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_orders", shop.seller.slug, str(tmp_path / "none.txt"))


def test_the_run_is_on_record_without_the_files_text(shop: Shop, report: Path) -> None:
    run(shop, report)
    with shop.scope():
        record = ImportRun.objects.get()
    name = f"orders-{hashlib.sha256(report.read_bytes()).hexdigest()[:8]}"
    assert (record.created, record.orders, record.file_name) == (40, 40, name)


def test_the_other_shop_is_untouched(
    shop: Shop, other_shop: Shop, report: Path
) -> None:
    run(other_shop, report)
    run(shop, report)
    assert counts(other_shop)[0] == 40
    assert run(other_shop, report)["unchanged"] == 40


def printed_text(shop: Shop, file: Path, *flags: str) -> str:
    """Run the command and return what it printed for people."""
    out = io.StringIO()
    call_command("import_orders", shop.seller.slug, str(file), *flags, stdout=out)
    return out.getvalue()


def test_one_order_is_counted_in_the_singular(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    order = invented_orders(1, seed=3)[0]
    file.write_bytes(order_report(orders=[replace(order, lines=order.lines[:1])]))
    said = printed_text(shop, file)
    assert said.startswith("Imported 1 order with 1 line (utf-8): 1 new, 0 changed,")
    assert said.endswith("; 0 rows rejected.\n")


def test_several_orders_are_counted_in_the_plural(shop: Shop, report: Path) -> None:
    lines = len(report.read_text().strip().splitlines()) - 1
    said = printed_text(shop, report, "--dry-run")
    assert said.startswith(f"Would import 40 orders with {lines} lines (utf-8): 40 new")


def test_a_row_error_without_a_column_names_the_row_alone(
    shop: Shop, report: Path
) -> None:
    text = report.read_bytes().replace(b"\r\n", b"\tmore\r\n", 2)
    report.write_bytes(text.replace(b"\tmore\r\n", b"\r\n", 1))
    said = printed_text(shop, report)
    assert "; 1 row rejected.\nRow 2: has " in said
    assert ", :" not in said


def test_a_row_error_with_a_column_names_it(shop: Shop, report: Path) -> None:
    report.write_bytes(report.read_bytes().replace(b"\tDE\t", b"\tPlanted\t", 1))
    said = printed_text(shop, report)
    assert "Row 2, column ship-country: is not a country of two letters" in said
    assert "Planted" not in said


@pytest.mark.parametrize("country", ["Japan", "J", "J1", "ＪＰ", "JP "])
def test_an_unknown_country_is_said_in_one_sentence(
    shop: Shop, report: Path, country: str
) -> None:
    with pytest.raises(CommandError, match="two letters") as refused:
        call_command(
            "import_orders", shop.seller.slug, str(report), "--country", country
        )
    assert refused.value.returncode == 2
    assert counts(shop) == (0, 0, 0)


@pytest.mark.parametrize("country", ["", "jp", "DE"])
def test_a_country_of_two_letters_is_taken(
    shop: Shop, report: Path, country: str
) -> None:
    assert run(shop, report, "--country", country)["created"] == 40
