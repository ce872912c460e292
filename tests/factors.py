"""Second factors of invented people, and the codes that their apps would show."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time

from sellers.models import Person
from sellers.services.second_factor import app_row, code_for, codes_row

#: The secret of every app in tests, in base32.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = [f"{number}0001111" for number in range(10)]


def give_second_factor(people: Iterable[Person]) -> None:
    """Give people an app and recovery codes, as if they had set them up."""
    rows = []
    for person in people:
        rows.append(app_row(person_id=person.id, secret=SECRET))
        rows.append(codes_row(person_id=person.id, codes=RECOVERY, kept=True))
    Authenticator.objects.bulk_create(rows)


def totp_code(person: Person) -> str:
    """Return the code that the person's app shows now, forgetting those used before.

    So a test may sign the same person in twice within 30 seconds.
    """
    for row in Authenticator.objects.filter(user=person, type="totp"):
        row.data.pop("last_step", None)
        row.save(update_fields=["data"])
    return app_code(SECRET)


def app_code(secret: str) -> str:
    """Return the code that an app with this secret shows now."""
    steps = list(yield_hotp_counters_from_time())
    return code_for(secret=secret, step=steps[len(steps) // 2])


def give_address(person: Person) -> None:
    """Note the e-mail address as confirmed, as an accepted invitation does."""
    EmailAddress.objects.create(
        user=person, email=person.email, verified=True, primary=True
    )
