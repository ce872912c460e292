"""Data keys, derived from the keystore: one for each seller and purge day.

Key = HKDF-SHA256 (RFC 5869) over seller secret and day secret. There is no table of
data keys: destroying a day's secret destroys the keys of that day for all sellers.
"""

from collections import OrderedDict
from datetime import date
from functools import cache
from threading import Lock
from time import monotonic
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from vault.envelope import DataKey
from vault.keystore import (
    FileKeystore,
    KeystoreDamaged,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)
from vault.refusals import KeyDestroyed, KeyLost, OpeningSuspended

#: A derived key is used at most this many seconds without looking again.
CACHE_SECONDS = 60.0
CACHE_SIZE = 2_000


class DataKeys:
    """Derives data keys and remembers them for as long as the keystore is unchanged."""

    def __init__(self, keystore: FileKeystore) -> None:
        """Derive from this keystore."""
        self.keystore = keystore
        self._lock = Lock()
        self._signature: tuple[int, int, int] | None = None
        self._known: OrderedDict[tuple[UUID, date], tuple[float, DataKey]]
        self._known = OrderedDict()

    def data_key(self, *, seller_id: UUID, day: date) -> DataKey:
        """Return the key; raise `KeyDestroyed`, `KeyLost` or `OpeningSuspended`."""
        try:
            return self._look_up(seller_id=seller_id, day=day)
        except SecretDestroyed as error:
            raise KeyDestroyed(str(error)) from None
        except SecretLost as error:
            raise KeyLost(str(error)) from None
        except (KeystoreMissing, KeystoreDamaged, OSError) as error:
            message = "The keystore cannot be read, so nothing can be opened."
            raise OpeningSuspended(message) from error

    def _look_up(self, *, seller_id: UUID, day: date) -> DataKey:
        place, now = (seller_id, day), monotonic()
        signature = self.keystore.signature()
        with self._lock:
            if signature != self._signature:
                self._known.clear()
                self._signature = signature
            known = self._known.get(place)
            if known is not None and now - known[0] < CACHE_SECONDS:
                return known[1]
        key = self._derive(seller_id=seller_id, day=day)
        with self._lock:
            if signature == self._signature:
                self._known[place] = (now, key)
                while len(self._known) > CACHE_SIZE:
                    self._known.popitem(last=False)
        return key

    def _derive(self, *, seller_id: UUID, day: date) -> DataKey:
        secret = self.keystore.seller_secret(seller_id) + self.keystore.day_secret(day)
        info = b"sp1 data" + seller_id.bytes + day.toordinal().to_bytes(4, "big")
        material = HKDF(hashes.SHA256(), 68, salt=None, info=info).derive(secret)
        return DataKey(
            aead=AESGCM(material[:32]), mac=material[32:64], name=material[64:]
        )


@cache
def data_keys() -> DataKeys:
    """Return the data keys of this process."""
    return DataKeys(FileKeystore(settings.PORTAL_KEYSTORE))


def probe_key(*, keystore: FileKeystore, day: date) -> AESGCM:
    """Return the key of a day's probe value, derived from the day's secret alone."""
    material = HKDF(
        hashes.SHA256(), 32, salt=None, info=b"sp1 probe" + day.isoformat().encode()
    )
    return AESGCM(material.derive(keystore.day_secret(day)))
