"""Sealed rows as their table holds them: read and written in bulk, bytes only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from vault.fields import sealed_fields
from vault.sealed_rows import SealedRow

#: Two sessions may have read the same row; only the first to write it goes through.
SAME_VERSION = " AND stored.xmin = told.version"


class Stored(NamedTuple):
    """A row as read. ``version`` is the transaction that wrote it (xmin)."""

    id: UUID
    version: str
    purge_on: date
    values: Sequence[bytes | None]


class Turned(NamedTuple):
    """A row as it is to be: the days and the values, column by column."""

    row: Stored
    purge_on: date
    limit_on: date
    values: Sequence[bytes | None]


class StoredTable:
    """The rows of one seller in one table with sealed fields."""

    def __init__(self, *, model: type[SealedRow], seller_id: UUID) -> None:
        """Name the table and its sealed columns, in the order of the fields."""
        quote = connection.ops.quote_name
        self.name = quote(model._meta.db_table)
        self.columns = tuple(quote(str(f.column)) for f in sealed_fields(model))
        self.seller_id = seller_id

    def days(self, ids: Sequence[UUID]) -> dict[UUID, date]:
        """Return the stored days of those rows that are there."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, purge_on FROM {self.name} "  # noqa: S608 - names of ours
                "WHERE seller_id = %s AND id = ANY(%s) ORDER BY id",
                [self.seller_id, list(ids)],
            )
            return dict(cursor.fetchall())

    def set_limits(self, limits: Mapping[UUID, date]) -> set[UUID]:
        """Change the limits of rows that keep their day; return the rows."""
        if not limits:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.name} AS stored SET limit_on = told.limit_on "  # noqa: S608
                "FROM unnest(%s::uuid[], %s::date[]) AS told (id, limit_on) "
                "WHERE seller_id = %s AND stored.id = told.id RETURNING stored.id",
                [list(limits), list(limits.values()), self.seller_id],
            )
            return {row_id for (row_id,) in cursor.fetchall()}

    @contextmanager
    def overlapping(self) -> Iterator["Stream"]:
        """Read and write without waiting for PostgreSQL after each statement.

        libpq's pipeline mode, inside the open transaction: the server works on one
        statement while this process makes the next.
        """
        session = connection.connection
        with connection.wrap_database_errors, session.pipeline():
            yield Stream(table=self, session=session)


class Stream:
    """Statements on their way; ``written`` is known when the block has ended."""

    def __init__(self, *, table: StoredTable, session: Any) -> None:
        """Use a psycopg session that is in pipeline mode."""
        self._table = table
        self._session = session
        self._sent: list[Any] = []

    @property
    def written(self) -> int:
        """Return how many rows were written."""
        return sum(cursor.rowcount for cursor in self._sent)

    def read(self, ids: Sequence[UUID], *, part: int) -> Iterator[list[Stored]]:
        """Yield the rows part by part; the next part is asked for before one is given.

        Locks nothing: who writes says which version of a row it was made from.
        """
        parts = [list(ids[n : n + part]) for n in range(0, len(ids), part)]
        asked = [self._ask(parts[0])] if parts else []
        for number in range(len(parts)):
            if number + 1 < len(parts):
                asked.append(self._ask(parts[number + 1]))
            yield [
                Stored(row_id, version, day, values)
                for row_id, version, day, *values in asked[number].fetchall()
            ]
            asked[number].close()

    def write(self, rows: Sequence[Turned], *, sealed_at: datetime) -> None:
        """Send rows off; one that is no longer the version read stays as it is."""
        if not rows:
            return
        by_column = zip(*(row.values for row in rows), strict=True)
        filled = [
            (name, list(values))
            for name, values in zip(self._table.columns, by_column, strict=True)
            if any(value is not None for value in values)
        ]
        names = [name for name, _ in filled]
        statement = (
            f"UPDATE {self._table.name} AS stored SET purge_on = told.purge_on, "  # noqa: S608
            "limit_on = told.limit_on, sealed_at = %s"
            + "".join(f", {name} = told.{name}" for name in names)
            + " FROM unnest(%b::uuid[], %s::text[]::xid[], %b::date[], %b::date[]"
            + ", %b::bytea[]" * len(names)
            + ") AS told (id, version, purge_on, limit_on"
            + "".join(f", {name}" for name in names)
            + f") WHERE seller_id = %s AND stored.id = told.id{SAME_VERSION}"
        )
        cursor = self._session.cursor()
        cursor.execute(
            statement,
            [
                sealed_at,
                [row.row.id for row in rows],
                [row.row.version for row in rows],
                [row.purge_on for row in rows],
                [row.limit_on for row in rows],
                *(values for _, values in filled),
                self._table.seller_id,
            ],
        )
        self._sent.append(cursor)

    def _ask(self, ids: Sequence[UUID]) -> Any:
        cursor = self._session.cursor(binary=True)
        cursor.execute(
            "SELECT id, xmin::text, purge_on"  # noqa: S608 - names of ours
            + "".join(f", {name}" for name in self._table.columns)
            + f" FROM {self._table.name} WHERE seller_id = %s AND id = ANY(%b)",
            [self._table.seller_id, list(ids)],
        )
        return cursor
