"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

#: What browsers call themselves, in the order in which it must be looked for.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session: number, device in words, address, when, and if it is this one."""

    number: int
    device: str
    address: str
    since: datetime
    seen: datetime
    current: bool


def places_signed_in(
    *, person_id: UUID, current_key: str, idle_since: datetime, begun_since: datetime
) -> list[SignedIn]:
    """Return a person's sessions that still go on, this one first, then by last use.

    Those last used before ``idle_since`` or begun before ``begun_since`` have ended,
    even if nobody has come back to be told.
    """
    rows = UserSession.objects.filter(
        user_id=person_id, last_seen_at__gt=idle_since, created_at__gt=begun_since
    )
    found = [
        SignedIn(
            number=row.pk,
            device=device_words(agent=row.user_agent),
            address=row.ip,
            since=row.created_at,
            seen=row.last_seen_at,
            current=row.session_key == current_key,
        )
        for row in rows.order_by("-last_seen_at", "-id")
        if row.exists()
    ]
    return sorted(found, key=lambda place: not place.current)


def device_words(*, agent: str) -> str:
    """Return a browser and a system in words, from what the browser calls itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
