"""Closing an invented person's account for good, with everything that signs it in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from sellers.models import FormerPassword, Person, StaffMember

#: A name that nobody can register (RFC 2606, section 2).
NOWHERE = "left.invalid"
#: The end of every invented address (RFC 2606, section 2).
INVENTED = ".example"
FORMER_NAME = "Demo account"


def close_account(*, person: Person) -> None:
    """Close an account: no name, no address, no password, no session is left of it.

    The row stays, because the log speaks of its id. The new password ends the
    sessions that nobody listed too, since each bears a hash of the old one.
    """
    EmailAddress.objects.filter(user_id=person.id).delete()
    Authenticator.objects.filter(user_id=person.id).delete()
    FormerPassword.objects.filter(person_id=person.id).delete()
    listed = UserSession.objects.filter(user_id=person.id)
    Session.objects.filter(
        session_key__in=list(listed.values_list("session_key", flat=True))
    ).delete()
    listed.delete()
    person.groups.clear()
    person.is_active = False
    person.name = FORMER_NAME
    person.email = f"{person.id.hex}@{NOWHERE}"
    person.set_unusable_password()
    person.save(update_fields=["is_active", "name", "email", "password"])


def forget_password(*, person: Person) -> None:
    """Take the password that stood in the demo's list from somebody who stays.

    A new one comes by the link of a mail. Sessions end, each bears the old one's hash.
    """
    person.set_unusable_password()
    person.save(update_fields=["password"])


def is_invented_address(*, email: str) -> bool:
    """Tell whether an address is one of the demo's: no real one can end like it."""
    return email.endswith(INVENTED)


def invented_staff() -> list[Person]:
    """Return the staff whom the demo invented."""
    staff = StaffMember.objects.filter(person__email__endswith=INVENTED)
    return [member.person for member in staff.select_related("person")]
