"""The certificate of deletion as a document: what it says, and whether it is whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sellers.models import Seller
from vault.ledger import LedgerState
from vault.signing import (
    ALGORITHM,
    Signature,
    check_signature,
    keystore_epoch,
    sign,
)

KIND = "seller-portal deletion certificate"
VERSION = 1
#: What no portal can delete, or has to keep; said in every certificate.
NOT_COVERED = (
    "Copies outside this portal: what people downloaded, and the marketplace's own.",
    "Copies of the database made before: the secret that sealed their buyers is gone.",
    "The name of the shop, and the accounts of the people who worked in it.",
    "The log of the shop: it holds ids, counts and days, and no personal data.",
)


class NoCertificate(ValueError):
    """The file is no certificate of deletion, in one sentence for people."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the certificate states of one shop. Instants and days are in UTC."""

    asked_at: datetime
    deleted_at: datetime
    counts: Mapping[str, int]
    last_key_on: date | None
    log: LedgerState


def signed_certificate(*, seller: Seller, facts: Facts) -> str:
    """Return the certificate of a shop as JSON, signed with the portal's key.

    Raises `vault.refusals.OpeningSuspended` where the keystore cannot be read.
    """
    last = facts.last_key_on
    document = {
        "kind": KIND,
        "version": VERSION,
        "shop": {"id": str(seller.id), "name": seller.name},
        "asked_at": _instant(facts.asked_at),
        "deleted_at": _instant(facts.deleted_at),
        "deleted_rows": dict(sorted(facts.counts.items())),
        "secret_of_the_shop": "destroyed",
        "keystore_epoch": keystore_epoch(),
        "last_day_key_dies_on": "" if last is None else last.isoformat(),
        "log_entries": facts.log.chained,
        "log_last_hash": facts.log.head,
        "not_covered": list(NOT_COVERED),
    }
    signature = sign(document)
    whole = {
        "certificate": document,
        "signature": {
            "algorithm": ALGORITHM,
            "public_key": signature.public_key,
            "value": signature.value,
        },
    }
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def checked_certificate(*, text: str) -> tuple[dict[str, Any], str]:
    """Return what a certificate says, and the public key that signed it.

    Raises `NoCertificate` for any other text, `vault.signing.SignatureWrong` for an
    altered one.
    """
    try:
        whole = json.loads(text)
        document, signed = whole["certificate"], whole["signature"]
        kind, version = document["kind"], document["version"]
        signature = Signature(str(signed["public_key"]), str(signed["value"]))
        algorithm = signed["algorithm"]
    except (ValueError, KeyError, TypeError) as error:
        message = "This file is no certificate of deletion; use it as downloaded."
        raise NoCertificate(message) from error
    if (kind, version, algorithm) != (KIND, VERSION, ALGORITHM):
        message = "This certificate is of a kind that this portal does not know."
        raise NoCertificate(message)
    check_signature(document, signature)
    return dict(document), signature.public_key


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
