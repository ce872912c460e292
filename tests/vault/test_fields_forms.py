"""Sealed fields in forms and in the admin: validated like text, never shown."""

from typing import Any

import pytest
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import FieldError, ValidationError
from django.forms import ModelForm, modelform_factory
from django.test import RequestFactory

from orders.models import Recipient
from tests.shops import Shop
from tests.vault.planted import (
    NAME,
    PHONE,
    buyer_in,
    loaded,
    opened,
    stored,
    unsaved_buyer,
)
from vault.context import Scope
from vault.sealed import MASK, Sealed, Unsealed

BuyerForm = modelform_factory(Recipient, fields=["name", "buyer_email"])
FIELD = Recipient._meta.get_field("name")
TYPED = {"name": "Testa Second", "buyer_email": "testa@post.example"}


def filled(row: Recipient, **typed: str) -> "ModelForm[Recipient]":
    """Return a form that somebody filled in."""
    return BuyerForm(TYPED | typed, instance=row)


def test_a_form_seals_what_was_typed(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    form = filled(row)
    assert form.is_valid()
    form.save()
    assert isinstance(row.name, Sealed)
    assert opened(loaded(row), "name", "buyer_email") == TYPED


def test_a_form_shows_the_mask_and_the_length_limit(shop: Shop, inside: Scope) -> None:
    page = BuyerForm(instance=buyer_in(shop)).as_p()
    assert NAME not in page
    assert MASK in page
    assert 'maxlength="500"' in page


def test_a_form_of_a_pending_text_shows_the_mask(shop: Shop, inside: Scope) -> None:
    assert NAME not in BuyerForm(instance=unsaved_buyer(shop)).as_p()


def test_the_length_limit_counts_characters(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    assert filled(row, name="𝔘" * 500).is_valid()
    form = filled(row, name="x" * 501)
    assert form.errors.as_data()["name"][0].code == "max_length"


def test_other_validators_of_the_field_run(shop: Shop, inside: Scope) -> None:
    form = filled(buyer_in(shop), buyer_email="not an address")
    assert list(form.errors) == ["buyer_email"]
    form = filled(buyer_in(shop), name="")
    assert form.errors.as_data()["name"][0].code == "required"


def test_the_mask_is_refused_as_input(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    form = filled(row, name=MASK)
    assert form.errors.as_data()["name"][0].code == "mask"
    assert opened(loaded(row)) == {"name": NAME}


@pytest.mark.parametrize("encoding", ["hex", "latin-1", "repr"])
def test_pasted_ciphertext_is_text(shop: Shop, inside: Scope, encoding: str) -> None:
    blob = stored(buyer_in(shop, name="short"))
    pasted = {
        "hex": blob.hex(),
        "latin-1": "".join(f"%{byte:02x}" for byte in blob),
        "repr": repr(blob),
    }[encoding]
    row = buyer_in(shop)
    form = filled(row, name=pasted)
    assert form.is_valid(), form.errors.as_data()
    form.save()
    assert opened(loaded(row)) == {"name": pasted}


def test_full_clean_validates_a_pending_text_and_leaves_it_pending(
    shop: Shop, inside: Scope
) -> None:
    row = unsaved_buyer(shop)
    for name in Recipient.privacy.buyer:
        setattr(row, name, "t@post.example")
    row.full_clean()
    assert isinstance(row.name, Unsealed)
    row.save()
    loaded(row).full_clean()
    assert opened(row) == {"name": "t@post.example"}
    row.name = "x" * 501
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert list(refused.value.error_dict) == ["name"]


@pytest.mark.parametrize("value", [5, b"bytes", ["list"], {"a": "dict"}], ids=str)
def test_only_text_is_sealed(value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(value, None)
    assert refused.value.code == "not_text"


def test_the_admin_shows_the_mask_and_cannot_search(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    admin: Any = ModelAdmin(Recipient, AdminSite())
    request = RequestFactory().get("/")
    admin.search_fields = ("name",)
    with pytest.raises(FieldError):
        admin.get_search_results(request, Recipient.objects.all(), NAME)
    form = admin.get_form(request, row, fields=["name", "phone"])(instance=row)
    assert MASK in str(form)
    assert NAME not in str(form)
    assert PHONE not in str(form)
