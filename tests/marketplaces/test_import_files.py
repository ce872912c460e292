"""Uploaded files: swapped, past their end, deleted; and what no row may hold."""

import json
import re

from marketplaces.enums import Part, RunState, Why
from marketplaces.models import ImportRun, UploadPiece
from marketplaces.services.file_pieces import store_pieces
from marketplaces.services.tidying import tidy_imports
from tests.marketplaces.uploads import (
    entries,
    imported,
    orders,
    page,
    press,
    report,
    spoilt,
    started,
    the_run,
    upload,
    uploaded,
)
from tests.shops import Shop, at
from vault.clock import clock
from vault.files import FilePlace, FileSealer


def test_a_file_swapped_between_check_and_run_is_refused(shop: Shop) -> None:
    run = started(shop, report(12, seed=3))
    with shop.scope():
        UploadPiece.objects.filter(run=run).delete()
        place = FilePlace(file_id=run.id, part=Part.UPLOAD)
        assert run.sealed_on is not None
        sealer = FileSealer(place=place, day=run.sealed_on)
        pieces = [*sealer.add(report(12, seed=4)), sealer.end()]
        store_pieces(run=run, part=Part.UPLOAD, pieces=pieces)
    done = imported(shop, run)
    assert (done.state, done.why) == (RunState.ENDED_EARLY, Why.SWAPPED)
    assert orders(shop) == 0
    assert "not the one that was checked" in page(shop, done).content.decode()
    assert [e["why"] for e in entries(shop, "file:deleted:upload")] == ["swapped"]


def test_pieces_of_another_upload_do_not_open(shop: Shop) -> None:
    first, second = started(shop, report(12, seed=3)), started(shop, report(12, seed=4))
    with shop.scope():
        UploadPiece.objects.filter(run=first).delete()
        UploadPiece.objects.filter(run=second).update(run=first)
    done = imported(shop, first)
    assert (done.state, done.why) == (RunState.ENDED_EARLY, Why.UNREADABLE)
    assert orders(shop) == 0


def test_from_its_end_on_a_file_is_refused_though_every_job_is_dead(
    shop: Shop,
) -> None:
    run = uploaded(shop, report(12))
    with at("2026-11-23T00:00:00Z"):
        answer = press(shop, run, "start")
        assert "no longer here" in answer.content.decode()
        assert orders(shop) == 0
    with shop.scope():
        assert UploadPiece.objects.count() == 1
        ImportRun.objects.filter(id=run.id).update(state=RunState.QUEUED)
    with at("2026-11-23T00:00:00Z"):
        assert imported(shop, run).why == Why.EXPIRED
    assert orders(shop) == 0


def test_the_clean_up_deletes_files_whose_time_is_over(shop: Shop) -> None:
    run = uploaded(shop, report(12))
    with at("2026-11-22T23:59:59Z"):
        tidy_imports(seller_id=shop.id, now=clock.now())
    assert the_run(shop, run.id).state == RunState.CHECKED
    with at("2026-11-23T00:00:00Z"):
        tidy_imports(seller_id=shop.id, now=clock.now())
        tidy_imports(seller_id=shop.id, now=clock.now())
    gone = the_run(shop, run.id)
    assert (gone.state, gone.why, gone.first_rows) == (
        RunState.DROPPED,
        Why.EXPIRED,
        [],
    )
    with shop.scope():
        assert UploadPiece.objects.count() == 0
    assert [e["why"] for e in entries(shop, "file:deleted:upload")] == ["expired"]


def test_a_file_is_deleted_by_a_person_but_not_while_it_runs(shop: Shop) -> None:
    run = started(shop, report(5))
    assert "stop the import" in press(shop, run, "delete").content.decode()
    press(shop, run, "stop")
    assert "was deleted" in press(shop, run, "delete").content.decode()
    assert "deleted before" in press(shop, run, "delete").content.decode()
    with shop.scope():
        assert UploadPiece.objects.count() == 0
    assert [e["why"] for e in entries(shop, "file:deleted:upload")] == ["person"]
    assert "no longer here" in press(shop, run, "start").content.decode()


def test_no_row_of_a_job_holds_a_buyer(shop: Shop) -> None:
    data = spoilt(report(12), 4, "ship-city", "Plan\x01tonbridge")
    upload(shop, data)
    with shop.scope():
        rows = list(ImportRun.objects.values("plan", "first_rows", "errors", "says"))
    text = json.dumps(rows)
    assert "text_control" in text
    for word in ("Exampleton", "Mustermann", "marketplace.example", "+1 555", "tonbri"):
        assert word not in text


def test_the_exposure_page_says_what_waits_and_until_when(shop: Shop) -> None:
    def said() -> str:
        page = shop.client("owner").get(shop.url("exposure/"))
        return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())

    assert "uploaded file" not in said()
    run = uploaded(shop, report(3))
    waiting = "1 uploaded file Waits for its import, deleted by 23 Nov, 00:00 UTC"
    assert waiting in said()
    press(shop, run, "delete")
    assert "uploaded file" not in said()
