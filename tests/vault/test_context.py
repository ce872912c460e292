"""The scope of a seller: what it shows, how it nests, what it leaves behind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import StreamingHttpResponse

from orders.models import Order, Recipient
from sellers.models import Membership
from tests.shops import Shop
from tests.vault.planted import NOW, buyer_in, in_session, order_in
from vault.context import (
    SYSTEM,
    Actor,
    ActorKind,
    Scope,
    ScopeMissing,
    ScopeNested,
    current_scope,
    has_scope,
    person_actor,
    person_scope,
    seller_scope,
)
from vault.kinds import Kind
from vault.ledger import append
from vault.models import LedgerEntry


def setting(name: str) -> str:
    """Return a setting of the database session, empty where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return str(cursor.fetchone()[0])


def seen() -> tuple[int, int, int]:
    """Return how many orders, buyers and ledger entries are visible."""
    return (
        Order.objects.count(),
        Recipient.objects.count(),
        LedgerEntry.objects.filter(kind=Kind.FILE_IMPORTED_ORDERS).count(),
    )


@pytest.fixture
def stocked(transactional_db: None, shop: Shop) -> Shop:
    """Return a shop with an order, a buyer and an entry, really committed."""
    with shop.scope():
        buyer_in(shop)
        append(kind=Kind.FILE_IMPORTED_ORDERS, now=NOW)
    return shop


def test_a_scope_says_who_looks_at_what(shop: Shop) -> None:
    person = uuid4()
    with seller_scope(seller_id=shop.id, actor=person_actor(person)) as scope:
        assert current_scope() is scope
        assert scope == Scope(shop.id, Actor(ActorKind.PERSON, person))
        assert has_scope()
        assert connection.in_atomic_block
    assert not has_scope()


def test_without_a_scope_there_are_no_rows(stocked: Shop) -> None:
    assert seen() == (0, 0, 0)
    with stocked.scope():
        assert seen() == (1, 1, 1)
    assert seen() == (0, 0, 0)


def test_without_a_scope_nothing_is_asked_for_or_written(shop: Shop) -> None:
    with pytest.raises(ScopeMissing):
        current_scope()
    with pytest.raises(ScopeMissing):
        append(kind=Kind.FILE_IMPORTED_ORDERS, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        order_in(shop)


def test_another_seller_sees_none_of_it(stocked: Shop, other_shop: Shop) -> None:
    with other_shop.scope():
        assert seen() == (0, 0, 0)
        assert Recipient.objects.update(phone=None) == 0
        assert Order.objects.all().delete()[0] == 0
    with seller_scope(seller_id=UUID(int=1), actor=SYSTEM):
        assert seen() == (0, 0, 0)
    with stocked.scope():
        assert seen() == (1, 1, 1)


def test_another_sellers_row_cannot_be_written(shop: Shop, other_shop: Shop) -> None:
    with shop.scope():
        with pytest.raises(DatabaseError), transaction.atomic():
            order_in(other_shop)
        order = order_in(shop)
        with pytest.raises(DatabaseError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(seller_id=other_shop.id)


def test_the_same_seller_nests(shop: Shop) -> None:
    person = person_actor(uuid4())
    with shop.scope() as outer:
        order_in(shop)
        with seller_scope(seller_id=shop.id, actor=person) as inner:
            assert current_scope() == inner == Scope(shop.id, person)
            assert Order.objects.count() == 1
        assert current_scope() is outer
        assert (setting("app.seller_id"), Order.objects.count()) == (str(shop.id), 1)
    assert setting("app.seller_id") == ""


def test_another_seller_does_not_nest(shop: Shop, other_shop: Shop) -> None:
    with shop.scope() as outer:
        with pytest.raises(ScopeNested), other_shop.scope():
            pytest.fail("a scope of another seller was entered")
        assert current_scope() is outer
        assert setting("app.seller_id") == str(shop.id)
    with other_shop.scope():
        assert setting("app.seller_id") == str(other_shop.id)


@pytest.mark.parametrize("nested", [False, True])
def test_an_error_closes_the_scope(shop: Shop, nested: bool) -> None:
    if nested:
        with shop.scope():
            with pytest.raises(ZeroDivisionError), shop.scope():
                1 / 0  # noqa: B018 - stands for any error
            assert setting("app.seller_id") == str(shop.id)
            assert current_scope().seller_id == shop.id
    with pytest.raises(ZeroDivisionError), shop.scope():
        1 / 0  # noqa: B018 - stands for any error
    assert (has_scope(), setting("app.seller_id")) == (False, "")


@pytest.mark.parametrize("nested", [False, True])
def test_an_error_of_the_database_comes_out_as_it_is(
    transactional_db: None, shop: Shop, nested: bool
) -> None:
    """The aborted transaction takes no more statements, also not the scope's own."""
    with shop.scope():
        order = order_in(shop)

    def twice() -> None:
        with shop.scope(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO orders_order SELECT * FROM orders_order WHERE id = %s",
                [order.id],
            )

    if nested:
        with shop.scope():
            with pytest.raises(IntegrityError):
                twice()
            assert setting("app.seller_id") == str(shop.id)
            assert Order.objects.count() == 1
    else:
        with pytest.raises(IntegrityError):
            twice()
    assert (has_scope(), setting("app.seller_id")) == (False, "")
    with shop.scope():
        assert Order.objects.count() == 1


def test_the_setting_does_not_stay_on_the_connection(stocked: Shop) -> None:
    with stocked.scope():
        session = connection.connection.info.backend_pid
    assert connection.connection.info.backend_pid == session
    assert (setting("app.seller_id"), setting("app.person_id")) == ("", "")
    with transaction.atomic():
        assert seen() == (0, 0, 0)
    with stocked.scope():
        assert connection.connection.info.backend_pid == session


def test_the_setting_does_not_stay_after_a_rollback(stocked: Shop) -> None:
    with pytest.raises(ZeroDivisionError), stocked.scope():
        1 / 0  # noqa: B018 - stands for any error
    assert (setting("app.seller_id"), seen()) == ("", (0, 0, 0))


def test_a_stream_that_outlives_the_scope_sees_nothing(stocked: Shop) -> None:
    def rows() -> Iterator[str]:
        yield str(Order.objects.count())

    with stocked.scope():
        answer = StreamingHttpResponse(rows())
        inside = "".join(rows())
    assert (inside, answer.getvalue()) == ("1", b"0")


def test_a_query_that_runs_after_the_scope_sees_nothing(stocked: Shop) -> None:
    with stocked.scope():
        lazy = Order.objects.all()
        assert lazy.count() == 1
    assert list(lazy) == []


def test_what_runs_on_commit_has_no_scope(stocked: Shop) -> None:
    found: list[object] = []
    with stocked.scope():
        transaction.on_commit(lambda: found.append((has_scope(), *seen())))
        with stocked.scope():
            transaction.on_commit(lambda: found.append((has_scope(), *seen())))
    assert found == [(False, 0, 0, 0)] * 2


def test_a_thread_has_no_scope(stocked: Shop) -> None:
    with stocked.scope(), ThreadPoolExecutor(max_workers=1) as pool:
        assert in_session(pool, has_scope).result() is False
        assert in_session(pool, seen).result() == (0, 0, 0)


def test_a_person_sees_their_own_memberships(shop: Shop, other_shop: Shop) -> None:
    person, stranger = shop.people["owner"], other_shop.people["owner"]
    assert Membership.objects.count() == 0
    with person_scope(person_id=person.id):
        assert [m.person_id for m in Membership.objects.all()] == [person.id]
        assert (seen(), has_scope()) == ((0, 0, 0), False)
    with person_scope(person_id=stranger.id):
        assert [m.seller_id for m in Membership.objects.all()] == [other_shop.id]
    assert (Membership.objects.count(), setting("app.person_id")) == (0, "")


def test_a_person_cannot_give_themselves_a_membership(
    shop: Shop, other_shop: Shop
) -> None:
    person = shop.people["inventory"]
    with person_scope(person_id=person.id):
        own = Membership.objects.get()
        for change in ({"role": "owner"}, {"opens_buyer_data": True}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Membership.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Membership.objects.create(
                seller_id=other_shop.id, person=person, role="owner", joined_at=NOW
            )
        own.refresh_from_db()
        assert (own.role, own.opens_buyer_data) == ("inventory", False)


def test_the_scopes_of_person_and_seller_nest(shop: Shop) -> None:
    person = shop.people["owner"]
    with person_scope(person_id=person.id):
        with shop.scope():
            assert Membership.objects.count() == len(shop.people)
        assert Membership.objects.count() == 1
        with pytest.raises(ZeroDivisionError), person_scope(person_id=uuid4()):
            1 / 0  # noqa: B018 - stands for any error
        assert setting("app.person_id") == str(person.id)


def test_a_setting_that_is_empty_shows_no_rows(stocked: Shop) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.seller_id', '', true)")
        assert seen() == (0, 0, 0)


@pytest.mark.parametrize("value", [" ", "not an id", "' OR true --"])
def test_a_setting_that_is_no_id_is_an_error(stocked: Shop, value: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.seller_id', %s, true)", [value])
        with (
            pytest.raises(DatabaseError, match="invalid input syntax for type uuid"),
            transaction.atomic(),
        ):
            seen()
