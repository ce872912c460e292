"""The guided set-up of the certificate that holds are sealed to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from compliance.hold_forms import CertificateForm
from compliance.presentation.hold_words import UNFIT_WORDS, refusal_words
from compliance.presentation.openssl import commands_for
from compliance.presentation.tabs import tabs
from compliance.services.approving import HoldRefused
from compliance.services.certificates import add_certificate, latest_certificate
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.certificates import CertificateUnfit, Unfit
from vault.clock import clock


@for_members(Right.MANAGE_HOLDS, "GET", "POST")
def certificate(request: SellerRequest, seller: str) -> HttpResponse:
    """Say how to make the key, and take the certificate alone."""
    if request.method == "GET":
        return _page(request, CertificateForm())
    form = CertificateForm(request.POST)
    if not form.is_valid():
        return _page(request, _without_key(request, form))
    text = form.cleaned_data["pem"]
    try:
        added = add_certificate(text=text, person_id=request.user.id, now=clock.now())
    except CertificateUnfit as unfit:
        form.add_error("pem", str(UNFIT_WORDS[unfit.reason]))
        return _page(request, _without_key(request, form))
    except HoldRefused as refused:
        form.add_error("pem", refusal_words(refused))
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
    context = {
        "form": form,
        "commands": commands_for(shop=request.seller.slug),
        "certificate": latest_certificate(seller_id=request.seller.id),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    status = 422 if form.errors else 200
    answer = render(request, "compliance/certificate.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
