"""No page shows another shop's row, nor that there is another shop."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from orders.models import Order
from sellers.access import for_members, for_signed_in
from sellers.models import Person
from sellers.roles import Right
from tests.laws.tenants import fill
from tests.shops import Shop
from vault.rows import new_id


@for_signed_in("GET")
def without_scope(request: HttpRequest) -> HttpResponse:
    """Count orders where no shop was entered: planted, and must see none."""
    del request
    return HttpResponse(str(Order.objects.count()))


@for_members(Right.VIEW_ORDERS, "GET")
def with_scope(request: HttpRequest, seller: str) -> HttpResponse:
    """Count orders inside a shop: the control."""
    del request, seller
    return HttpResponse(str(Order.objects.count()))


urlpatterns = [
    path("planted/", without_scope),
    path("s/<slug:seller>/planted/", with_scope),
    path("", include("sellerportal.urls")),
]


def test_a_planted_view_without_scope_sees_no_row(
    transactional_db: None, shop: Shop, settings: Any, now: datetime
) -> None:
    settings.ROOT_URLCONF = __name__
    fill(seller=shop.seller, person=_newcomer(now), now=now)
    client = shop.client("owner")
    assert client.get(shop.url("planted/")).content == b"1"
    assert client.get("/planted/").content == b"0"
    assert client.get(shop.url("planted/")).content == b"1"


def test_foreign_and_missing_shops_are_one_answer(
    transactional_db: None, shop: Shop, other_shop: Shop
) -> None:
    client = shop.client("owner")
    for tail in ("orders/", "exposure/", f"orders/{new_id()}/", "no-such-page/", ""):
        foreign = client.get(other_shop.url(tail))
        missing = client.get(f"/s/no-such-shop/{tail}")
        assert foreign.status_code == 404
        assert _answer(foreign) == _answer(missing)
    assert client.get(shop.url("orders/")).status_code == 200


def test_foreign_and_missing_orders_are_one_answer(
    transactional_db: None, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    theirs = fill(seller=other_shop.seller, person=_newcomer(now), now=now)
    client = shop.client("owner")
    foreign = client.get(shop.url(f"orders/{theirs.rows['orders_order'].pk}/"))
    missing = client.get(shop.url(f"orders/{new_id()}/"))
    assert foreign.status_code == 404
    assert _answer(foreign) == _answer(missing)
    owner = other_shop.client("owner")
    seen = owner.get(other_shop.url(f"orders/{theirs.rows['orders_order'].pk}/"))
    assert seen.status_code == 200


def test_strangers_are_sent_to_the_sign_in_page_for_both(
    transactional_db: None, shop: Shop
) -> None:
    assert shop.url("orders/") != "/s/no-such-shop/orders/"
    for url in (shop.url("orders/"), "/s/no-such-shop/orders/"):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/account/sign-in/?next={url}",
        )


def _newcomer(now: datetime) -> Person:
    return Person.objects.create(email="new@shop.example", name="Ny", made_at=now)


def _answer(response: Any) -> tuple[int, bytes, dict[str, str]]:
    return response.status_code, response.content, dict(response.headers)
