"""The guided set-up of the certificate that holds are sealed to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from compliance.hold_forms import CertificateForm
from compliance.presentation.hold_words import (
    UNFIT_WORDS,
    certificate_words,
    refusal_words,
)
from compliance.presentation.openssl import commands_for
from compliance.presentation.tabs import tabs
from compliance.queries.certificates import latest_certificate
from compliance.services.approving import HoldRefused
from compliance.services.certificates import add_certificate
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.certificates import CertificateUnfit, Unfit
from vault.clock import clock


@for_members(Right.MANAGE_HOLDS, "GET", "POST")
def certificate(request: SellerRequest, seller: str) -> HttpResponse:
    """Say how to make the key, and take the certificate alone."""
    if request.method == "GET":
        return _page(request, CertificateForm())
    form = CertificateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, _without_key(request, form))
    field, given = form.given
    try:
        added = add_certificate(given=given, person_id=request.user.id, now=clock.now())
    except CertificateUnfit as unfit:
        form.add_error(field, str(UNFIT_WORDS[unfit.reason]))
        return _page(request, _without_key(request, form))
    except HoldRefused as refused:
        form.add_error(field, refusal_words(refused))
        return _page(request, form)
    words = _("The certificate is set up: %(print)s.")
    messages.success(request, words % {"print": added.sha256[:16]})
    return redirect("compliance:holds", seller=seller)


def _without_key(request: SellerRequest, form: CertificateForm) -> CertificateForm:
    """Give the entry back, unless there is a private key in it."""
    if "PRIVATE" not in request.POST.get("pem", "").upper():
        return form
    empty = CertificateForm({"pem": ""})
    empty.is_valid()
    empty.errors["pem"] = empty.error_class([str(UNFIT_WORDS[Unfit.PRIVATE_KEY])])
    return empty


def _page(request: SellerRequest, form: CertificateForm) -> HttpResponse:
    certificate = latest_certificate(seller_id=request.seller.id)
    context = {
        "form": form,
        "commands": commands_for(shop=request.seller.slug),
        "certificate": certificate,
        "ended": certificate_words(certificate=certificate, now=clock.now()),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    status = 422 if form.errors else 200
    answer = render(request, "compliance/certificate.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
