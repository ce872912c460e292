"""Whether the portal lives, and whether the purge is on time: for whoever watches."""

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from compliance.queries.health import PurgeHealth, purge_health
from compliance.services.guard import reason_to_wait
from sellerportal.direct import DatabaseSilent, direct_connection
from sellers.access import for_everybody
from vault.clock import clock

logger = logging.getLogger(__name__)

_DOWN = 503


@for_everybody("GET")
def liveness(request: HttpRequest) -> HttpResponse:
    """Answer 200 where web and database answer, 503 where the database does not."""
    del request
    if database_answers():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(
        "The database does not answer.\n", content_type="text/plain", status=_DOWN
    )


@for_everybody("GET")
def purge(request: HttpRequest) -> JsonResponse:
    """Answer 503 where the sweep is silent or a purge day is overdue, else 200.

    The facts are counts, instants and yes or no, of no shop and no order. Worker, beat
    and watch are told and alarm nobody by themselves: what they are for is the sweep.
    """
    del request
    now = clock.now()
    facts: dict[str, object] = {"ok": False, "now": now.isoformat(), "database": False}
    if not database_answers():
        return JsonResponse(facts, status=_DOWN)
    try:
        health = purge_health(now=now)
        trusted = not reason_to_wait(now=now, clock_is_right=False)
    except DatabaseError as error:
        logger.warning("health: %s", type(error).__name__)
        return JsonResponse(facts, status=_DOWN)
    facts |= {"database": True, "clock": trusted} | _told(health)
    return JsonResponse(facts, status=200 if health.ok else _DOWN)


def database_answers() -> bool:
    """Ask the database one question, on a connection of its own, for seconds."""
    try:
        with direct_connection() as opened:
            return opened.execute("SELECT 1").fetchone() == (1,)
    except DatabaseSilent as error:
        logger.warning("health: %s", type(error).__name__)
        return False


def _told(health: PurgeHealth) -> dict[str, object]:
    last = health.last_good_sweep
    return {
        "ok": health.ok,
        "last_good_sweep": last.isoformat() if last else None,
        "sweep_ok": health.sweep_ok,
        "overdue": health.overdue,
        "root_turned": health.root_turned,
        "failed": health.failed,
        "worker": health.worker,
        "beat": health.beat,
        "watch": health.watch,
    }
