"""The review of access: each person is kept or removed."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_members
from sellers.forms import ReviewForm
from sellers.models import Membership
from sellers.presentation.refusals import refusal_words
from sellers.queries.team import team
from sellers.roles import Right
from sellers.services.members import ChangeRefused, MayNotChange
from sellers.services.reviews import (
    REVIEW_DAYS,
    ReviewIncomplete,
    Verdicts,
    review_access,
)
from vault.clock import clock


@dataclass(frozen=True, slots=True)
class Line:
    """One person with the question about them; none about oneself."""

    member: Membership
    field: BoundField | None


@for_members(Right.MANAGE_MEMBERS, "GET", "POST")
def review(request: SellerRequest, seller: str) -> HttpResponse:
    """Go through all people; saving removes whom the reviewer says."""
    members = team(seller=request.seller)
    asked = [m.id for m in members if m.person_id != request.user.id]
    if request.method == "GET":
        return _page(request, members, ReviewForm(members=asked))
    form = ReviewForm(request.POST, members=asked)
    if not asked or not form.is_valid():
        return _page(request, members, form, status=422)
    verdicts = Verdicts(keep=form.chosen("keep"), remove=form.chosen("remove"))
    try:
        review_access(
            seller=request.seller,
            reviewer_id=request.user.id,
            verdicts=verdicts,
            now=clock.now(),
        )
    except MayNotChange as refused:
        raise PermissionDenied(refusal_words(refused)) from refused
    except ChangeRefused as refused:
        form.add_error(None, refusal_words(refused))
        if isinstance(refused, ReviewIncomplete):
            members = team(seller=request.seller)
        return _page(request, members, form, status=422)
    numbers = {"kept": len(verdicts.keep), "removed": len(verdicts.remove)}
    words = _("Reviewed: %(kept)d kept, %(removed)d removed. It stands in the log.")
    messages.success(request, words % numbers)
    return redirect("people:people", seller=seller)


def _page(
    request: SellerRequest,
    members: list[Membership],
    form: ReviewForm,
    *,
    status: int = 200,
) -> HttpResponse:
    lines = [
        Line(member, form[name] if (name := f"m-{member.id}") in form.fields else None)
        for member in members
    ]
    context = {
        "lines": lines,
        "form": form,
        "shop": request.seller,
        "days": REVIEW_DAYS,
    }
    return render(request, "sellers/people/review.html", context, status=status)
