"""The matrix is worth something: it turns red for each mistake that was planted."""

from datetime import datetime
from typing import Any

import pytest

from compliance.views import exposure
from sellers.models import Membership
from sellers.roles import Right
from tests.laws.test_addresses import faults_of, ours
from tests.matrix import actors, expectation, planted
from tests.matrix.arguments import UnknownBlank
from tests.matrix.bodies import Bodies
from tests.matrix.runner import Run
from tests.matrix.walk import Page, pages
from tests.matrix.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)

NOTHING = Bodies(forms={}, planted={})


@pytest.fixture
def mistakes(settings: Any) -> dict[str, Page]:
    """Plant the addresses and return them by what is wrong with each."""
    settings.ROOT_URLCONF = planted.__name__
    return {
        page.name.removeprefix("planted-"): page
        for page in pages()
        if page.name.startswith("planted-")
    }


def wrong(world: World, page: Page, role: str = "auditor") -> list[str]:
    """Return what the matrix finds at one page for a role."""
    actor = actors.member(world, role)
    return Run(world=world, actor=actor, bodies=NOTHING).over([page]).wrong


def named(name: str) -> Page:
    """Return an address of the portal by its name."""
    return next(page for page in pages() if page.name == name)


def test_a_right_page_is_not_found_wrong(
    world: World, mistakes: dict[str, Page]
) -> None:
    assert wrong(world, mistakes["open"]) == []


def test_a_view_without_its_declaration_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(exposure.exposure, "access")
    assert faults_of(ours()) == ["s/<slug:seller>/exposure/: says not whom it is for"]


def test_an_undeclared_view_is_found(world: World, mistakes: dict[str, Page]) -> None:
    found = wrong(world, mistakes["undeclared"])
    assert found == ["auditor: planted/undeclared/: says not whom it is for"]


def test_an_unknown_blank_is_found(world: World, mistakes: dict[str, Page]) -> None:
    with pytest.raises(UnknownBlank, match="planted/<int:parcel>/: parcel:int"):
        wrong(world, mistakes["blank"])


def test_a_look_up_without_the_seller_is_found(
    world: World, mistakes: dict[str, Page]
) -> None:
    route = "s/<slug:seller>/planted/<uuid:order>/any/"
    found = wrong(world, mistakes["anybodys"])
    assert f"auditor: GET {route} another's object order: 200, not 404" in found


def test_an_answer_that_tells_foreign_from_missing_is_found(
    world: World, mistakes: dict[str, Page]
) -> None:
    found = wrong(world, mistakes["talkative"])
    assert any("unlike ('missing object', 'GET'" in line for line in found)
    assert not any("not 404" in line for line in found)


def test_a_write_to_another_shop_is_found_though_the_answer_is_right(
    world: World, mistakes: dict[str, Page]
) -> None:
    found = wrong(world, mistakes["writing"])
    assert "auditor: changed foreign orders_order" in found


def test_a_server_error_is_found(world: World, mistakes: dict[str, Page]) -> None:
    found = wrong(world, mistakes["failing"])
    route = "s/<slug:seller>/planted/fails/"
    said = "500 ValueError: planted, not the page"
    assert f"auditor: GET {route} own: {said}" in found


def test_a_view_that_checks_no_right_is_found(
    world: World, mistakes: dict[str, Page]
) -> None:
    route = "s/<slug:seller>/planted/unguarded/"
    found = wrong(world, mistakes["unguarded"])
    assert f"auditor: GET {route} own: 200, not 403" in found


def test_a_step_that_lets_somebody_in_by_mistake_is_found(
    world: World, mistakes: dict[str, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expectation, "OPEN_TO_HALF", {"planted-lets-in"})
    actor = actors.without_app(world)
    run = Run(world=world, actor=actor, bodies=NOTHING)
    found = run.over([mistakes["lets-in"]]).wrong
    assert any("lets in who may not be in the shop" in line for line in found)


def test_rights_that_everybody_holds_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = named("compliance:exposure")
    assert wrong(world, page, "support") == []
    everything = frozenset(Right)
    monkeypatch.setattr("sellers.middleware.rights_of_member", lambda **_: everything)
    route = "s/<slug:seller>/exposure/"
    assert f"support: GET {route} own: 200, not 403" in wrong(world, page, "support")


def test_a_shop_that_opens_to_whoever_names_it_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    page = named("orders:order-list")
    assert wrong(world, page) == []
    everywhere = [
        Membership(seller=shop.seller, role="owner", joined_at=now)
        for shop in (world.shop, world.other)
    ]
    monkeypatch.setattr("sellers.middleware.memberships_of", lambda **_: everywhere)
    monkeypatch.setattr(
        "sellers.middleware.rights_of_member",
        lambda **_: frozenset({Right.VIEW_ORDERS}),
    )
    found = wrong(world, page)
    assert "auditor: GET s/<slug:seller>/orders/ another's shop: 200, not 404" in found
