"""What is registered in the staff's admin: no buyer, no secret, no way to write."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.db.models import FileField, Model
from django.test import RequestFactory

from orders.models import Order, Recipient
from sellerportal.staff.listed import ReadOnlyAdmin
from sellerportal.staff.lists import site
from sellerportal.staff.site import StaffAdminSite
from sellers.models import FormerPassword, Invitation, Person, Seller
from vault.fields import SealedMixin
from vault.privacy import privacy_of

#: Columns with which somebody could sign in or forge something.
SECRETS = frozenset(
    {"password", "token_hash", "data", "probe", "session_data", "value"}
)
PACKAGES = ("orders", "inventory")


def faults_of(registry: "dict[type[Model], ModelAdmin[Any]]") -> list[str]:
    """Return what is wrong with a registry, as ``model: what``."""
    return [f"{m.__name__}: {w}" for m, a in registry.items() for w in _faults(m, a)]


def _faults(model: type[Model], admin: Any) -> Iterator[str]:
    if not isinstance(admin, ReadOnlyAdmin):
        yield "not read-only"
        return
    if model._meta.app_label in PACKAGES:
        yield "belongs to orders"
    privacy = privacy_of(model)
    if privacy is None or privacy.buyer:
        yield "holds buyers, or does not say"
    for field in model._meta.local_fields:
        if isinstance(field, SealedMixin | FileField):
            yield f"has the field {field.name}"
    if not admin.loaded:
        yield "loads every column"
    named = {*admin.columns, *admin.shown, *admin.loaded, *admin.search_fields}
    for name in sorted(named):
        if name.rpartition("__")[2] in SECRETS:
            yield f"shows {name}"


def test_nothing_that_is_registered_holds_a_buyer_or_a_secret() -> None:
    assert faults_of(site.registered()) == []
    assert len(site.registered()) == 10


class _Plain(ModelAdmin):  # type: ignore[type-arg]
    """As Django's manual would do it."""


class _Whole(ReadOnlyAdmin):
    words = ("x", "y")
    columns = ("id",)


class _Hash(ReadOnlyAdmin):
    words = ("x", "y")
    columns = ("email", "token_hash")
    loaded = columns


class _Searched(ReadOnlyAdmin):
    words = ("x", "y")
    columns = ("name",)
    loaded = columns
    search_fields = ("password",)


@pytest.mark.parametrize(
    ("model", "admin", "fault"),
    [
        (Seller, _Plain, "Seller: not read-only"),
        (Seller, _Whole, "Seller: loads every column"),
        (Order, _Hash, "Order: belongs to orders"),
        (Recipient, _Hash, "Recipient: holds buyers, or does not say"),
        (Recipient, _Hash, "Recipient: has the field phone"),
        (Invitation, _Hash, "Invitation: shows token_hash"),
        (Person, _Searched, "Person: shows password"),
        (FormerPassword, _Searched, "FormerPassword: shows password"),
    ],
)
def test_a_planted_registration_is_found(
    model: type[Model], admin: Any, fault: str
) -> None:
    planted = StaffAdminSite(name="planted")
    planted.register(model, admin)
    assert fault in faults_of(planted.registered())


def test_nothing_can_be_added_changed_or_deleted() -> None:
    request = RequestFactory().get("/")
    for admin in site.registered().values():
        rights = (
            admin.has_add_permission(request),
            admin.has_change_permission(request),
            admin.has_delete_permission(request),
            admin.has_view_permission(request),
        )
        assert rights == (False, False, False, False)
