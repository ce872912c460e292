"""The rejected rows as a file: verbatim, sealed until taken, on record when taken."""

import codecs
from typing import Any

import pytest

from marketplaces.enums import RunState
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import RowError
from marketplaces.flatfile.rejected import rejected_rows, without_buyers
from marketplaces.models import ImportRun, UploadPiece
from marketplaces.presentation.faults import FAULT_WORDS
from marketplaces.services import handing_out
from marketplaces.services.running import run_import
from orders.models import Order
from sellers.models import Membership, SellerPersonPermission
from tests.marketplaces.uploads import (
    MAGIC,
    entries,
    page,
    press,
    report,
    spoilt,
    the_run,
    uploaded,
)
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import seller_scope, staff_actor
from vault.models import LedgerEntry
from vault.stops import stop_opening

ROW = 5


def finished(shop: Shop, data: bytes) -> ImportRun:
    """Import a file to its end."""
    run = uploaded(shop, data)
    press(shop, run, "start")
    run_import(seller_id=shop.id, run_id=run.id)
    return the_run(shop, run.id)


def table(data: bytes) -> list[list[str]]:
    """Return the cells of a file of rejected rows."""
    text = data.removeprefix(codecs.BOM_UTF8).decode()
    return [line.split("\t") for line in text.split("\r\n") if line]


def taken(shop: Shop, run: ImportRun, role: str = "owner") -> Any:
    """Take the file of rejected rows."""
    return shop.client(role).post(shop.url(f"imports/{run.id}/rejected/"))


def recorded(shop: Shop, kind: str) -> int:
    """Count the ledger's entries of a kind."""
    with shop.scope():
        return LedgerEntry.objects.filter(kind=kind).count()


def test_rejected_rows_come_back_verbatim_with_their_reasons(shop: Shop) -> None:
    data = spoilt(report(12), ROW)
    run = finished(shop, data)
    answer = taken(shop, run)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="rejected-{run.file_name}.txt"'
    )
    lines = data.decode().split("\r\n")
    header, row = table(answer.content)
    assert header == [*lines[0].split("\t"), "error_code", "error_field", "error_text"]
    assert row[:-3] == lines[ROW - 1].split("\t")
    assert row[-3:-1] == ["not_a_number", "quantity-purchased"]
    assert entries(shop, "pii:exported:rejected-rows") == [
        {"rows": 1, "purpose": "correct-import"}
    ]


def test_what_does_not_open_any_more_is_not_recorded_as_exported(shop: Shop) -> None:
    run = finished(shop, spoilt(report(12), ROW))
    with shop.scope():
        ImportRun.objects.filter(id=run.id).update(expires_at=clock.now())
    assert taken(shop, run).status_code == 410
    assert entries(shop, "pii:exported:rejected-rows") == []


def test_the_corrected_file_can_be_imported(shop: Shop) -> None:
    data = report(12)
    run = finished(shop, spoilt(data, ROW))
    back = taken(shop, run).content.decode().replace("Plantedia", "1")
    again = finished(shop, back.encode())
    assert (again.state, again.rejected, again.orders) == (RunState.FINISHED, 0, 1)
    assert again.plan["unknown"] == ["error_code", "error_field", "error_text"]
    with shop.scope():
        assert Order.objects.count() == 12


def without_right(shop: Shop) -> None:
    """Take the right to see buyers from the manager."""
    manager = shop.people["manager"]
    with shop.scope():
        Membership.objects.filter(person=manager).update(opens_buyer_data=False)
        SellerPersonPermission.objects.filter(user=manager).delete()


def test_the_rejected_rows_can_be_imported_and_taken_as_they_are(shop: Shop) -> None:
    data = spoilt(report(12), ROW)
    without_right(shop)
    first = taken(shop, finished(shop, data)).content
    for _ in range(2):
        run = finished(shop, first)
        assert (run.state, run.rejected) == (RunState.FINISHED, 1)
        again = taken(shop, run)
        assert (again.status_code, again.content) == (200, first)
        bare = taken(shop, run, role="manager")
        assert bare.status_code == 200
        header, row = table(bare.content)
        assert header == ["order-id", "error_code", "error_field", "error_text"]
        assert row[0] == data.decode().split("\r\n")[ROW - 1].split("\t")[0]
        assert row[1:3] == ["not_a_number", "quantity-purchased"]
        assert "marketplace.example" not in bare.content.decode()


def test_columns_named_like_ours_are_replaced_wherever_they_stand() -> None:
    lines = ["Error Code\torder-id\tsku\terror_text", "old\t1\t2\told", "3\t4"]
    errors = [
        RowError(2, "sku", "is not known", RowFault.FORM_WRONG),
        RowError(3, "", "has too few cells", RowFault.CELL_COUNT),
    ]
    data = rejected_rows(data="\r\n".join([*lines, ""]).encode(), errors=errors)
    header, right, short = table(data)
    assert header == ["order-id", "sku", "error_code", "error_field", "error_text"]
    assert right == ["1", "2", "form_wrong", "sku", "is not known"]
    # As many cells as the header would make a row that is read with its cells moved.
    assert short == ["3", "4", "cell_count", "", "has too few cells", "-"]
    assert [row[1] for row in table(without_buyers(data))[1:]] == [
        "form_wrong",
        "cell_count",
    ]


def test_rejected_rows_that_cannot_be_read_are_gone_without_the_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a file kept before columns of an earlier round were left out."""
    run = finished(shop, spoilt(report(12), ROW))
    without_right(shop)
    doubled = b"order-id\terror_code\terror_code\r\n1\tPlantedia\t\r\n"
    monkeypatch.setattr(handing_out, "read_part", lambda **_: (doubled, "rejected.txt"))
    answer = taken(shop, run, role="manager")
    assert answer.status_code == 410
    assert "no longer here" in answer.content.decode()
    assert "Plantedia" not in answer.content.decode()
    assert taken(shop, run).content == doubled


def test_only_the_rejected_rows_are_kept_and_sealed(shop: Shop) -> None:
    run = finished(shop, spoilt(report(400), ROW))
    with shop.scope():
        pieces = list(UploadPiece.objects.all())
    assert [piece.part for piece in pieces] == ["rejected"]
    assert bytes(pieces[0].sealed)[:2] == MAGIC
    assert len(bytes(pieces[0].sealed)) < 2_000
    with at("2026-11-23T00:00:00Z"):
        answer = taken(shop, run)
        assert answer.status_code == 410
        assert "no longer here" in answer.content.decode()


def test_the_page_names_place_code_and_remedy_but_no_cell(shop: Shop) -> None:
    run = finished(shop, spoilt(report(12), ROW))
    text = page(shop, run).content.decode()
    for word in ("1 rejected row", "not_a_number", "Not a whole number", "digits only"):
        assert word in text
    assert "Plantedia" not in text


def test_without_the_right_to_see_buyers_the_file_holds_none(shop: Shop) -> None:
    data = spoilt(report(12), ROW)
    run = finished(shop, data)
    without_right(shop)
    answer = taken(shop, run, role="manager")
    header, row = table(answer.content)
    assert header == ["order-id", "error_code", "error_field", "error_text"]
    assert row[0] == data.decode().split("\r\n")[ROW - 1].split("\t")[0]
    assert "marketplace.example" not in answer.content.decode()
    assert recorded(shop, "pii:exported:rejected-rows") == 0
    assert taken(shop, run).status_code == 200


def test_a_suspended_shop_gives_no_rejected_rows_and_goes_on_importing(
    shop: Shop,
) -> None:
    run = finished(shop, spoilt(report(12), ROW))
    staff = staff_actor(shop.people["auditor"].id)
    with seller_scope(seller_id=shop.id, actor=staff):
        stop_opening(reason="Looking into an alarm.", ticket="T-1", now=clock.now())
    answer = taken(shop, run)
    assert answer.status_code == 422
    assert "suspended the opening" in answer.content.decode()
    assert "marketplace.example" not in answer.content.decode()
    assert recorded(shop, "pii:refused:suspended") == 1
    assert recorded(shop, "pii:exported:rejected-rows") == 0
    assert finished(shop, report(14, seed=8)).state == RunState.FINISHED


def test_a_finished_import_without_rejected_rows_has_no_file(shop: Shop) -> None:
    run = finished(shop, report(3))
    assert taken(shop, run).status_code == 410
    assert "Rejected rows" not in page(shop, run).content.decode()


def test_a_row_with_cells_too_few_stays_one_that_is_not_read() -> None:
    """Padded to the header's width it could be read with its cells moved."""
    # So many rows with an empty cell at the end that it counts as the file's habit.
    good = ["1\t2\t3\t"] * 60
    lines = ["order-id\torder-item-id\tsku\t", *good, "1\t2\t3", "1\t2"]
    data = "\r\n".join([*lines, ""]).encode()
    errors = [
        RowError(row, "", "has too few cells", RowFault.CELL_COUNT) for row in (62, 63)
    ]
    header, *rows = table(rejected_rows(data=data, errors=errors))
    assert len(header) == 6
    assert [len(row) for row in rows] == [7, 5]
    back = table(without_buyers(rejected_rows(data=data, errors=errors)))
    assert [row[1] for row in back[1:]] == ["cell_count", "cell_count"]


@pytest.mark.parametrize("fault", list(RowFault))
def test_every_reason_has_words_for_people(fault: RowFault) -> None:
    words = FAULT_WORDS[fault]
    assert str(words.wrong)
    assert str(words.remedy)
    assert fault.value.replace("_", "").isalpha()
