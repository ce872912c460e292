"""Chaining a whole log in parts that commit, so that a long one holds nothing long."""

from uuid import UUID

from vault.context import Actor, seller_scope
from vault.ledger import sequence

#: Entries chained in one transaction.
A_COMMIT = 20_000


def chain_log(*, seller_id: UUID, actor: Actor) -> int:
    """Chain what waits in a seller's log; return how many entries.

    Opens a scope for each part: must not be called within one. Killed at any moment,
    what was committed stays chained and the next call goes on.
    """
    done = 0
    while True:
        with seller_scope(seller_id=seller_id, actor=actor):
            part = sequence(at_most=A_COMMIT)
        done += part
        if part < A_COMMIT:
            return done
