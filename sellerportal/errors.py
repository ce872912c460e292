"""What a person is told where the portal breaks."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

_BROKEN = 500
_NUMBER_MARK = "NUMBER-OF-THE-FAULT"


def _prepared_page() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("500.html", {"number": _NUMBER_MARK})


# Rendered while everything works: nothing of it can fail when something has.
_BROKEN_PAGE = _prepared_page()


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a number that stands in the log too; can itself not fail."""
    digits = secrets.token_hex(4).upper()
    number = f"E-{digits[:4]}-{digits[4:]}"
    request.fault_number = number  # type: ignore[attr-defined] # for sellerportal.logs
    page = _BROKEN_PAGE.replace(_NUMBER_MARK, number)
    return HttpResponse(page, status=_BROKEN)
