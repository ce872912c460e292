"""Purge days: making them, holding them open, destroying their keys.

The protocol: a sealer holds the day's row FOR SHARE until commit; the destroyer takes
it FOR UPDATE, marks it closing and commits; the keystore destroys the secret; the row
is marked destroyed. A crash between any two steps is repaired by the next sweep.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from vault.clock import clock
from vault.faults import FaultPoint, no_fault
from vault.keys import DataKeys, data_keys, probe_key
from vault.keystore import SecretDestroyed, SecretLost
from vault.models import DayState, PurgeDay
from vault.refusals import KeyDestroyed, PastItsDay

#: Days are made this far ahead: no order's day lies further (purchase + 60 days).
DAYS_AHEAD = 63
_HOLDERS = 5_301
#: What a statement fails with that waited for a lock, not for want of anything else.
_HELD_UP = (LockNotAvailable, DeadlockDetected)
_PROBE = b"this opens while the key of the day exists"


class DayTooFar(ValueError):
    """A purge day further ahead than the ceiling of any policy allows."""


class DayBusy(RuntimeError):
    """A day could not be closed, as a rule because a session holds it open."""


_held: ContextVar[frozenset[date]] = ContextVar("held_days", default=frozenset())


class DayNotBegun(ValueError):
    """A day that lies ahead was to be destroyed."""


class ProbeStillOpens(RuntimeError):
    """A day's probe opened after the destruction of its key: the sweep stops."""


def open_days(*, today: date, ahead: int = DAYS_AHEAD) -> None:
    """Make the rows and secrets of the days to come, so that sealing need not."""
    wanted = {today + timedelta(days=n) for n in range(1, ahead + 1)}
    there = set(PurgeDay.objects.filter(day__in=wanted).values_list("day", flat=True))
    _make_days(sorted(wanted - there))


def hold_days(days: Iterable[date]) -> None:
    """Hold days open until the transaction ends, so that their keys outlive it.

    Raises `PastItsDay` for a day that has begun and `KeyDestroyed` for one that is
    closing or destroyed.
    """
    wanted = sorted(set(days))
    if not wanted:
        return
    if wanted[0] <= clock.today():
        message = f"Nothing is sealed for {wanted[0]}: that purge day has begun."
        raise PastItsDay(message)
    if wanted[-1] > clock.today() + timedelta(days=DAYS_AHEAD):
        message = f"{wanted[-1]} lies further ahead than any purge day can."
        raise DayTooFar(message)
    states = _lock_for_share(wanted)
    missing = [day for day in wanted if day not in states]
    if missing:
        _make_days(missing)
        states |= _lock_for_share(missing)
    closed = [day for day in wanted if states.get(day) != DayState.OPEN]
    if closed:
        message = f"The key of {closed[0]} is being destroyed; nothing more is sealed."
        raise KeyDestroyed(message)


@contextmanager
def days_held(days: Iterable[date]) -> Iterator[None]:
    """Hold days once for many rows: inside, sealing does not ask for each row."""
    wanted = frozenset(days)
    hold_days(wanted - _held.get())
    token = _held.set(_held.get() | wanted)
    try:
        yield
    finally:
        _held.reset(token)


def gone_through(*, today: date) -> date:
    """Return the last UTC day that nothing is sealed for any more.

    ``today``, the clock's day, or the keystore's mark, whichever is latest: a day
    whose key is destroyed stays past where a clock was turned back, and an import
    that began before midnight. Ask after the rows were read: the key goes before
    they do.
    """
    through = data_keys().keystore.destroyed_through
    return max(today, clock.today(), through or today)


def hold_day(day: date) -> None:
    """Hold one day, unless `days_held` holds it already."""
    if day not in _held.get():
        hold_days([day])


def renew_probe(day: date) -> None:
    """Make the probe of a day anew, after its secret was lost and made again."""
    PurgeDay.objects.filter(day=day).update(
        probe=_probe(day), fingerprint=data_keys().keystore.fingerprint(day)
    )


def due_days(*, today: date) -> list[date]:
    """Return the days whose keys must go: begun, and not yet destroyed."""
    rows = PurgeDay.objects.filter(day__lte=today).exclude(state=DayState.DESTROYED)
    return list(rows.order_by("day").values_list("day", flat=True))


def destroy_day(
    *,
    day: date,
    now: datetime,
    keys: DataKeys | None = None,
    fault: Callable[[FaultPoint], None] = no_fault,
    wait_seconds: int = 60,
) -> bool:
    """Destroy the key of a day that has begun; tell whether it was still there.

    Raises `DayNotBegun` for a day after ``now``: its key is needed.
    Waits for those who hold the day open; after ``wait_seconds`` it ends the sessions
    that stand in its way and raises `DayBusy`, so that the next sweep gets through.
    Idempotent and killable at any step.
    """
    if day > now.date():
        message = f"The purge day {day} has not begun; its key stays."
        raise DayNotBegun(message)
    keystore = (keys or data_keys()).keystore
    if not _close(day=day, now=now, wait_seconds=wait_seconds):
        return False
    fault(FaultPoint.DAY_CLOSING)
    keystore.destroy_through(day)
    fault(FaultPoint.DAY_KEY_DESTROYED)
    if probe_opens(day=day, keys=keys):
        message = f"The probe of {day} still opens after its key was destroyed."
        raise ProbeStillOpens(message)
    fault(FaultPoint.DAY_PROBED)
    PurgeDay.objects.filter(day=day).update(
        state=DayState.DESTROYED, destroyed_at=now, probe_dead_at=now
    )
    fault(FaultPoint.DAY_MARKED)
    return True


def _close(*, day: date, now: datetime, wait_seconds: int) -> bool:
    """Mark a day as closing; tell whether its key is still to be destroyed."""
    try:
        with transaction.atomic():
            _limit_wait(wait_seconds)
            row = PurgeDay.objects.select_for_update().get(day=day)
            if row.state == DayState.DESTROYED:
                return False
            PurgeDay.objects.filter(day=day).update(
                state=DayState.CLOSING, closing_at=row.closing_at or now
            )
    except OperationalError as error:
        if not isinstance(error.__cause__, _HELD_UP):
            message = f"The purge day {day} could not be closed; the next sweep tries."
            connection.ensure_connection()  # where the database is gone, say that
            raise DayBusy(message) from error
        ended = _end_holders(day=day, older_than_seconds=wait_seconds)
        named = "".join(f"; {each}" for each in ended)
        message = (
            f"The purge day {day} was held open by another session; "
            f"sessions ended so that the next sweep gets through: {len(ended)}{named}."
        )
        raise DayBusy(message) from error
    return True


def _limit_wait(seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), "
            "set_config('statement_timeout', '0', true)",
            [f"{seconds}s"],
        )


def _end_holders(*, day: date, older_than_seconds: int) -> list[str]:
    """End old transactions that hold this very day; return a name for each.

    Also one that holds rows of the days without saying which, as a destroyer does
    that was stopped halfway: it holds up every day. Named by process and beginning.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH held AS (SELECT pid, bool_or(locktype = 'advisory') AS says, "
            "bool_or(locktype = 'advisory' AND objid::int = %s::date - "
            "date '2000-01-01') AS this FROM pg_locks WHERE granted AND "
            "((locktype = 'advisory' AND classid::int = %s) OR (locktype = 'relation' "
            "AND relation = 'vault_purgeday'::regclass AND database = (SELECT oid FROM "
            "pg_database WHERE datname = current_database()) "
            "AND mode IN ('RowShareLock', 'RowExclusiveLock'))) GROUP BY pid) "
            "SELECT pid, to_char(xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS'), "
            "pg_terminate_backend(pid) FROM pg_stat_activity JOIN held USING (pid) "
            "WHERE usename = current_user AND pid <> pg_backend_pid() "
            "AND datname = current_database() AND (this OR "
            "(NOT says AND wait_event_type IS DISTINCT FROM 'Lock')) "
            "AND extract(epoch FROM clock_timestamp() - xact_start) > %s",
            [day, _HOLDERS, older_than_seconds],
        )
        return [f"session {pid}, since {begun} UTC" for pid, begun, _ in cursor]


def probe_opens(*, day: date, keys: DataKeys | None = None) -> bool:
    """Tell whether a day's probe still opens, that is, whether its key exists."""
    keystore = (keys or data_keys()).keystore
    probe = bytes(PurgeDay.objects.values_list("probe", flat=True).get(day=day))
    try:
        key = probe_key(keystore=keystore, day=day)
        key.decrypt(probe[:12], probe[12:], day.isoformat().encode())
    except (SecretDestroyed, SecretLost, InvalidTag):
        return False
    return True


def _lock_for_share(days: list[date]) -> dict[date, str]:
    """Return the states of days, each locked FOR SHARE in the order of days."""
    rows = PurgeDay.objects.raw(
        # The advisory lock says which session holds which day; row locks cannot.
        "SELECT day, state, pg_advisory_xact_lock_shared(%s, day - date '2000-01-01') "
        "FROM (SELECT day, state FROM vault_purgeday WHERE day = ANY(%s) "
        "ORDER BY day FOR SHARE) AS held",
        [_HOLDERS, days],
    )
    return {row.day: row.state for row in rows}


def _make_days(days: list[date]) -> None:
    keystore = data_keys().keystore
    through = keystore.destroyed_through
    days = [day for day in days if through is None or day > through]
    if not days:
        return
    keystore.mint_days(days)
    rows = [
        PurgeDay(day=day, probe=_probe(day), fingerprint=keystore.fingerprint(day))
        for day in days
    ]
    PurgeDay.objects.bulk_create(rows, ignore_conflicts=True)


def _probe(day: date) -> bytes:
    nonce = os.urandom(12)
    key = probe_key(keystore=data_keys().keystore, day=day)
    return nonce + key.encrypt(nonce, _PROBE, day.isoformat().encode())
