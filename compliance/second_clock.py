"""The second clock: how long a marketplace's data that is not personal is kept."""

from calendar import monthrange
from datetime import UTC, date, datetime, time

_MONTHS_A_YEAR = 12


def forget_before(*, now: datetime, months: int) -> datetime:
    """Return the instant before which orders were bought that leave now, in UTC.

    The beginning of the UTC day that lies so many calendar months back; where that
    month is shorter, of its last day. Source of 18 months: Amazon's Data Protection
    Policy, retention of data that is not personal.
    """
    today = now.astimezone(UTC).date()
    years, month = divmod(
        today.year * _MONTHS_A_YEAR + today.month - 1 - months, _MONTHS_A_YEAR
    )
    day = min(today.day, monthrange(years, month + 1)[1])
    return datetime.combine(date(years, month + 1, day), time(), tzinfo=UTC)
