"""Why a sealed value is not opened: each reason is an error of its own."""


class OpeningRefused(Exception):
    """A sealed value was not opened. The text never holds anything of the value."""


class NoContext(OpeningRefused):
    """Asked for outside a seller scope or without a purpose."""


class OtherSeller(OpeningRefused):
    """Sealed for another seller than the one whose scope is open."""


class Tampered(OpeningRefused):
    """The stored bytes are not what was sealed for this row and field."""


class PastItsDay(OpeningRefused):
    """The purge day has begun: the portal opens the value no more."""


class KeyDestroyed(OpeningRefused):
    """The key was destroyed, and the destruction is on record."""


class KeyLost(OpeningRefused):
    """The key is gone without a record of its destruction: lost, not purged."""


class OpeningSuspended(OpeningRefused):
    """The keystore itself cannot be read at present."""


class OpeningStopped(OpeningRefused):
    """Staff suspended the opening of this seller's buyer data."""


class KeystoreRefused(Exception):
    """The keystore is missing or another's; nothing was made or changed."""


class PlaintextRefused(TypeError):
    """Text on its way to the database without being sealed."""
