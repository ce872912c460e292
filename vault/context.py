"""The scope in which rows can be seen: one seller, one actor, one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Func, UUIDField
from django.db.models.expressions import Combinable


class ActorKind(StrEnum):
    """Who acts: a person who signed in, staff of the operator, the portal itself."""

    PERSON = "person"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. ``person_id`` is ``None`` for the portal itself."""

    kind: ActorKind
    person_id: UUID | None = None


SYSTEM = Actor(kind=ActorKind.SYSTEM)


def person_actor(person_id: UUID) -> Actor:
    """Return the actor for a person who signed in."""
    return Actor(kind=ActorKind.PERSON, person_id=person_id)


def staff_actor(person_id: UUID) -> Actor:
    """Return the actor for a person of the operator."""
    return Actor(kind=ActorKind.STAFF, person_id=person_id)


@dataclass(frozen=True, slots=True)
class Scope:
    """The seller whose rows are visible, and who looks."""

    seller_id: UUID
    actor: Actor


class ScopeMissing(RuntimeError):
    """Something that belongs to a seller was asked for outside any scope."""


class ScopeNested(RuntimeError):
    """A scope of one seller was opened inside the scope of another."""


#: Whose rows: a seller, or whoever is `ASKED`.
Whose = UUID | Combinable
#: The seller that `sellers_where` asks at the moment, as a value in a query.
ASKED = Func(function="app.seller_id", output_field=UUIDField())

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """Return the open scope; raise `ScopeMissing` where there is none."""
    scope = _scope.get()
    if scope is None:
        message = "No seller scope is open; enter one with vault.context.seller_scope."
        raise ScopeMissing(message)
    return scope


def has_scope() -> bool:
    """Tell whether a seller scope is open."""
    return _scope.get() is not None


@contextmanager
def seller_scope(*, seller_id: UUID, actor: Actor) -> Iterator[Scope]:
    """Open a transaction in which exactly this seller's rows are visible.

    The setting is local to the transaction, so no pooled connection can carry it on.
    PostgreSQL keeps an inner value after RELEASE SAVEPOINT; therefore the former
    value is put back by hand. Raises `ScopeNested` inside another seller's scope.
    """
    outer = _scope.get()
    if outer is not None and outer.seller_id != seller_id:
        message = "A scope of another seller is open; close it first."
        raise ScopeNested(message)
    scope = Scope(seller_id=seller_id, actor=actor)
    with transaction.atomic():
        before = _set_local("app.seller_id", str(seller_id))
        token = _scope.set(scope)
        try:
            yield scope
        finally:
            _scope.reset(token)
            if not connection.needs_rollback and connection.is_usable():
                _set_local("app.seller_id", before)


def sellers_where(*, seller_ids: Iterable[UUID], question: str) -> list[UUID]:
    """Return the sellers for whom a question is true, in one statement.

    ``question`` is SQL that gives one boolean, composed of our own query sets, in which
    the seller is `ASKED`. The
    database opens each seller's scope for it, one after the other, so that row security
    shows it that seller's rows alone. Raises `ScopeNested` inside a scope.
    """
    if _scope.get() is not None:
        message = "A scope of a seller is open; close it first."
        raise ScopeNested(message)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT app.sellers_where(%s, %s)", [list(seller_ids), question])
        return [seller_id for (seller_id,) in cursor.fetchall()]


@contextmanager
def staff_scope(*, seller_id: UUID, person_id: UUID) -> Iterator[Scope]:
    """Name the seller that staff act on, and who acts; sets nothing in the database.

    Staff have a connection of their own, whose policies show every shop's metadata.
    On any other connection nothing is visible here. Raises `ScopeNested`.
    """
    if _scope.get() is not None:
        message = "A scope of another seller is open; close it first."
        raise ScopeNested(message)
    scope = Scope(seller_id=seller_id, actor=staff_actor(person_id))
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def person_scope(*, person_id: UUID) -> Iterator[None]:
    """Open a transaction in which the signed-in person's memberships are visible."""
    with transaction.atomic():
        before = _set_local("app.person_id", str(person_id))
        try:
            yield
        finally:
            if not connection.needs_rollback and connection.is_usable():
                _set_local("app.person_id", before)


def _set_local(name: str, value: str) -> str:
    """Set a transaction-local setting; return what it was before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        before = str(cursor.fetchone()[0])
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return before
