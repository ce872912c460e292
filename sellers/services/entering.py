"""The moment of signing in: what is checked and noted, whichever door it was."""

from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from sellers.models import Person
from sellers.services.second_factor import FactorState, factor_of
from sellers.services.sessions import open_session, stamp_row

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def factor_at_entry(*, request: HttpRequest, person: Person) -> FactorState:
    """Return how far somebody who is about to be let in is with the second factor.

    Raises `PermissionDenied` where there is one and it was not asked for: no door
    leads past it.
    """
    factor = factor_of(person_id=person.id)
    records = get_authentication_records(request, person)
    asked = any(record["method"] == "mfa" for record in records)
    if factor.state is not FactorState.MISSING and not asked:
        raise PermissionDenied
    return factor.state


def enter_as_new(*, request: HttpRequest, person: Person, now: datetime) -> None:
    """Sign in a person whose account was made in this request, by an invitation.

    The session is in the list like any other; the second factor is set up next.
    """
    factor = factor_at_entry(request=request, person=person)
    login(request, person, backend=_BACKEND)
    open_session(session=request.session, factor=factor, now=now)
    UserSession.objects.create_from_request(request)
    stamp_row(session_key=str(request.session.session_key), now=now)
