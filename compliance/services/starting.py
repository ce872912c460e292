"""What every start of the portal does first: keystore, days, sweep."""

import logging
from datetime import datetime

from django.db import connection

from compliance.services.sweep import SweepResult, sweep
from sellers.queries import all_sellers
from sellers.services.onboarding import renew_roles
from vault.checks import production_settings
from vault.context import SYSTEM, seller_scope
from vault.custody import prepare_keystore, replay_closings
from vault.days import open_days

logger = logging.getLogger(__name__)


class StartRefused(Exception):
    """The portal may not start like this; the text says why and what to do."""


def refuse_unsafe_start() -> None:
    """Refuse a role that row security does not bind, and unsafe production settings.

    Raises `StartRefused`.
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


def prepare(*, now: datetime, clock_is_right: bool = False) -> SweepResult:
    """Prepare the keystore, make the days to come, and sweep what is due."""
    refuse_unsafe_start()
    prepare_keystore(now=now)
    closed = [s.id for s in all_sellers(with_closed=True) if s.closed_at is not None]
    try:
        replay_closings(seller_ids=closed)
        open_days(today=now.date())
    except OSError as error:
        logger.warning("start: the keystore was not written: %s", error)
    for seller in all_sellers():
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            renew_roles(seller=seller)
    return sweep(
        seller_ids=[seller.id for seller in all_sellers()],
        now=now,
        clock_is_right=clock_is_right,
    )
