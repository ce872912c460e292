"""Closing the notice of an incident, once somebody has looked into it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from compliance.services.noticing import NoticeGone, NoticeStands, close_notice
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock


@for_members(Right.MANAGE_MEMBERS, "POST")
def notice_close(request: SellerRequest, seller: str, notice: UUID) -> HttpResponse:
    """Close a notice in the name of who asks; foreign and missing are one path."""
    try:
        close_notice(seller_id=request.seller.id, notice_id=notice, now=clock.now())
    except NoticeGone as gone:
        raise Http404 from gone
    except NoticeStands:
        words = _("This notice closes itself as soon as what it tells of is over.")
        messages.error(request, words)
    else:
        words = _("Closed. The log keeps what happened and that you closed it.")
        messages.success(request, words)
    return redirect("compliance:exposure", seller=seller)
