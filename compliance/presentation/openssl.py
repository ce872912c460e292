"""The commands of the set-up page; a test runs them as they stand there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commands:
    """What a person types where the key is: openssl, version 1.1.1 or later."""

    make: str
    open: str
    digest: str
    compare: str


def commands_for(*, shop: str) -> Commands:
    """Return the commands for a shop, by its slug."""
    item = "H-0001-1a2b3c4d.p7m"
    return Commands(
        make=(
            "openssl req -x509 -newkey rsa:3072 -days 3650 -keyout hold.key "
            f'-out hold.crt -subj "/CN=Holds of {shop}"'
        ),
        open=(
            f"openssl cms -decrypt -binary -inform DER -in {item} -recip hold.crt "
            "-inkey hold.key -out H-0001.json"
        ),
        digest=f"openssl dgst -sha256 {item}",
        compare="openssl x509 -in hold.crt -noout -fingerprint -sha256",
    )
