"""Pages of imports: the list, the upload, one import and what can be done with it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplaces.enums import MOVING, DayOrder, RunState, What
from marketplaces.forms import UploadForm
from marketplaces.models import ImportRun
from marketplaces.presentation.run import run_page, upload_steps
from marketplaces.presentation.runs import run_list
from marketplaces.queries.runs import import_run
from marketplaces.services.checking import SMALL, check_upload
from marketplaces.services.file_pieces import FileGone
from marketplaces.services.handing_out import take_rejected_rows
from marketplaces.services.running import RunRefused, ask_for_run, ask_to_stop
from marketplaces.services.sample import sample_events, sample_report
from marketplaces.services.uploading import (
    EventTimes,
    FileBusy,
    drop_upload,
    receive_upload,
)
from marketplaces.tasks import send
from orders.queries.packages import numbers_on_the_way
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock
from vault.refusals import OpeningStopped

#: htmx: swap this answer in, then ask no more.
STOP_POLLING = 286
_FORM_WRONG = 422
_GONE = 410


@for_members(Right.IMPORT_ORDERS, "GET")
def import_list(request: SellerRequest, seller: str) -> HttpResponse:
    """List the imports of the shop, newest first."""
    page = run_list(
        seller_id=request.seller.id,
        shop=seller,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "marketplaces/import_list.html", {"page": page})


@for_members(Right.IMPORT_ORDERS, "GET", "POST")
def import_new(request: SellerRequest, seller: str) -> HttpResponse:
    """Take a file: the upload handler has sealed it when this runs."""
    zone = request.seller.time_zone
    if request.method != "POST":
        asked = request.GET.get("what", "")
        initial = {"what": asked} if asked in set(What) else {}
        form = UploadForm(zone=zone, initial=initial)
        return _upload_form(request, form, status=200)
    form = UploadForm(request.POST, request.FILES, zone=zone)
    if not form.is_valid():
        return _upload_form(request, form, status=_FORM_WRONG)
    said, events = form.cleaned_data, None
    if said["what"] == What.EVENTS:
        events = EventTimes(DayOrder(said["day_order"]), zone)
    run = receive_upload(
        arrived=said["upload"],
        person_id=request.user.id,
        charset=said["charset"],
        now=clock.now(),
        events=events,
    )
    if run.file_bytes <= SMALL:
        check_upload(seller_id=request.seller.id, run_id=run.id)
    else:
        _send_after_commit(run, RunState.CHECKING)
    return _to_page(seller, run.id)


@for_members(Right.IMPORT_ORDERS, "GET")
def import_sample(request: SellerRequest, seller: str) -> HttpResponse:
    """Give a small report about nobody, to try an import with."""
    del request, seller
    return _download("sample-orders.txt", sample_report(now=clock.now()))


@for_members(Right.IMPORT_ORDERS, "GET")
def import_sample_events(request: SellerRequest, seller: str) -> HttpResponse:
    """Give a small file of events, about packages of the shop that are on their way."""
    del seller
    numbers = numbers_on_the_way(seller_id=request.seller.id, most=3)
    data = sample_events(numbers=numbers, now=clock.now())
    return _download("sample-events.csv", data, kind="text/csv")


@for_members(Right.IMPORT_ORDERS, "GET")
def import_page(request: SellerRequest, seller: str, run: UUID) -> HttpResponse:
    """Show one import; htmx asks again while it moves, and is told when it ended."""
    del seller
    found = _run(request, run)
    if not getattr(request, "htmx", False):
        return _page(request, found)
    status = 200 if found.state in MOVING else STOP_POLLING
    return _page(request, found, status=status, part=True)


@for_members(Right.IMPORT_ORDERS, "POST")
def import_start(request: SellerRequest, seller: str, run: UUID) -> HttpResponse:
    """Let a checked import run, or go on with the rest."""
    found = _run(request, run)
    try:
        ask_for_run(run_id=found.id, person_id=request.user.id, now=clock.now())
    except RunRefused:
        found.refresh_from_db()
        messages.warning(request, _why_not(found))
    else:
        _send_after_commit(found, RunState.QUEUED)
    return _to_page(seller, run)


@for_members(Right.IMPORT_ORDERS, "POST")
def import_stop(request: SellerRequest, seller: str, run: UUID) -> HttpResponse:
    """Stop an import after the part that is being stored."""
    found = _run(request, run)
    if not ask_to_stop(run_id=found.id, now=clock.now()):
        messages.info(request, _("The import had ended already; nothing was stopped."))
    return _to_page(seller, run)


@for_members(Right.IMPORT_ORDERS, "POST")
def import_delete(request: SellerRequest, seller: str, run: UUID) -> HttpResponse:
    """Delete the file, or what is left of it."""
    found = _run(request, run)
    try:
        deleted = drop_upload(run_id=found.id, now=clock.now())
    except FileBusy:
        messages.warning(
            request, _("The file is being imported: stop the import, then delete it.")
        )
        return _to_page(seller, run)
    if deleted:
        messages.success(request, _("The file was deleted."))
    else:
        messages.info(request, _("The file was deleted before."))
    return _to_page(seller, run)


@for_members(Right.IMPORT_ORDERS, "POST")
def import_rejected(request: SellerRequest, seller: str, run: UUID) -> HttpResponse:
    """Give the rejected rows as a file, on record where it holds buyers."""
    del seller
    found = _run(request, run)
    try:
        file = take_rejected_rows(
            run=found,
            with_buyers=Right.OPEN_BUYER_DATA in request.rights,
            now=clock.now(),
        )
    except FileGone:
        messages.warning(request, _("The file of rejected rows is no longer here."))
        return _page(request, found, status=_GONE)
    except OpeningStopped:
        messages.warning(
            request,
            _(
                "The operator has suspended the opening of buyer data in this shop, so "
                "the rejected rows stay sealed. The owner sees why."
            ),
        )
        return _page(request, found, status=_FORM_WRONG)
    return _download(file.name, file.data)


def _send_after_commit(run: ImportRun, state: RunState) -> None:
    """Send the task once the row is there; where that fails, the clean-up sends it."""

    def send_now() -> None:
        send(seller_id=run.seller_id, run_id=run.id, state=state)

    transaction.on_commit(send_now, robust=True)


def _upload_form(
    request: SellerRequest, form: UploadForm, *, status: int
) -> HttpResponse:
    context = {"form": form, "steps": upload_steps()}
    return render(request, "marketplaces/import_new.html", context, status=status)


def _page(
    request: SellerRequest, run: ImportRun, *, status: int = 200, part: bool = False
) -> HttpResponse:
    zone = ZoneInfo(request.seller.time_zone)
    context = {
        "page": run_page(run=run, now=clock.now(), zone=zone),
        "run": run,
        "with_buyers": Right.OPEN_BUYER_DATA in request.rights,
    }
    name = "marketplaces/run.html" if part else "marketplaces/import_page.html"
    return render(request, name, context, status=status)


def _run(request: SellerRequest, run_id: UUID) -> ImportRun:
    """Return an import of the shop; foreign and missing are one path."""
    run = import_run(seller_id=request.seller.id, run_id=run_id)
    if run is None:
        raise Http404
    return run


def _to_page(seller: str, run_id: UUID) -> HttpResponseRedirect:
    return redirect("marketplaces:import-page", seller, run_id)


def _why_not(run: ImportRun) -> str:
    """Say why an import was not started."""
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        return _("This file is being imported already; it runs once.")
    if run.state == RunState.FINISHED:
        return _("This file was imported already; nothing was changed again.")
    if run.state == RunState.CHECKING:
        return _("The file is still being checked; start the import afterwards.")
    return _("The file is no longer here: upload it again.")


def _download(
    name: str, data: bytes, *, kind: str = "text/tab-separated-values"
) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
