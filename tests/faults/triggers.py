"""Statements that fail: a trigger of the owner's raises what the disk would."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import bed

DISK_FULL = "53100"
BROKEN = "XX001"


@contextmanager
def failing(
    table: str, act: str, *, code: str = DISK_FULL, when: str = "true"
) -> Iterator[None]:
    """Let every ``act`` on a table fail where ``when`` is true, for a block."""
    with bed.owner_connection() as owner:
        owner.execute(
            "CREATE FUNCTION planted_fault() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {when} THEN RAISE EXCEPTION 'planted' USING ERRCODE = "
            f"'{code}'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; "
            "RETURN NEW; END $$"
        )
        owner.execute(
            f"CREATE TRIGGER planted_fault BEFORE {act} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION planted_fault()"
        )
    try:
        yield
    finally:
        with bed.owner_connection() as owner:
            owner.execute(f"DROP TRIGGER planted_fault ON {table}")
            owner.execute("DROP FUNCTION planted_fault()")
