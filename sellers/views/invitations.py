"""Letting invited people in."""

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sellers.access import for_everybody
from sellers.forms import JoinForm
from sellers.models import Invitation, Person
from sellers.roles import ROLES
from sellers.services.entering import enter_as_new
from sellers.services.invitations import InvitationGone
from sellers.services.joining import (
    accept_invitation,
    join_as_new,
    open_invitation,
    open_reference,
    reference_of,
)
from sellers.services.members import AlreadyMember
from vault.clock import clock

_INVITATION = "invitation"


@for_everybody("GET")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once: addresses end up in logs.

    The session keeps no secret, and a token that opens nothing makes no session.
    """
    try:
        invited = open_invitation(token=token, now=clock.now())
    except InvitationGone:
        return _gone(request)
    request.session[_INVITATION] = reference_of(invitation=invited)
    return redirect("sellers:invitation-accept")


@for_everybody("GET", "POST")
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Let an invited person in: a new one with a password, a known one by sign-in."""
    now = clock.now()
    reference = str(request.session.get(_INVITATION, ""))
    try:
        invited = open_reference(reference=reference, now=now)
    except InvitationGone:
        return _gone(request)
    if request.user.is_authenticated and request.user.email != invited.email:
        return render(request, "sellers/invitation_other.html", status=403)
    known = Person.objects.filter(email=invited.email).first()
    if known is None:
        return _join_as_new(request, invited)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    if request.method == "GET":
        return _show(request, invited, None, status=200)
    return _join(request, invited, known)


def _join_as_new(request: HttpRequest, invited: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invited.email)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return _show(request, invited, form, status=status)
    try:
        person = join_as_new(
            invitation=invited,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            now=clock.now(),
        )
    except InvitationGone:
        return _gone(request)
    except IntegrityError:
        # The account was made meanwhile, from another invitation: sign in with it.
        return redirect("sellers:invitation-accept")
    enter_as_new(request=request, person=person, now=clock.now())
    return _into_the_shop(request, invited)


def _show(
    request: HttpRequest, invited: Invitation, form: JoinForm | None, *, status: int
) -> HttpResponse:
    role = ROLES[invited.role]
    context = {
        "invitation": invited,
        "shop_name": invited.seller.name,
        "role_name": role.name,
        "role_says": role.description,
        "buyer_words": role.buyer_words,
        "opens_buyer_data": invited.opens_buyer_data,
        "invited_by": invited.invited_by.name if invited.invited_by else "",
        "form": form,
    }
    return render(request, "sellers/invitation.html", context, status=status)


def _join(request: HttpRequest, invited: Invitation, person: Person) -> HttpResponse:
    try:
        accept_invitation(invitation=invited, person=person, now=clock.now())
    except InvitationGone:
        return _gone(request)
    except AlreadyMember:
        pass
    return _into_the_shop(request, invited)


def _into_the_shop(request: HttpRequest, invited: Invitation) -> HttpResponse:
    request.session.pop(_INVITATION, None)
    return redirect("today", seller=invited.seller.slug)


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer alike for expired, used, withdrawn, foreign and made-up invitations."""
    return render(request, "sellers/invitation_gone.html", status=410)
