"""The staff's own door: the portal's sign-in, for live staff alone."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from sellers.access import for_everybody
from sellers.sign_in_forms import Door, SignInForm
from sellers.views.sign_in import SignInView


class StaffSignInForm(SignInForm):
    """Answers who is no staff in the words of a wrong password."""

    audience = Door.STAFF


class StaffSignInView(SignInView):
    """The first step at the staff's door; the second is the same for everybody."""

    form_class = StaffSignInForm
    template_name = "staff/sign_in.html"
    success_url = reverse_lazy("staff:board")
    door = "staff_sign_in"


@for_everybody("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask staff for e-mail and password."""
    answer: HttpResponse = StaffSignInView.as_view()(request)
    return answer
