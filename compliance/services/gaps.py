"""Times at which no process of the portal lived, written by the first to come back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from vault.rows import new_id

#: Silence of this length is a gap. Worker and beat write every 10 seconds, and a
#: sweep runs every 5 minutes, so nothing that lives is silent for so long.
GAP_AFTER = timedelta(minutes=30)

# Also sent by the heartbeat, on its own connection and before Django has its models:
# whoever comes back first must look before it overwrites the last sign of life. Signs
# from a time to come, of a clock that was turned back, are none.
NOTE_GAP = """
    INSERT INTO compliance_machinegap (id, began_at, ended_at)
    SELECT %(id)s, last, %(now)s FROM (SELECT greatest(
        (SELECT max(at) FROM compliance_heartbeat WHERE at <= %(now)s),
        (SELECT max(started_at) FROM compliance_sweeprun WHERE started_at <= %(now)s),
        (SELECT max(ended_at) FROM compliance_machinegap WHERE ended_at <= %(now)s)
    ) AS last) AS signs
    WHERE last < %(now)s - %(after)s
    ON CONFLICT (began_at) DO NOTHING
"""


def gap_values(*, now: datetime) -> dict[str, Any]:
    """Return what `NOTE_GAP` asks for; ``now`` is in UTC."""
    return {"id": new_id(), "now": now, "after": GAP_AFTER}


def note_gap(*, now: datetime) -> None:
    """Write down that nobody lived until ``now`` (UTC), if that was long; once."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_GAP, gap_values(now=now))
