"""Uploads: sealed as they arrive, refused in one sentence, nothing half-done."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from marketplaces.enums import RunState
from marketplaces.models import ImportRun, UploadPiece
from marketplaces.services import file_pieces
from tests.marketplaces.uploads import MAGIC, report, spoilt, the_run, upload, uploaded
from tests.shops import Shop
from vault.files import PIECE, day_for
from vault.models import LedgerEntry


def stored(shop: Shop) -> tuple[int, int]:
    """Return the numbers of runs and pieces."""
    with shop.scope():
        return ImportRun.objects.count(), UploadPiece.objects.count()


def kinds(shop: Shop) -> list[str]:
    """Return the kinds of ledger entries about files, oldest first."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind__startswith="file:").order_by("id")
        return list(rows.values_list("kind", flat=True))


def said(answer: Any) -> str:
    """Return an answer's text."""
    return str(answer.content.decode())


def test_a_file_is_stored_in_sealed_pieces_alone(shop: Shop) -> None:
    data = report(900)
    assert len(data) > 2 * PIECE
    run = uploaded(shop, data)
    with shop.scope():
        pieces = list(UploadPiece.objects.order_by("number"))
        entry = LedgerEntry.objects.get(kind="file:uploaded:orders")
    assert len(pieces) == -(-len(data) // PIECE)
    assert [p.number for p in pieces] == list(range(len(pieces)))
    assert [p.last for p in pieces] == [False] * (len(pieces) - 1) + [True]
    assert {bytes(p.sealed)[:2] for p in pieces} == {MAGIC}
    assert entry.facts["bytes"] == len(data) == run.file_bytes
    assert "Plantington" not in json.dumps(entry.facts) + run.file_name


def test_no_handler_of_the_portal_writes_to_the_disk() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == [
        "compliance.upload_handler.CertificateUploadHandler",  # in memory, 20 KB
        "marketplaces.upload_handler.SealedUploadHandler",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7 something", "The file is a PDF document"),
        (b"PK\x03\x04" + b"x" * 200, "The file is a zip archive"),
        (b"<!doctype html><html>", "The file is a web page"),
        (b" \r\n \r\n", "The file holds only blank lines"),
        (b"", "The file is empty"),
    ],
    ids=["pdf", "archive", "page", "blank", "empty"],
)
def test_what_is_no_table_is_refused_and_nothing_stored(
    shop: Shop, data: bytes, sentence: str
) -> None:
    answer = upload(shop, data)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert stored(shop) == (0, 0)
    assert kinds(shop) == []


def test_a_file_that_is_no_order_report_is_refused_and_deleted(shop: Shop) -> None:
    run = uploaded(shop, b"sku\tprice\r\nA\t1\r\n")
    assert run.state == RunState.REFUSED
    assert run.says.startswith("The first line has no column order-id")
    answer = shop.client("owner").get(shop.url(f"imports/{run.id}/"))
    assert run.says in said(answer)
    assert stored(shop) == (1, 0)
    assert kinds(shop) == ["file:uploaded:orders", "file:deleted:upload"]


@pytest.mark.parametrize("told_in_header", [True, False])
def test_a_file_that_is_too_large_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, told_in_header: bool
) -> None:
    monkeypatch.setattr(file_pieces, "MAX_BYTES", 5_000)
    if told_in_header:
        monkeypatch.setattr("marketplaces.upload_handler.MAX_BYTES", -100_000)
        monkeypatch.setattr(file_pieces, "MAX_BYTES", 10**9)
    answer = upload(shop, report(60))
    assert answer.status_code == 422
    assert "larger than 50 MB" in said(answer)
    assert stored(shop) == (0, 0)


def test_a_request_without_a_file_says_so(shop: Shop) -> None:
    answer = shop.client("owner").post(shop.url("imports/new/"), {"whole": "yes"})
    assert answer.status_code == 422
    assert "Choose the file that you downloaded." in said(answer)


def cut_bodies() -> list[bytes]:
    """Return the body of an upload, cut within the file and right behind it."""
    file = SimpleUploadedFile("orders.txt", report(40))
    fields = {"charset": "", "upload": file, "whole": "yes"}
    body = encode_multipart(BOUNDARY, fields)
    end = body.rindex(b"--" + BOUNDARY.encode() + b"\r\nContent-Disp")
    return [body[: len(body) // 2], body[:end], body[: end + 20]]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_upload_that_is_cut_off_is_refused(shop: Shop, number: int) -> None:
    body = cut_bodies()[number]
    answer = shop.client("owner").generic(
        "POST", shop.url("imports/new/"), body, content_type=MULTIPART_CONTENT
    )
    assert answer.status_code == 422
    assert "cut off in the middle" in said(answer)
    assert stored(shop) == (0, 0)


def test_a_file_for_another_address_is_not_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bytes] = []
    monkeypatch.setattr(
        file_pieces.ArrivingFile, "add", lambda _self, data: taken.append(data)
    )
    run = "0192f0c1-2222-7000-8000-000000000000"
    file = SimpleUploadedFile("orders.txt", report())
    url = shop.url(f"imports/{run}/start/")
    assert shop.client("owner").post(url, {"upload": file}).status_code == 404
    other = SimpleUploadedFile("orders.txt", report())
    packer = shop.client("fulfilment")
    assert packer.post(shop.url("imports/new/"), {"u": other}).status_code == 403
    assert taken == []
    upload(shop, report())
    assert taken != []


def test_without_the_token_nothing_is_stored(shop: Shop) -> None:
    client = shop.client("owner")
    client.handler.enforce_csrf_checks = True
    assert upload(shop, report(), client=client).status_code == 403
    assert stored(shop) == (0, 0)


@pytest.mark.parametrize(
    ("now", "day", "end"),
    [
        ("2026-11-22T09:03", "2026-11-23", "2026-11-23T00:00"),
        ("2026-11-22T18:00", "2026-11-23", "2026-11-23T00:00"),
        ("2026-11-22T18:01", "2026-11-24", "2026-11-23T18:01"),
        ("2026-11-22T23:59", "2026-11-24", "2026-11-23T23:59"),
    ],
)
def test_a_file_dies_within_24_hours_and_on_a_day_of_its_own(
    now: str, day: str, end: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    sealed_on, expires_at = day_for(now=at)
    assert (sealed_on.isoformat(), expires_at.isoformat()[:16]) == (day, end)


def test_the_check_tells_what_will_change_and_changes_nothing(shop: Shop) -> None:
    run = uploaded(shop, spoilt(report(12), 3))
    assert run.state == RunState.CHECKED
    assert run.rejected == 1
    assert 11 <= run.plan["created"] == run.plan["sealed"] <= 12
    assert [e["code"] for e in run.errors] == ["not_a_number"]
    with shop.scope():
        assert LedgerEntry.objects.filter(kind__startswith="pii:").count() == 0
    text = said(shop.client("owner").get(shop.url(f"imports/{run.id}/")))
    assert "Check before you import" in text
    assert "Plantedia" not in text + json.dumps(run.first_rows)


def test_another_shops_upload_is_not_found(shop: Shop, other_shop: Shop) -> None:
    run = uploaded(other_shop, report())
    client = shop.client("owner")
    missing = client.get(shop.url("imports/0192f0c1-2222-7000-8000-000000000000/"))
    foreign = client.get(shop.url(f"imports/{run.id}/"))
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    for button in ("start", "stop", "delete", "rejected"):
        url = shop.url(f"imports/{run.id}/{button}/")
        assert client.post(url).status_code == 404
    assert the_run(other_shop, run.id).state == RunState.CHECKED


def test_a_bare_byte_in_the_table_of_pieces_is_refused(shop: Shop) -> None:
    run = uploaded(shop, report())
    with pytest.raises(Exception, match="marketplaces_piece_sealed"), shop.scope():
        UploadPiece.objects.create(
            seller_id=shop.id,
            run=run,
            part="upload",
            number=99,
            last=True,
            sealed=b"order-id\tsku",
        )
