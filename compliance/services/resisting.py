"""Going past the rows that resist: a batch that fails is halved until they are found.

For steps that act on many rows in one transaction. What every row would meet, such as
a database that is gone or a keystore that cannot be read, is no row's and is raised.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, OperationalError, transaction

from compliance.services.stuck import failing, note_failure, solve

Done = TypeVar("Done")

#: What one row can make a step raise: a constraint, a trigger, a value unforeseen.
ROW_FAILURES = (
    DatabaseError,
    ArithmeticError,
    AttributeError,
    LookupError,
    ObjectDoesNotExist,
    TypeError,
    ValueError,
)


def act_past(
    *,
    ids: Sequence[UUID],
    act: Callable[[Sequence[UUID]], Done],
    step: str,
    now: datetime,
) -> tuple[list[Done], frozenset[UUID]]:
    """Act on rows in the open scope; return what each part gave, and who resisted.

    Each part is a savepoint, so what resists leaves nothing behind. It counts a try of
    ``step`` (`compliance.services.stuck`); a row that passes at last is solved. Raises
    OperationalError, and every refusal of `vault.refusals`, as they come.
    """
    done: list[Done] = []
    resisting = dict(_act_or_halve(ids, act, done))
    for subject_id, error in resisting.items():
        note_failure(
            subject_id=subject_id, step=step, error=type(error).__name__, now=now
        )
    past = set(ids) - set(resisting)
    if healed := past and past & failing(step=step):
        solve(step=step, subject_ids=healed, now=now)
    return done, frozenset(resisting)


def _act_or_halve(
    ids: Sequence[UUID], act: Callable[[Sequence[UUID]], Done], done: list[Done]
) -> list[tuple[UUID, Exception]]:
    """Act on rows; return those that resist, each with its error."""
    if not ids:
        return []
    try:
        with transaction.atomic():
            part = act(ids)
    except OperationalError:
        raise
    except ROW_FAILURES as error:
        if len(ids) == 1:
            return [(ids[0], error)]
        half = len(ids) // 2
        return [
            *_act_or_halve(ids[:half], act, done),
            *_act_or_halve(ids[half:], act, done),
        ]
    done.append(part)
    return []
