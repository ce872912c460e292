"""Every way in which Django saves, loads and searches a sealed field."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Upper

from orders.models import Order, Recipient
from tests.shops import Shop
from tests.vault.planted import (
    DAY,
    LATER,
    NAME,
    PHONE,
    buyer_in,
    loaded,
    opened,
    stored,
    unsaved_buyer,
)
from vault.context import Scope
from vault.fields import SealedCharField, SealedTextField, is_filled, sealed_fields
from vault.refusals import PlaintextRefused, Tampered
from vault.sealed import Sealed, Unsealed

FIELD = Recipient._meta.get_field("name")


def test_save_stores_sealed_bytes_and_leaves_them_in_the_instance(
    shop: Shop, inside: Scope
) -> None:
    row = unsaved_buyer(shop)
    assert isinstance(row.name, Unsealed)
    row.save()
    assert row.name == Sealed(stored(row))
    assert NAME.encode() not in stored(row)
    assert opened(loaded(row), "name", "phone") == {"name": NAME, "phone": PHONE}


def test_a_second_save_leaves_the_bytes_alone(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    before = stored(row)
    row.save()
    assert stored(row) == before


def test_equal_texts_differ_as_stored(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop, name=NAME, company=NAME)
    assert stored(row) != stored(row, "company")


def test_update_fields_saves_the_named_field_alone(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    row.name, row.phone = "Testa Second", "+1 555 0199"
    row.save(update_fields=["name"])
    values = opened(loaded(row), "name", "phone")
    assert values == {"name": "Testa Second", "phone": PHONE}


def test_refresh_from_db_takes_a_pending_text_back(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    row.name = "not saved"
    row.refresh_from_db()
    assert opened(row) == {"name": NAME}
    row.name = "not saved"
    row.refresh_from_db(fields=["name"])
    assert opened(row) == {"name": NAME}


def test_bulk_create_seals_each_row_for_itself(shop: Shop, inside: Scope) -> None:
    rows = [unsaved_buyer(shop, name=f"Testa {n}") for n in range(7)]
    Recipient.objects.bulk_create(rows, batch_size=3)
    names = [opened(row)["name"] for row in Recipient.objects.order_by("id")]
    assert names == [f"Testa {n}" for n in range(7)]
    assert Recipient.objects.bulk_create([]) == []


def test_bulk_create_never_writes_over_a_row(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    second = Recipient(
        seller_id=shop.id,
        order=row.order,
        purge_on=DAY,
        limit_on=DAY,
        sealed_at=row.sealed_at,
        name="Testa Second",
    )
    with pytest.raises(FieldError):
        Recipient.objects.bulk_create(
            [second],
            update_conflicts=True,
            update_fields=["name"],
            unique_fields=["seller", "order"],
        )
    with pytest.raises(FieldError):
        Recipient.objects.bulk_create([second], None, False, True)  # noqa: FBT003
    Recipient.objects.bulk_create([second], ignore_conflicts=True)
    assert opened(loaded(row)) == {"name": NAME}


def test_bulk_update_seals(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop, name=f"Testa {n}") for n in range(3)]
    for row in rows:
        row.name = f"Changed {row.pk}"
    rows[2].name = None
    assert Recipient.objects.bulk_update(rows, ["name"], batch_size=2) == 3
    assert [opened(loaded(row)) for row in rows] == [
        {"name": f"Changed {rows[0].pk}"},
        {"name": f"Changed {rows[1].pk}"},
        {},
    ]


def test_bulk_update_past_our_query_set_is_refused(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    row.name = "planted"
    past: Any = models.QuerySet(Recipient)
    with pytest.raises(PlaintextRefused):
        past.bulk_update([row], ["name"])


def test_deferred_fields_are_loaded_when_they_are_asked_for(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    for light in (
        Recipient.objects.defer("name").get(pk=row.pk),
        Recipient.objects.only("phone", "order").get(pk=row.pk),
    ):
        assert "name" not in light.__dict__
        assert is_filled(light, FIELD)
        assert opened(light) == {"name": NAME}


def test_saving_a_deferred_field_keeps_its_value(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    light = Recipient.objects.defer("name").get(pk=row.pk)
    light.save(update_fields=["name"])
    assert opened(loaded(row)) == {"name": NAME}
    light = Recipient.objects.defer("name", "phone").get(pk=row.pk)
    Recipient.objects.bulk_update([light], ["name", "phone"])
    light.save()
    assert opened(loaded(row), "name", "phone") == {"name": NAME, "phone": PHONE}


def test_update_to_nothing_is_allowed(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    assert Recipient.objects.filter(pk=row.pk).update(name=None) == 1
    assert Recipient.objects.filter(name__isnull=True).count() == 1
    assert Recipient.objects.exclude(phone__isnull=True).count() == 1
    assert opened(loaded(row), "name", "phone") == {"phone": PHONE}


@pytest.mark.parametrize(
    "value",
    ["planted", F("phone"), Value("planted"), Upper("phone"), b"planted", 5, Unsealed],
    ids=str,
)
def test_update_by_text_or_expression_is_refused(
    shop: Shop, inside: Scope, value: Any
) -> None:
    row = buyer_in(shop)
    before = stored(row)
    value = Unsealed("planted") if value is Unsealed else value
    with pytest.raises(FieldError):
        Recipient.objects.update(name=value)
    assert stored(row) == before


@pytest.mark.parametrize("name", ["purge_on", "seller", "seller_id", "id", "pk"])
def test_update_of_what_a_seal_is_bound_to_is_refused(
    shop: Shop, other_shop: Shop, inside: Scope, name: str
) -> None:
    row = buyer_in(shop)
    with pytest.raises(FieldError):
        Recipient.objects.update(**{name: LATER if name == "purge_on" else shop.id})
    with pytest.raises(FieldError):
        Recipient.objects.bulk_update([row], [name])
    assert opened(loaded(row)) == {"name": NAME}


def test_a_changed_day_or_seller_is_not_saved(
    shop: Shop, other_shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    for name, value in (("purge_on", LATER), ("seller_id", other_shop.id)):
        changed = loaded(row)
        setattr(changed, name, value)
        with pytest.raises(FieldError):
            changed.save()
        changed.phone = None
        with pytest.raises(FieldError):
            Recipient.objects.bulk_update([changed], ["phone"])
    assert opened(loaded(row), "name", "phone") == {"name": NAME, "phone": PHONE}


@pytest.mark.parametrize(
    "value", [F("phone"), Value("planted"), 5, b"planted"], ids=str
)
def test_save_of_an_expression_is_refused(
    shop: Shop, inside: Scope, value: object
) -> None:
    with pytest.raises(FieldError), transaction.atomic():
        buyer_in(shop, name=value)
    row = buyer_in(shop)
    row.name = value
    with pytest.raises(FieldError):
        Recipient.objects.bulk_update([row], ["name"])
    assert opened(loaded(row)) == {"name": NAME}


def test_a_value_that_is_moved_by_update_does_not_open(
    shop: Shop, inside: Scope
) -> None:
    row, source = buyer_in(shop), buyer_in(shop)
    Recipient.objects.filter(pk=row.pk).update(name=source.name)
    with pytest.raises(Tampered):
        opened(loaded(row))


LOOKUPS = ["exact", "iexact", "contains", "startswith", "regex", "in", "gt", "range"]


@pytest.mark.parametrize("lookup", [*LOOKUPS, "length", "search", "bytes"])
def test_lookups_are_refused(
    shop: Shop, inside: Scope, lookup: str, django_assert_num_queries: Any
) -> None:
    condition = {f"name__{lookup}": NAME}
    on_order = {f"recipients__name__{lookup}": NAME}
    with django_assert_num_queries(0):
        for attempt in (
            lambda: Recipient.objects.filter(**condition),
            lambda: Recipient.objects.exclude(**condition),
            lambda: Recipient.objects.filter(~Q(**condition)),
            lambda: Order.objects.filter(**on_order),
            lambda: Recipient.objects.update(
                phone=Case(When(**condition, then=F("phone")))
            ),
        ):
            with pytest.raises(FieldError):
                attempt()


def test_get_by_text_is_refused(shop: Shop, inside: Scope) -> None:
    with pytest.raises(FieldError):
        Recipient.objects.get(name=NAME)
    with pytest.raises(FieldError):
        Recipient.objects.get_or_create(name=NAME)
    with pytest.raises(FieldError):
        Recipient.objects.filter(name=None)


def test_values_are_opaque(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    (listed,) = Recipient.objects.values_list("name", "phone")
    (by_name,) = Recipient.objects.values("name").annotate(twin=F("name"))
    assert listed == (row.name, row.phone)
    assert by_name == {"name": row.name, "twin": row.name}
    joined = Recipient.objects.annotate(
        both=Concat("name", Value(""), output_field=models.TextField())
    )
    assert NAME not in str(joined.get().both)


@pytest.mark.parametrize(
    "option", ["unique", "db_index", "primary_key", "choices", "db_default"]
)
def test_options_that_cannot_be_kept_are_refused(option: str) -> None:
    with pytest.raises(FieldError):
        SealedCharField(max_length=9, **{option: [("a", "b")]})


def test_deconstruct_goes_round(db: None) -> None:
    for field in sealed_fields(Recipient):
        _, _, args, kwargs = field.deconstruct()
        assert type(field)(*args, **kwargs).deconstruct()[2:] == (args, kwargs)
        assert kwargs["max_length"] == field.max_length
    state = ModelState.from_model(Recipient)
    written, _ = MigrationWriter.serialize(state.fields["name"])
    assert "SealedCharField(max_length=500, null=True)" in written


def test_the_fields_are_all_that_the_model_declares() -> None:
    names = {field.name for field in sealed_fields(Recipient)}
    assert names == set(Recipient.privacy.buyer)
    assert isinstance(Recipient._meta.get_field("gift_message"), SealedTextField)
