"""Letting invited people in."""

from allauth.account.models import EmailAddress
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sellers.access import for_everybody
from sellers.forms import JoinForm
from sellers.models import Invitation, Person
from sellers.roles import ROLES
from sellers.services.onboarding import (
    AlreadyMember,
    InvitationGone,
    accept_invitation,
    open_invitation,
)
from vault.clock import clock

_INVITATION = "invitation"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@for_everybody("GET")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once: addresses end up in logs."""
    request.session[_INVITATION] = token
    return redirect("sellers:invitation-accept")


@for_everybody("GET", "POST")
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Let an invited person in: a new one with a password, a known one by sign-in."""
    now = clock.now()
    token = str(request.session.get(_INVITATION, ""))
    try:
        invited = open_invitation(token=token, now=now)
    except InvitationGone:
        return render(request, "sellers/invitation_gone.html", status=410)
    known = Person.objects.filter(email=invited.email).first()
    if known is None:
        return _join_as_new(request, invited)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    if request.user.email != invited.email:
        return render(request, "sellers/invitation_other.html", status=403)
    if request.method == "GET":
        return _show(request, invited, None, status=200)
    return _join(request, invited, known)


def _join_as_new(request: HttpRequest, invited: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invited.email)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return _show(request, invited, form, status=status)
    person = Person.objects.create_user(
        email=invited.email,
        password=form.cleaned_data["password"],
        name=form.cleaned_data["name"],
        made_at=clock.now(),
    )
    EmailAddress.objects.create(
        user=person, email=person.email, verified=True, primary=True
    )
    login(request, person, backend=_BACKEND)
    return _join(request, invited, person)


def _show(
    request: HttpRequest, invited: Invitation, form: JoinForm | None, *, status: int
) -> HttpResponse:
    role = ROLES[invited.role]
    context = {
        "invitation": invited,
        "shop_name": invited.seller.name,
        "role_name": role.name,
        "role_says": role.description,
        "form": form,
    }
    return render(request, "sellers/invitation.html", context, status=status)


def _join(request: HttpRequest, invited: Invitation, person: Person) -> HttpResponse:
    try:
        accept_invitation(invitation=invited, person=person, now=clock.now())
    except InvitationGone:
        return render(request, "sellers/invitation_gone.html", status=410)
    except AlreadyMember:
        pass
    return redirect("orders:order-list", seller=invited.seller.slug)
