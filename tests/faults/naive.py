"""The portal with one protection removed: the record comes after the deletion.

What a plain program would do: read what is due, delete it, then write down that it was
deleted. Nothing is wrong with it, as long as nobody dies in between.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest import mock

from celery.signals import worker_process_init

from compliance.queries.due import due_subjects
from compliance.services import purging
from compliance.services.deleting import DeadRows, delete_rows
from vault.context import SYSTEM, seller_scope
from vault.faults import FaultPoint

_purge_rows = purging._purge_rows


def record_last(
    *, rows: DeadRows, now: datetime, fault: Callable[[FaultPoint], None]
) -> int:
    """Delete a day's rows, then write the record from what was read before."""
    with seller_scope(seller_id=rows.seller_id, actor=SYSTEM):
        known = list(
            due_subjects(
                model=rows.model,
                privacy=rows.privacy,
                seller_id=rows.seller_id,
                day=rows.day,
            )
        )
    delete_rows(rows=rows, now=now, fault=fault)
    fault(FaultPoint.ROWS_DELETED)
    with mock.patch.object(purging, "due_subjects", return_value=known):
        return _purge_rows(rows=rows, now=now, fault=fault)


@worker_process_init.connect
def become_naive(**kwargs: Any) -> None:
    """Take the protection away in each process of a worker."""
    del kwargs
    mock.patch.object(purging, "_purge_rows", record_last).start()
