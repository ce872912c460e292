"""What every decision about a hold or a rule has in common: do it, or say why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from compliance.presentation.hold_words import refusal_words
from compliance.services.approving import Approval, HoldRefused
from sellers.access import SellerRequest
from sellers.demo_mode import demo_mode
from sellers.sign_in_forms import CodeForm
from vault.refusals import OpeningStopped, OpeningSuspended

#: What was sent cannot be done as it stands.
BAD = 422


class Shown(Protocol):
    """Answers with the page of a hold or rule as it stands now."""

    def __call__(
        self, *, code_form: CodeForm | None = None, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """Answer, with what was wrong."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person decides about one hold or rule: its name, address and page."""

    request: SellerRequest
    label: str
    url: str
    show: Shown

    def decided(
        self, said: str | Callable[[], str], act: Callable[[], object]
    ) -> HttpResponse:
        """Do it, say so and lead back; show the page and the reason where refused.

        ``said`` has the blank ``name``; it is asked for after the act.
        """
        try:
            act()
        except HoldRefused as refused:
            problem = refusal_words(refused)
        except OpeningStopped:
            problem = _("Staff suspended the opening of buyer data: nothing is sealed.")
        except OpeningSuspended:
            problem = _("The keystore cannot be read at present: try again later.")
        else:
            words = said if isinstance(said, str) else said()
            messages.success(self.request, words % {"name": self.label})
            return redirect(self.url)
        return self.show(problem=problem, status=BAD)

    def approved(
        self,
        approval: Approval,
        said: str | Callable[[], str],
        act: Callable[[bool], object],
    ) -> HttpResponse:
        """Approve; ``act`` is told whether the second factor was given again.

        Who approves alone gives it; the demo knows none. No code is spent before the
        24 hours are over.
        """
        given = demo_mode()
        if approval.alone and not approval.waits and not given:
            code = CodeForm(self.request.POST, user=self.request.user)
            if not code.check_against(self.request):
                return self.show(code_form=code, status=BAD)
            given = True
        return self.decided(said, lambda: act(given))
