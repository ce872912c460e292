"""Whether the clock may be trusted with something that cannot be undone.

Too early is as irreversible as too late is unlawful. If the clock stands more than
seven days past the last trusted sweep, destruction waits for a second time source (the
kernel's, kept by a time service; a witness, such as a marketplace's answer) or a
person's word; nothing past its day opens meanwhile.
"""

import ctypes
import ctypes.util
from datetime import UTC, datetime, timedelta
from time import CLOCK_REALTIME, clock_gettime

from compliance.declarations import witnessed
from compliance.models import SweepRun

JUMP = timedelta(days=7)
_AGREES = timedelta(minutes=5)
_TIME_ERROR = 5


def reason_to_wait(*, now: datetime, clock_is_right: bool) -> str:
    """Return why destruction must wait, as a sentence, or an empty text.

    A witness that says another time outweighs the kernel, which may have been told
    the same wrong time as this clock; a person's word outweighs both.
    """
    last = last_trusted_sweep()
    if clock_is_right or last is None or now - last <= JUMP:
        return ""
    told = witnessed()
    contradicted = any(abs(instant - now) > _AGREES for instant in told)
    if not contradicted and (told or kernel_confirms(now=now)):
        return ""
    days = (now - last).days
    why = "another clock contradicts it" if contradicted else "nothing confirms it"
    return (
        f"The clock stands {days} days past the last sweep and {why}; "
        "keys are not destroyed until somebody runs: manage.py purge --clock-is-right"
    )


def last_trusted_sweep() -> datetime | None:
    """Return when a sweep last ran under a trusted clock, in UTC.

    Also one that could not read the keystore: it is the clock that is asked about.
    """
    return (
        SweepRun.objects.filter(doubted=False, ended_at__isnull=False)
        .order_by("-started_at")
        .values_list("started_at", flat=True)
        .first()
    )


def kernel_confirms(*, now: datetime) -> bool:
    """Tell whether the kernel's clock is synchronised and says the same.

    ``adjtimex(2)`` returns TIME_ERROR where no time service keeps the clock.
    """
    kernel = datetime.fromtimestamp(clock_gettime(CLOCK_REALTIME), tz=UTC)
    if abs(kernel - now) > _AGREES:
        return False
    library = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    buffer = ctypes.create_string_buffer(512)
    state = library.adjtimex(buffer)
    return state not in (-1, _TIME_ERROR)
