"""The second clock: how long a marketplace's data that is not personal is kept."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

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


def leaves_on(*, bought_at: datetime, months: int) -> date:
    """Return the first UTC day on which an order bought then has left its edge behind.

    The inverse of `forget_before`: a day that a shorter month does not have is the
    first of the next one.
    """
    edge = bought_at.astimezone(UTC).date() + timedelta(days=1)
    years, month = divmod(
        edge.year * _MONTHS_A_YEAR + edge.month - 1 + months, _MONTHS_A_YEAR
    )
    if edge.day <= monthrange(years, month + 1)[1]:
        return date(years, month + 1, edge.day)
    years, month = divmod(years * _MONTHS_A_YEAR + month + 1, _MONTHS_A_YEAR)
    return date(years, month + 1, 1)
