"""Open a shop and print the invitation link for its owner."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from sellers.services.onboarding import INVITATION_DAYS, create_shop
from vault.clock import clock

#: Characters, as the columns of `sellers.models` have them.
NAME_LENGTH, EMAIL_LENGTH = 120, 254


class Command(BaseCommand):
    """``manage.py create_shop NAME --owner EMAIL``."""

    help = "Open a shop and print the invitation link for its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop's name and the owner's address."""
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--time-zone", default="UTC")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the shop."""
        del args
        name = options["name"].strip()
        _check(name=name, owner=options["owner"], time_zone=options["time_zone"])
        seller, token = create_shop(
            name=name,
            owner_email=options["owner"],
            now=clock.now(),
            time_zone=options["time_zone"],
        )
        link = settings.PORTAL_ADDRESS + reverse("sellers:invitation", args=[token])
        self.stdout.write(f"Shop {seller.slug} is open.")
        self.stdout.write(f"Invitation for its owner, {INVITATION_DAYS} days: {link}")
        if not (settings.PORTAL_VAR / "run" / "portal.url").exists():
            self.stdout.write(
                "Start the portal first (make up): the link works while it runs."
            )


def _check(*, name: str, owner: str, time_zone: str) -> None:
    """Raise `CommandError` for what the shop cannot have."""
    if not name:
        message = "The shop needs a name: manage.py create_shop NAME --owner EMAIL."
        raise CommandError(message)
    if len(name) > NAME_LENGTH:
        message = f"The name is longer than {NAME_LENGTH} characters; shorten it."
        raise CommandError(message)
    if len(owner) > EMAIL_LENGTH:
        message = f"--owner is longer than {EMAIL_LENGTH} characters; shorten it."
        raise CommandError(message)
    try:
        validate_email(owner)
    except ValidationError as error:
        message = "--owner is not an e-mail address; write name@domain."
        raise CommandError(message) from error
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "--time-zone is unknown; write for example Europe/Berlin."
        raise CommandError(message) from error
