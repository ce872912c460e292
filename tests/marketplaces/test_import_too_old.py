"""Orders past their marketplace's second clock: the preview tells, the import skips."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.marketplaces.uploads import (
    imported,
    orders,
    page,
    report,
    spoilt,
    the_run,
    uploaded,
)
from tests.marketplaces.uploads import press as press_button
from tests.orders.detail_pages import words
from tests.shops import Shop

#: A purchase 18 months and a day before the tests' instant.
OLD = "2025-05-21T23:59:59+00:00"


@pytest.fixture
def file() -> bytes:
    """Return a report of two orders, the first of them too old."""
    return spoilt(report(2), 2, "purchase-date", OLD)


def test_the_preview_tells_and_the_import_leaves_them_out(
    shop: Shop, file: bytes
) -> None:
    run = uploaded(shop, file)
    text = words(page(shop, run).content.decode())
    assert (
        "1 of them is older than you keep orders, or was forgotten before, and is "
        "not stored" in text
    )
    assert "Too old to keep" in text
    press_button(shop, run, "start")
    done = imported(shop, the_run(shop, run.id))
    assert (done.created, done.unchanged) == (1, 1)
    assert orders(shop) == 1


def test_the_command_says_so(
    shop: Shop, file: bytes, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(file)
    call_command("import_orders", shop.seller.slug, str(path))
    assert (
        "1 order of the unchanged not stored: older than you keep orders, or "
        "forgotten before." in capsys.readouterr().out
    )
