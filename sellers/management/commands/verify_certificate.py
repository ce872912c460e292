"""Verify a certificate of deletion, without keystore and database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sellers.services.deletion_document import NoCertificate, checked_certificate
from vault.signing import SignatureWrong


class Command(BaseCommand):
    """``manage.py verify_certificate FILE [--key HEX]``; status 1 where it fails."""

    help = "Tell whether a certificate of deletion is whole, and whose key signed it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and the key that it should be signed with."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", default="", help="the portal's public key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the signature, and print what the certificate says."""
        del args
        path: Path = options["file"]
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"{path} cannot be read; name the file that was downloaded."
            raise CommandError(message) from error
        try:
            said, key = checked_certificate(text=text)
        except NoCertificate as error:
            raise CommandError(str(error)) from error
        except SignatureWrong as error:
            message = f"Do not trust this certificate. {error}"
            raise CommandError(message) from error
        wanted = options["key"].strip().lower()
        if wanted and wanted != key:
            message = f"Another key signed this certificate: {key}."
            raise CommandError(message)
        rows = sum(said["deleted_rows"].values())
        last = said["last_day_key_dies_on"] or "no day: nothing was sealed"
        self.stdout.write(
            f"{said['shop']['name']} left on {said['deleted_at']}: {rows} rows of "
            f"{len(said['deleted_rows'])} tables deleted; the last day key dies on "
            f"{last}."
        )
        self.stdout.write(
            f"Log: {said['log_entries']} entries, {said['log_last_hash']}"
        )
        self.stdout.write(f"Signed with the key {key}")
        if not wanted:
            self.stdout.write(
                "Compare this key with the one that the portal shows under "
                "Shops that left."
            )
