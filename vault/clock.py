"""The one clock of the portal: every instant and every day comes from here."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Self

#: Modes in which PORTAL_CLOCK is obeyed; nowhere else.
MOVABLE_MODES = frozenset({"demo", "test"})

_OFFSET = re.compile(r"^([+-])(\d+)([dhms])$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class ClockSettingWrong(ValueError):
    """PORTAL_CLOCK is neither an offset such as ``+120d`` nor an instant."""


class Clock:
    """Tells the time in UTC; in demo and test mode it can be moved.

    ``mode`` is the portal's mode; ``setting`` is the text of ``PORTAL_CLOCK``.
    """

    def __init__(self, *, mode: str, setting: str = "") -> None:
        """Read the setting; raise `ClockSettingWrong` where it makes no sense."""
        self._offset = timedelta()
        self._fixed: datetime | None = None
        self._movable = mode in MOVABLE_MODES
        self._unread = ""
        if setting and self._movable:
            self.move(setting)

    @classmethod
    def of_environment(cls) -> Self:
        """Return the clock of this process; its setting is read at the first use.

        So an import does not fail, and the launcher says what is wrong in a sentence.
        """
        made = cls(mode=os.environ.get("PORTAL_MODE", "demo"))
        if made._movable:
            made._unread = os.environ.get("PORTAL_CLOCK", "")
        return made

    def obey_setting(self) -> None:
        """Read the setting if it is still unread; raise `ClockSettingWrong`."""
        if self._unread:
            self.move(self._unread)

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        self.obey_setting()
        if self._fixed is not None:
            return self._fixed
        return datetime.now(tz=UTC) + self._offset

    def today(self) -> date:
        """Return the present day in UTC: the day that purge days are counted in."""
        return self.now().date()

    @contextmanager
    def standing_at(self, instant: datetime) -> Iterator[None]:
        """Stand at an instant for a block; for the demo's story and for tests."""
        self._refuse_in_production()
        self.obey_setting()
        before = (self._fixed, self._offset)
        self._fixed, self._offset = instant.astimezone(UTC), timedelta()
        try:
            yield
        finally:
            self._fixed, self._offset = before

    def move(self, setting: str) -> None:
        """Move by an offset (``+120d``, ``-3h``) or stand at an ISO 8601 instant."""
        self._refuse_in_production()
        try:
            self._fixed, self._offset = _read(setting.strip())
        except (ValueError, OverflowError) as error:
            message = f"PORTAL_CLOCK is {setting!r}; write +120d or 2026-12-24T09:00Z."
            raise ClockSettingWrong(message) from error
        self._unread = ""

    def _refuse_in_production(self) -> None:
        if not self._movable:
            message = "The clock is moved in demo and test mode only."
            raise ClockSettingWrong(message)


def _read(setting: str) -> tuple[datetime | None, timedelta]:
    match = _OFFSET.match(setting)
    if match:
        sign, number, unit = match.groups()
        step = timedelta(**{_UNITS[unit]: int(number)})
        return None, step if sign == "+" else -step
    instant = datetime.fromisoformat(setting)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC), timedelta()


clock = Clock.of_environment()
