"""Going past the rows that resist: a batch that fails is halved until they are found.

For steps that act on many rows in one transaction. What every row would meet, such as
a database that is gone or a keystore that cannot be read, is no row's and is raised.
"""

from collections.abc import Callable, Mapping, Sequence
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

    What resists counts a try of ``step`` (`compliance.services.stuck`); a row that
    passes at last is solved. Raises what `go_past` does.
    """
    done, resisting = go_past(ids=ids, act=act)
    note_tries(step=step, passed=set(ids) - set(resisting), left=resisting, now=now)
    return done, frozenset(resisting)


def go_past(
    *, ids: Sequence[UUID], act: Callable[[Sequence[UUID]], Done]
) -> tuple[list[Done], dict[UUID, str]]:
    """Act on rows; return what each part gave, and the error's class by who resisted.

    Each part is a savepoint, so what resists leaves nothing behind. Raises
    OperationalError, and every refusal of `vault.refusals`, as they come.
    """
    done: list[Done] = []
    resisting = _act_or_halve(ids, act, done)
    return done, {row_id: type(error).__name__ for row_id, error in resisting}


def note_tries(
    *, step: str, passed: set[UUID], left: Mapping[UUID, str], now: datetime
) -> None:
    """Count a try of a step at rows, by why it failed; solve those that it passed."""
    for subject_id, error in left.items():
        note_failure(subject_id=subject_id, step=step, error=error, now=now)
    if healed := passed and passed & failing(step=step):
        solve(step=step, subject_ids=healed, now=now)


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
