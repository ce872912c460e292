"""A model whose rows carry sealed fields, and its query set."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core.exceptions import FieldError
from django.db import models

from vault.days import days_held
from vault.envelope import read_header
from vault.fields import sealed_fields
from vault.rows import new_id
from vault.sealed import Sealed

_Row = TypeVar("_Row", bound=models.Model)
_sealing: ContextVar[bool] = ContextVar("sealing", default=False)

#: Columns that the seal is bound to; they change only together with the ciphertext.
BOUND = frozenset({"purge_on", "seller", "seller_id", "id", "pk"})


class SealedQuerySet(models.QuerySet[_Row]):
    """Seals in bulk operations, which never ask a field for its row."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert rows, holding their purge days once for all.

        Never over rows that are there: a value is sealed for the id of its own row.
        """
        if kwargs.get("update_conflicts") or True in args[2:3]:
            message = "A sealed row is not updated by bulk_create; use bulk_update."
            raise FieldError(message)
        rows = list(objs)
        _check_bound(rows)
        with days_held({row.purge_on for row in rows}):
            return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Update rows; texts are sealed first, since ``bulk_update`` never would."""
        rows, names = list(objs), list(fields)
        _refuse_bound(names)
        _check_bound(rows)
        chosen = [f for f in sealed_fields(self.model) if f.name in names]
        with days_held({row.purge_on for row in rows}):
            for row in rows:
                for field in chosen:
                    field.pre_save(row, add=False)
            token = _sealing.set(True)
            try:
                return super().bulk_update(rows, names, batch_size)
            finally:
                _sealing.reset(token)

    def update(self, **kwargs: Any) -> int:
        """Update, but no sealed field by expression and nothing a seal is bound to."""
        if not _sealing.get():
            self._refuse(kwargs)
        return super().update(**kwargs)

    def _refuse(self, values: dict[str, Any]) -> None:
        sealed = {field.name for field in sealed_fields(self.model)}
        _refuse_bound(values)
        for name, value in values.items():
            if name in sealed and not (value is None or isinstance(value, Sealed)):
                message = f"{name} is sealed; save an instance instead of update()."
                raise FieldError(message)


class SealedRow(models.Model):
    """A row of one seller with sealed fields that live until ``purge_on`` (UTC).

    ``limit_on`` is the first UTC day past the limit; no purge day may lie behind it
    (each table has a constraint, `within_limit`). ``sealed_at`` is when the values
    were last sealed (UTC).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purge_on = models.DateField()
    limit_on = models.DateField()
    sealed_at = models.DateTimeField()

    objects = SealedQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, holding the purge day once for all sealed fields."""
        _check_bound([self])
        if any(
            self.__dict__.get(f.attname) is not None
            and not isinstance(self.__dict__[f.attname], Sealed)
            for f in sealed_fields(type(self))
        ):
            with days_held({self.purge_on}):
                super().save(*args, **kwargs)
        else:
            super().save(*args, **kwargs)


def within_limit(*, name: str) -> models.CheckConstraint:
    """Return the constraint that no row is kept past its limit."""
    return models.CheckConstraint(
        condition=models.Q(purge_on__lte=models.F("limit_on")), name=name
    )


def _refuse_bound(names: Iterable[str]) -> None:
    for name in BOUND.intersection(names):
        message = f"{name} is part of the seal; use vault.resealing."
        raise FieldError(message)


def _check_bound(rows: Iterable[models.Model]) -> None:
    """Refuse rows whose seller or day is no longer the one their values are sealed for.

    Saved like that they could never be opened, or would outlive their day.
    """
    for row in rows:
        bound = (row.seller_id, row.purge_on)  # type: ignore[attr-defined]
        for field in sealed_fields(type(row)):
            value = row.__dict__.get(field.attname)
            if not isinstance(value, Sealed):
                continue
            header = read_header(value.blob)
            if (header.seller_id, header.day) != bound:
                message = "Seller or purge day was changed; use vault.resealing."
                raise FieldError(message)
