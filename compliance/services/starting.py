"""What every start of the portal does first: keystore, days, sweep."""

from datetime import datetime

from django.db import connection

from compliance.services.sweep import SweepResult, sweep
from sellers.queries import all_sellers
from vault.checks import production_settings
from vault.days import open_days
from vault.keys import data_keys
from vault.models import DayState, KeystoreMark, PurgeDay


class KeystoreRefused(Exception):
    """The keystore is missing or another's; nothing was made or changed."""


class StartRefused(Exception):
    """The portal may not start like this; the text says why and what to do."""


def refuse_unsafe_start() -> None:
    """Raise `StartRefused` for a role that row security does not bind, or a setting
    that production must not have.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class "
            "WHERE relowner = r.oid AND relrowsecurity) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
        name, unbound = cursor.fetchone()
    if unbound:
        message = (
            f"The database role {name} is not bound by row security; "
            "set DATABASE_URL to the role sp_app."
        )
        raise StartRefused(message)
    wrong = production_settings()
    if wrong:
        message = " ".join(str(error.msg) for error in wrong)
        raise StartRefused(message)


def prepare_keystore(*, now: datetime) -> bool:
    """Make the keystore on the very first start, else check it; tell if it was made.

    Raises `KeystoreRefused` with one sentence: over existing data no new keys are
    ever made.
    """
    keystore = data_keys().keystore
    mark = KeystoreMark.objects.first()
    if not keystore.exists():
        if mark is not None:
            message = (
                f"The keystore {keystore.folder} is missing, but this database has "
                "data sealed with it; put the folder back from where it was moved, "
                "or set PORTAL_KEYSTORE to it."
            )
            raise KeystoreRefused(message)
        identity, made = keystore.create(), True
    else:
        keystore.recover()
        identity, made = keystore.identity(), False
    if mark is None:
        KeystoreMark.objects.create(identity=identity, made_at=now)
    elif mark.identity != identity:
        message = (
            f"The keystore {keystore.folder} belongs to another database; "
            "set PORTAL_KEYSTORE to the folder of this one."
        )
        raise KeystoreRefused(message)
    _replay_destructions()
    return made


def prepare(*, now: datetime, clock_is_right: bool = False) -> SweepResult:
    """Prepare the keystore, make the days to come, and sweep what is due."""
    refuse_unsafe_start()
    prepare_keystore(now=now)
    open_days(today=now.date())
    return sweep(
        seller_ids=[seller.id for seller in all_sellers()],
        now=now,
        clock_is_right=clock_is_right,
    )


def _replay_destructions() -> None:
    """Destroy again what the database knows to be destroyed.

    An older copy of the keystore folder that was put back would bring dead keys to
    life; the record of their destruction kills them again.
    """
    keystore = data_keys().keystore
    last = (
        PurgeDay.objects.filter(state=DayState.DESTROYED)
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )
    through = keystore.destroyed_through
    if last is not None and (through is None or through < last):
        keystore.destroy_through(last)
