"""The people of a shop: the list, one person's terms, removal, a reminder."""

from datetime import UTC
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sellers.access import SellerRequest, for_members
from sellers.forms import MemberForm
from sellers.mail import send
from sellers.models import Membership
from sellers.presentation.people_page import ask_words, people_page
from sellers.presentation.refusals import refusal_words
from sellers.presentation.words import FEW_CODES, terms_words
from sellers.queries.team import second_factors, team
from sellers.roles import ROLES, Right
from sellers.services.members import (
    ChangedMeanwhile,
    ChangeRefused,
    MayNotChange,
    MemberMissing,
    OwnTerms,
    change_member,
    remove_member,
    terms_of,
)
from vault.clock import clock

#: A person is reminded once in this time, in seconds, whoever presses the button.
_REMIND_AGAIN = 24 * 60 * 60


@for_members(Right.VIEW_EXPOSURE, "GET")
def people(request: SellerRequest, seller: str) -> HttpResponse:
    """Show who works here, who was asked to, and what each role may do."""
    del seller  # the middleware has found the shop
    page = people_page(seller=request.seller, person=request.user, now=clock.now())
    context = {
        "page": page,
        "shop": request.seller,
        "may_change": Right.MANAGE_MEMBERS in request.rights,
    }
    return render(request, "sellers/people/people.html", context)


@for_members(Right.MANAGE_MEMBERS, "GET", "POST")
def change(request: SellerRequest, seller: str, member: UUID) -> HttpResponse:
    """Give a person another role, the right to open buyer data, an end day."""
    found = _other(request, member)
    today = clock.now().astimezone(UTC).date()
    if request.method == "GET":
        terms = terms_of(member=found)
        initial = {
            "role": terms.role.code,
            "opens_buyer_data": terms.opens_buyer_data,
            "ends_on": terms.ends_on,
            "seen": terms.code,
        }
        return _change_page(request, found, MemberForm(initial=initial, today=today))
    form = MemberForm(request.POST, today=today)
    if not form.is_valid():
        return _change_page(request, found, form, status=422)
    try:
        changed = change_member(
            seller=request.seller,
            member_id=found.id,
            changer_id=request.user.id,
            seen=form.cleaned_data["seen"],
            wanted=form.terms(),
            now=clock.now(),
        )
    except ChangeRefused as refused:
        _raise_if_final(request, refused)
        form.add_error(None, refusal_words(refused))
        if isinstance(refused, ChangedMeanwhile):
            form.data = {**request.POST.dict(), "seen": refused.found.code}
        return _change_page(request, found, form, status=422)
    words = {
        "name": changed.person.name,
        "terms": terms_words(terms_of(member=changed)),
    }
    messages.success(request, _("Saved for %(name)s: %(terms)s.") % words)
    return redirect("people:people", seller=seller)


@for_members(Right.MANAGE_MEMBERS, "GET", "POST")
def remove(request: SellerRequest, seller: str, member: UUID) -> HttpResponse:
    """Ask, then take a person out of the shop."""
    found = _other(request, member)
    context = {"member": found, "shop": request.seller, "problem": ""}
    if request.method == "GET":
        return render(request, "sellers/people/remove.html", context)
    try:
        remove_member(
            seller=request.seller,
            member_id=found.id,
            changer_id=request.user.id,
            now=clock.now(),
        )
    except ChangeRefused as refused:
        _raise_if_final(request, refused)
        context["problem"] = refusal_words(refused)
        return render(request, "sellers/people/remove.html", context, status=422)
    words = {"name": found.person.name}
    messages.success(request, _("%(name)s does not work here any more.") % words)
    return redirect("people:people", seller=seller)


@for_members(Right.MANAGE_MEMBERS, "POST")
def remind(request: SellerRequest, seller: str, member: UUID) -> HttpResponse:
    """Write a person whose recovery codes run out, once a day at most."""
    found = _other(request, member)
    words = {"name": found.person.name}
    factor = second_factors(person_ids=[found.person_id]).get(found.person_id)
    if factor is None or factor.codes_left is None or factor.codes_left > FEW_CODES:
        messages.info(request, _("%(name)s has enough recovery codes.") % words)
    elif not cache.add(f"reminded:{found.id}", 1, _REMIND_AGAIN):
        messages.info(request, _("%(name)s was reminded in the last day.") % words)
    else:
        codes = ngettext(
            "You have %(n)d recovery code left",
            "You have %(n)d recovery codes left",
            factor.codes_left,
        )
        send(
            to=found.person.email,
            subject=codes % {"n": factor.codes_left},
            template="sellers/email/few_codes",
            context={"shop_name": request.seller.name, "n": factor.codes_left},
        )
        messages.success(request, _("%(name)s gets an e-mail.") % words)
    return redirect("people:people", seller=seller)


def _other(request: SellerRequest, member_id: UUID) -> Membership:
    """Return somebody else's membership; foreign and missing are one path."""
    rows = Membership.objects.select_related("person")
    found = rows.filter(seller_id=request.seller.id, id=member_id).first()
    if found is None:
        raise Http404
    if found.person_id == request.user.id:
        _raise_if_final(request, OwnTerms())
    return found


def _raise_if_final(request: SellerRequest, refused: ChangeRefused) -> None:
    """Answer 404 or 403 where no form can help."""
    if isinstance(refused, MemberMissing):
        raise Http404 from refused
    if isinstance(refused, OwnTerms | MayNotChange):
        ask = ask_words(
            members=team(seller=request.seller),
            person_id=request.user.id,
            now=clock.now(),
        )
        raise PermissionDenied(refusal_words(refused, ask=ask)) from refused


def _change_page(
    request: SellerRequest, member: Membership, form: MemberForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "member": member,
        "form": form,
        "roles": tuple(ROLES.values()),
        "shop": request.seller,
    }
    return render(request, "sellers/people/change.html", context, status=status)
