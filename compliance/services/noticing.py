"""Opening and closing notices: what must stand is judged, the rows follow."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from compliance.alarms import About, Facts, judge_shop
from compliance.models import Notice, NoticeKind
from compliance.queries.notice_facts import World, shop_facts
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append


class NoticeGone(LookupError):
    """The notice is none of the shop's, or was closed meanwhile."""


class NoticeStands(ValueError):
    """The notice tells of something that is not over, so that nobody can close it."""


def keep_notices(*, seller_id: UUID, world: World) -> bool:
    """Let exactly the notices stand that the facts of a shop ask for.

    Idempotent. False, and nothing done, where somebody else is at it at this moment.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        if not first_at_notices(seller_id=seller_id):
            return False
        wanted = judge_shop(shop_facts(seller_id=seller_id, world=world))
        _settle(seller_id=seller_id, wanted=wanted, now=world.now)
    return True


def close_notice(*, seller_id: UUID, notice_id: UUID, now: datetime) -> Notice:
    """Close the notice of an incident, which nothing but a person can end.

    In the open scope, in the name of who acts there. Raises `NoticeGone`, and
    `NoticeStands` for a notice that closes itself.
    """
    rows = Notice.objects.select_for_update().filter(
        seller_id=seller_id, id=notice_id, closed_at=None
    )
    notice = rows.first()
    if notice is None:
        raise NoticeGone
    if notice.kind != NoticeKind.TEST_BUYER:
        raise NoticeStands
    _close(notice=notice, now=now)
    return notice


def first_at_notices(*, seller_id: UUID) -> bool:
    """Take the turn at a shop's notices until the transaction ends, if it is free.

    Web and watch judge the same shops; nothing is lost where one of them passes over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"notices {seller_id}"],
        )
        return bool(cursor.fetchone()[0])


def _settle(*, seller_id: UUID, wanted: Mapping[About, Facts], now: datetime) -> None:
    standing = {
        (NoticeKind(notice.kind), notice.about): notice
        for notice in Notice.objects.filter(seller_id=seller_id, closed_at=None)
    }
    for about, facts in wanted.items():
        notice = standing.get(about)
        if notice is None:
            _open(seller_id=seller_id, about=about, facts=facts, now=now)
        elif notice.facts != facts:
            notice.facts = dict(facts)
            notice.save(update_fields=["facts"])
    for about, notice in standing.items():
        if about not in wanted:
            _close(notice=notice, now=now)


def _open(*, seller_id: UUID, about: About, facts: Facts, now: datetime) -> None:
    kind, label = about
    notice = Notice.objects.create(
        seller_id=seller_id, kind=kind, about=label, facts=dict(facts), opened_at=now
    )
    append(
        kind=Kind.NOTICE_OPENED_OWNER,
        now=now,
        subject_id=notice.id,
        facts={"notice": kind.value, "about": label},
    )


def _close(*, notice: Notice, now: datetime) -> None:
    notice.closed_at = now
    notice.save(update_fields=["closed_at"])
    append(
        kind=Kind.NOTICE_CLOSED_OWNER,
        now=now,
        subject_id=notice.id,
        facts={"notice": notice.kind, "about": notice.about},
    )
