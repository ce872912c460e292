"""Inviting people into a shop: asking, asking again, withdrawing."""

from datetime import UTC
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_members
from sellers.forms import InviteForm
from sellers.mail import send
from sellers.models import Invitation
from sellers.presentation.refusals import refusal_words
from sellers.roles import ROLES, Right, Terms
from sellers.services.granting import (
    BeyondOwnEnd,
    ChangeRefused,
    MayNotChange,
    offered,
)
from sellers.services.invitations import (
    INVITATION_DAYS,
    InvitationGone,
    invite_person,
    link_goes_by_mail_alone,
    send_again,
    withdraw_invitation,
)
from vault.clock import clock


@for_members(Right.MANAGE_MEMBERS, "GET", "POST")
def invite(request: SellerRequest, seller: str) -> HttpResponse:
    """Ask whom to invite; then mail the link, and say so."""
    del seller  # the middleware has found the shop
    form = InviteForm(request.POST or None, today=clock.now().astimezone(UTC).date())
    if request.method == "GET":
        return _invite_page(request, form)
    if not form.is_valid():
        return _invite_page(request, form, status=422)
    email = form.cleaned_data["email"].strip().lower()
    try:
        token = invite_person(
            seller=request.seller,
            email=email,
            terms=form.terms(),
            inviter_id=request.user.id,
            now=clock.now(),
        )
    except ChangeRefused as refused:
        _raise_if_final(refused)
        field = "ends_on" if isinstance(refused, BeyondOwnEnd) else "email"
        form.add_error(field, refusal_words(refused))
        return _invite_page(request, form, status=422)
    return _sent(request, email=email, terms=form.terms(), token=token)


@for_members(Right.MANAGE_MEMBERS, "POST")
def again(request: SellerRequest, seller: str, invitation: UUID) -> HttpResponse:
    """Renew an invitation: a new link; the old one is dead."""
    _existing(request, invitation)
    try:
        renewed, token = send_again(
            seller=request.seller,
            invitation_id=invitation,
            sender_id=request.user.id,
            now=clock.now(),
        )
    except InvitationGone:
        messages.info(request, _used_words())
    except ChangeRefused as refused:
        _raise_if_final(refused)
        messages.error(request, refusal_words(refused))
    else:
        terms = offered(invitation=renewed)
        return _sent(request, email=renewed.email, terms=terms, token=token)
    return redirect("people:people", seller=seller)


@for_members(Right.MANAGE_MEMBERS, "POST")
def withdraw(request: SellerRequest, seller: str, invitation: UUID) -> HttpResponse:
    """End an invitation: its link opens nothing any more."""
    found = _existing(request, invitation)
    try:
        withdraw_invitation(
            seller=request.seller,
            invitation_id=invitation,
            person_id=request.user.id,
            now=clock.now(),
        )
    except InvitationGone:
        messages.info(request, _used_words())
    except ChangeRefused as refused:
        raise PermissionDenied(refusal_words(refused)) from refused
    else:
        words = {"email": found.email}
        messages.success(
            request, _("The invitation of %(email)s opens nothing any more.") % words
        )
    return redirect("people:people", seller=seller)


def _existing(request: SellerRequest, invitation_id: UUID) -> Invitation:
    """Return an invitation of the shop; foreign and missing are one path."""
    rows = Invitation.objects.filter(seller_id=request.seller.id, id=invitation_id)
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _raise_if_final(refused: ChangeRefused) -> None:
    if isinstance(refused, MayNotChange):
        raise PermissionDenied(refusal_words(refused)) from refused


def _used_words() -> str:
    return _("This invitation was used meanwhile: the person is in the list above.")


def _invite_page(
    request: SellerRequest, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "roles": tuple(ROLES.values()),
        "shop": request.seller,
        "days": INVITATION_DAYS,
    }
    return render(request, "sellers/people/invite.html", context, status=status)


def _sent(
    request: SellerRequest, *, email: str, terms: Terms, token: str
) -> HttpResponse:
    """Mail the link; show it, in this answer alone, only where no e-mail leaves.

    Elsewhere an inviter who has the link could open it in place of the invited, see
    whether their address has an account, and make one for it.
    """
    path = reverse("sellers:invitation", args=[token])
    link = f"{settings.PORTAL_ADDRESS.rstrip('/')}{path}"
    context = {
        "email": email,
        "shop_name": request.seller.name,
        "role_name": terms.role.name,
        "inviter": request.user.name,
        "days": INVITATION_DAYS,
    }
    subject = _("Invitation to %(shop)s") % {"shop": request.seller.name}
    send(
        to=email,
        subject=subject,
        template="sellers/email/invitation",
        context={**context, "link": link},
    )
    shown = "" if link_goes_by_mail_alone() else link
    response = render(
        request,
        "sellers/people/invited.html",
        {**context, "link": shown, "shop": request.seller},
    )
    response.headers["Cache-Control"] = "no-store"
    return response
