"""Which shops have anything to be told of: one statement, however many are quiet."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from django.db.models import QuerySet
from psycopg import ClientCursor

from compliance.alarms import AHEAD, Off, ShopFacts, judge_shop
from compliance.models import Notice, PolicyChange
from compliance.policies import policies
from compliance.queries.alarm_rows import (
    ending_certificates,
    incident_rows,
    left_out_rows,
    past_limit_rows,
)
from compliance.queries.held import ending_holds, rules_to_review
from compliance.queries.notice_facts import World
from vault.context import ASKED, sellers_where

logger = logging.getLogger(__name__)


def loud_shops(*, seller_ids: Iterable[UUID], world: World) -> list[UUID]:
    """Return the shops whose notices are to be judged; of the others none can change.

    All of them where the world alone alarms, such as a sweep that is silent. Else those
    in which a notice stands, or that have a row of `compliance.queries.alarm_rows`.
    More than those that have a notice, never less: all of them, too, where the question
    fails at one. Raises `OperationalError` where the database is gone.
    """
    sellers = list(seller_ids)
    if _alarms(world):
        return sellers
    try:
        return sellers_where(seller_ids=sellers, question=_question(world))
    except OperationalError:
        raise
    except DatabaseError as error:
        logger.warning("watch: %s; every shop is looked at", type(error).__name__)
        return sellers


def _alarms(world: World) -> bool:
    """Tell whether what is the same for every shop asks for a notice by itself."""
    gap = world.gap
    margin = min(policy.margin_days for policy in policies().values())
    facts = ShopFacts(
        now=world.now,
        has_buyers=True,
        last_good_sweep=world.last_good_sweep,
        awake_since=world.awake_since,
        clock_waits=world.clock_waits,
        unturned=world.unturned,
        off=Off(gap.ended_at, gap.length, margin) if gap else None,
    )
    return bool(judge_shop(facts))


def _question(world: World) -> str:
    """Return the question to one seller as SQL that gives one boolean."""
    asked = " OR ".join(f"EXISTS ({_sql(rows)})" for rows in _rows(world))
    return f"SELECT {asked}"


def _rows(world: World) -> Iterator[QuerySet[Any]]:
    today = world.now.date()
    yield Notice.objects.filter(seller_id=ASKED, closed_at=None)
    yield from past_limit_rows(seller_id=ASKED, today=today)
    yield ending_holds(seller_id=ASKED, today=today, days=AHEAD.days)
    yield rules_to_review(seller_id=ASKED, today=today + AHEAD)
    yield ending_certificates(seller_id=ASKED, now=world.now)
    yield left_out_rows(seller_id=ASKED)
    yield from incident_rows(seller_id=ASKED)
    if world.gap is not None:
        # A margin of the shop's own that is shorter than the time off.
        days = world.gap.length // timedelta(days=1)
        yield PolicyChange.objects.filter(seller_id=ASKED, margin_days__lte=days)


def _sql(rows: QuerySet[Any]) -> str:
    """Return a query with its values in it, quoted as PostgreSQL wants them."""
    sql, values = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        return ClientCursor(cursor.connection).mogrify(sql, values)
