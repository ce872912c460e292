"""manage.py create_staff EMAIL NAME: make somebody staff of the operator."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from sellers.models import Person, StaffRole
from sellers.services.staffing import (
    NoSuchStaff,
    StaffAlready,
    WorksInShop,
    appoint_staff,
    end_staff,
)
from vault.clock import clock


class Command(BaseCommand):
    """Appoints, and prints the one-time link with which the password is set."""

    help = "Make somebody staff of the operator, or end that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, the name and the role."""
        parser.add_argument("email")
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument(
            "--role", choices=StaffRole.values, default=StaffRole.SUPPORT.value
        )
        parser.add_argument("--end", action="store_true", help="end it instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint or end, and say so."""
        del args
        email = str(options["email"])
        if options["end"]:
            self._end(email)
        else:
            self._appoint(email, str(options["name"]), StaffRole(options["role"]))

    def _end(self, email: str) -> None:
        try:
            place = end_staff(email=email, now=clock.now())
        except NoSuchStaff as error:
            message = f"Nobody on the staff has the address {email}."
            raise CommandError(message) from error
        self.stdout.write(f"{place.person.name} is staff no more, and signed out.")

    def _appoint(self, email: str, name: str, role: StaffRole) -> None:
        if not name.strip():
            message = "Give a name: manage.py create_staff EMAIL NAME"
            raise CommandError(message)
        try:
            place = appoint_staff(
                email=email, name=name.strip(), role=role, now=clock.now()
            )
        except WorksInShop as error:
            message = f"{email} works in a shop; staff need an address of their own."
            raise CommandError(message) from error
        except StaffAlready as error:
            message = f"{email} is staff already; --end ends that."
            raise CommandError(message) from error
        person = Person.objects.get(id=place.person_id)
        self.stdout.write(f"{person.name} is staff with the role {role.label}.")
        if not person.has_usable_password():
            self.stdout.write("The password is set here, once:")
            self.stdout.write(_link(person))
        sign_in = reverse("staff_sign_in")
        self.stdout.write(f"Sign-in: {settings.PORTAL_ADDRESS}{sign_in}")


def _link(person: Person) -> str:
    key = default_token_generator.make_token(person)
    number = user_pk_to_url_str(person)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": number, "key": key}
    )
    return f"{settings.PORTAL_ADDRESS}{path}"
