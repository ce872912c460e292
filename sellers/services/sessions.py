"""How long somebody stays signed in, and ending that: here, elsewhere, everywhere.

The instants lie in the session and are the portal's clock's. Idle at most 30 minutes,
15 on a shared computer (DPP 1.1: screens lock after 15), 12 hours in all. A session
without instants is not one of ours and has ended.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase

from sellers.services.second_factor import FactorState

IDLE = timedelta(minutes=30)
IDLE_SHARED = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
#: The last use is written down at most this often.
NOTED_EVERY = timedelta(minutes=1)

#: Where the session remembers what was ticked on the way in.
SHARED = "shared computer"
#: Where the session remembers the address of the sign-in page that was used.
DOOR = "door"
#: Where the session keeps the page that somebody was led away from.
GO_ON = "go on"
_AT = "signed in at"
_SEEN = "last used at"
_FACTOR = "second factor"


class End(StrEnum):
    """Why somebody is not signed in any more."""

    IDLE = "idle"
    SHARED = "shared"
    DAY = "day"
    AWAY = "away"
    OUT = "out"


def open_session(*, session: SessionBase, factor: FactorState, now: datetime) -> None:
    """Begin to count: the person has just signed in."""
    session[_AT] = session[_SEEN] = now.timestamp()
    session[_FACTOR] = factor.value
    session[SHARED] = bool(session.get(SHARED))


def end_of(*, session: SessionBase, now: datetime) -> End | None:
    """Return why the session has ended, or None while it goes on."""
    at, seen = _instant(session, _AT), _instant(session, _SEEN)
    if at is None or seen is None:
        return End.AWAY
    if now - at >= LONGEST:
        return End.DAY
    if session.get(SHARED):
        return End.SHARED if now - seen >= IDLE_SHARED else None
    return End.IDLE if now - seen >= IDLE else None


def note_use(*, session: SessionBase, address: str, now: datetime) -> None:
    """Write down that the session is in use; costs nothing within the same minute."""
    seen = _instant(session, _SEEN)
    if seen is not None and abs(now - seen) < NOTED_EVERY:
        return
    session[_SEEN] = now.timestamp()
    rows = UserSession.objects.filter(session_key=session.session_key)
    rows.update(last_seen_at=now, ip=address)


def factor_state(*, session: SessionBase) -> FactorState:
    """Return what is known of the second factor since the sign-in."""
    return FactorState(session.get(_FACTOR, FactorState.MISSING.value))


def note_factor(*, session: SessionBase, factor: FactorState) -> None:
    """Remember how far the person has come with the second factor."""
    session[_FACTOR] = factor.value


def stamp_row(*, session_key: str, now: datetime) -> None:
    """Put the portal's time on the row that the list of sessions shows."""
    rows = UserSession.objects.filter(session_key=session_key)
    rows.update(created_at=now, last_seen_at=now)


def end_others(*, person_id: UUID, keep: str) -> int:
    """Sign a person out everywhere but in one session; return how many ended."""
    others = UserSession.objects.filter(user_id=person_id).exclude(session_key=keep)
    return _end(list(others))


def end_all(*, person_id: UUID) -> int:
    """Sign a person out everywhere; return how many sessions ended."""
    return _end(list(UserSession.objects.filter(user_id=person_id)))


def end_one(*, person_id: UUID, number: int) -> int:
    """Sign a person out of one session; somebody else's is nobody's."""
    rows = UserSession.objects.filter(user_id=person_id, pk=number)
    return _end(list(rows))


def _end(rows: list[UserSession]) -> int:
    for row in rows:
        row.end()
    return len(rows)


def _instant(session: SessionBase, key: str) -> datetime | None:
    seconds = session.get(key)
    if not isinstance(seconds, int | float):
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)
