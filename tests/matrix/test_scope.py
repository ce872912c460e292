"""No page shows another shop's row, nor that there is another shop."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from orders.models import Order
from sellers.access import for_members, for_signed_in
from sellers.roles import Right
from tests.matrix.answers import ask, fingerprint
from tests.matrix.arguments import NO_SUCH_SHOP
from tests.matrix.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)


@for_signed_in("GET")
def without_scope(request: HttpRequest) -> HttpResponse:
    """Count orders where no shop was entered: planted, and must see none."""
    return HttpResponse(str(Order.objects.count()))


@for_members(Right.VIEW_ORDERS, "GET")
def with_scope(request: HttpRequest, seller: str) -> HttpResponse:
    """Count orders inside a shop: the control."""
    return HttpResponse(str(Order.objects.count()))


urlpatterns = [
    path("planted/", without_scope),
    path("s/<slug:seller>/planted/", with_scope),
    path("", include("sellerportal.urls")),
]


def test_a_planted_view_without_scope_sees_no_row(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client, url = world.shop.client("owner"), world.shop.url("planted/")
    assert client.get(url).content == b"1"
    assert client.get("/planted/").content == b"0"
    assert client.get(url).content == b"1"


@pytest.mark.parametrize("tail", ["no-such-page/", "orders/no-such-page", "x"])
def test_addresses_that_lead_nowhere_are_one_answer_in_every_shop(
    world: World, tail: str
) -> None:
    client = world.shop.client("owner")
    theirs, nowhere = world.other.url(tail), f"/s/{NO_SUCH_SHOP}/{tail}"
    foreign, missing = ask(client, "GET", theirs, {}), ask(client, "GET", nowhere, {})
    assert foreign.status_code == 404
    assert fingerprint(foreign, url=theirs) == fingerprint(missing, url=nowhere)
