"""One round of watching: due keys, the ping, notices and their mails."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse

from compliance.queries.health import purge_health
from compliance.queries.loud import loud_shops
from compliance.queries.notice_facts import World, world_at
from compliance.services.guard import reason_to_wait
from compliance.services.isolation import for_each_shop
from compliance.services.mailing_notices import mail_notices
from compliance.services.noticing import keep_notices
from compliance.services.sweep import sweep_keys_if_due
from sellerportal.watching.ping import PingTarget, ping, ping_target
from sellers.models import Seller
from sellers.queries import all_sellers

logger = logging.getLogger(__name__)

#: Seconds between two rounds.
EVERY = 60.0
#: Whoever comes to a round so much later slept: the machine was suspended.
SLEPT = timedelta(minutes=5)
#: Seconds that a purge day which a session holds open is waited for.
_WAIT = 20


class Rounds:
    """The rounds of one process, one after the other.

    Needs neither queue nor worker: it asks rows, on this process's own connection.
    """

    def __init__(self, *, target: PingTarget | None = None) -> None:
        """Name the switch to ping, if any."""
        self._target = target
        self._last: datetime | None = None
        self._woke_at: datetime | None = None
        self._pinged: datetime | None = None

    @classmethod
    def of_settings(cls) -> "Rounds":
        """Return the rounds that the settings ask for. Raises `PingAddressWrong`."""
        return cls(
            target=ping_target(url=settings.PORTAL_PING_URL, mode=settings.PORTAL_MODE)
        )

    def turn(self, *, now: datetime) -> None:
        """Go one round at ``now`` (UTC). What fails is logged; the next one follows."""
        self._note_sleep(now)
        sweep_keys_if_due(now=now, wait_seconds=_WAIT)
        try:
            # First: a mail server that hangs must not keep the switch waiting.
            self._ping(now)
            self._tell_owners(now)
        except DatabaseError as error:
            logger.warning("watch: %s; the next round follows", type(error).__name__)

    def _note_sleep(self, now: datetime) -> None:
        if self._last is not None and now - self._last > SLEPT:
            self._woke_at = now
        self._last = now

    def _tell_owners(self, now: datetime) -> None:
        world = world_at(
            now=now,
            clock_waits=bool(reason_to_wait(now=now, clock_is_right=False)),
            awake_since=self._woke_at,
        )
        shops = {seller.id: seller for seller in all_sellers()}
        loud = loud_shops(seller_ids=shops, world=world)
        for_each_shop(seller_ids=loud, act=_teller(shops, world), failed=set())

    def _ping(self, now: datetime) -> None:
        """Ping once for each sweep that was good, while the purge is on time."""
        if self._target is None:
            return
        health = purge_health(now=now)
        if not health.ok or health.last_good_sweep == self._pinged:
            return
        if ping(target=self._target):
            self._pinged = health.last_good_sweep


def _teller(shops: dict[UUID, Seller], world: World) -> Callable[[UUID], int]:
    """Return what is done for each shop: its notices, then their mails."""

    def tell(seller_id: UUID) -> int:
        keep_notices(seller_id=seller_id, world=world)
        seller = shops[seller_id]
        return mail_notices(
            seller=seller, address=_exposure_page(seller), now=world.now
        )

    return tell


def _exposure_page(seller: Seller) -> str:
    path = reverse("compliance:exposure", args=[seller.slug])
    return f"{settings.PORTAL_ADDRESS.rstrip('/')}{path}"
