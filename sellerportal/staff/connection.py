"""Whether the present code runs for staff, and so on the staff's own connection.

Staff pages connect as ``sp_staff``, which has no grant on a table with buyers. Inside
`as_staff` the router sends every query of the ORM there; code that takes the plain
``connection`` would still be on the portal's own one, and must not be called here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

#: The connection of `sp_staff` in the settings.
STAFF = "staff"

_on_staff: ContextVar[bool] = ContextVar("on_staff", default=False)


def on_staff() -> bool:
    """Tell whether queries go to the staff's connection."""
    return _on_staff.get()


@contextmanager
def as_staff() -> Iterator[None]:
    """Open a transaction as ``sp_staff`` and send every query there."""
    with transaction.atomic(using=STAFF), _routed(to_staff=True):
        yield


@contextmanager
def as_portal() -> Iterator[None]:
    """Leave the staff's connection for a block: what belongs to signing in alone."""
    with _routed(to_staff=False):
        yield


@contextmanager
def _routed(*, to_staff: bool) -> Iterator[None]:
    token = _on_staff.set(to_staff)
    try:
        yield
    finally:
        _on_staff.reset(token)
