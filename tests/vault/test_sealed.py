"""Whatever prints a value prints the mask; what is not sealed is never pickled."""

import copy
import json
import logging
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.forms.models import model_to_dict
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext

from orders.models import Recipient
from tests.shops import Shop
from tests.vault.planted import (
    NAME,
    PHONE,
    SECRETS,
    buyer_in,
    loaded,
    opened,
    unsaved_buyer,
)
from vault.context import Scope
from vault.refusals import PlaintextRefused
from vault.sealed import MASK, Sealed, Unsealed

VALUES = (Sealed(b"\xe5 bytes"), Unsealed(NAME))


def clean(text: str) -> bool:
    """Tell whether a text holds none of the planted values."""
    return not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("value", VALUES, ids=["sealed", "unsealed"])
def test_a_value_prints_the_mask(value: object) -> None:
    shown = [str(value), repr(value), f"{value}", f"{value!r}", "{}".format(value)]  # noqa: UP032 - its own door
    assert set(shown) == {MASK}
    assert f"{value:>10}" == f"{MASK:>10}"
    assert repr([value]) == f"[{MASK}]"


@pytest.mark.parametrize("value", VALUES, ids=["sealed", "unsealed"])
@pytest.mark.parametrize("encoder", [None, DjangoJSONEncoder])
def test_a_value_is_refused_by_json(
    value: object, encoder: type[json.JSONEncoder] | None
) -> None:
    with pytest.raises(TypeError) as refused:
        json.dumps({"name": value}, cls=encoder)
    assert clean(str(refused.value))
    assert json.dumps({"name": value}, default=str) == json.dumps({"name": MASK})


def test_the_text_of_an_unsealed_value_is_in_no_attribute_dictionary() -> None:
    with pytest.raises(TypeError):
        vars(Unsealed(NAME))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_unsealed_value_is_never_pickled(protocol: int) -> None:
    with pytest.raises(TypeError) as refused:
        pickle.dumps(Unsealed(NAME), protocol)
    assert clean(str(refused.value))


def test_an_unsealed_value_is_never_copied_nor_used_as_a_key() -> None:
    for copier in (copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copier(Unsealed(NAME))
    with pytest.raises(TypeError):
        hash(Unsealed(NAME))


def test_a_sealed_value_is_pickled_as_it_is_stored() -> None:
    value = Sealed(b"\xe5 bytes")
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert (again, again.blob, hash(again)) == (value, value.blob, hash(value))
    assert value != b"\xe5 bytes"
    assert bool(Sealed(b"")) is True


def test_a_row_with_a_pending_text_is_not_pickled(shop: Shop, inside: Scope) -> None:
    row = unsaved_buyer(shop)
    with pytest.raises(TypeError):
        pickle.dumps(row)
    row.save()
    assert clean(pickle.dumps(row).decode("latin-1"))


def test_a_row_after_opening_holds_no_text(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    assert opened(row, "name", "phone") == {"name": NAME, "phone": PHONE}
    assert clean(repr(vars(row)))
    again = pickle.loads(pickle.dumps(row))  # noqa: S301 - our own bytes
    assert clean(pickle.dumps(row).decode("latin-1"))
    assert opened(again) == {"name": NAME}


@pytest.mark.parametrize("saved", [True, False])
def test_a_row_prints_nothing_of_its_buyer(
    shop: Shop, inside: Scope, caplog: pytest.LogCaptureFixture, saved: bool
) -> None:
    row = buyer_in(shop) if saved else unsaved_buyer(shop)
    logging.getLogger("orders").warning("row %s %r %s", row, vars(row), row.name)
    assert clean(caplog.text)
    assert MASK in caplog.text
    assert clean(f"{row!r}{row}{vars(row)}{model_to_dict(row)}{row.name}")


@pytest.mark.parametrize("form", ["json", "python", "xml", "jsonl"])
@pytest.mark.parametrize("saved", [True, False])
def test_dumpdata_writes_the_mask(
    shop: Shop, inside: Scope, form: str, saved: bool
) -> None:
    row = buyer_in(shop) if saved else unsaved_buyer(shop)
    shown = str(serializers.serialize(form, [row]))
    assert clean(shown)
    assert MASK in shown or json.dumps(MASK)[1:-1] in shown


def test_loaddata_cannot_plant_a_text(shop: Shop, inside: Scope) -> None:
    row = unsaved_buyer(shop)
    data = serializers.serialize("json", [row]).replace(
        json.dumps(MASK), json.dumps(NAME)
    )
    (parsed,) = serializers.deserialize("json", data)
    with pytest.raises(PlaintextRefused) as refused:
        parsed.save()
    assert clean(str(refused.value))


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("path", ["name", "name.take", "name.blob.hex", "phone|safe"])
def test_a_template_renders_no_text(
    shop: Shop, inside: Scope, path: str, saved: bool
) -> None:
    row = buyer_in(shop) if saved else unsaved_buyer(shop)
    page = Template("{{ row." + path + " }}").render(Context({"row": row}))
    assert clean(page)


def test_a_template_renders_the_mask(shop: Shop, inside: Scope) -> None:
    page = Template("{{ row.name }}").render(Context({"row": buyer_in(shop)}))
    assert page == MASK


def test_queries_hold_no_text(shop: Shop, inside: Scope) -> None:
    with CaptureQueriesContext(connection) as queries:
        row = buyer_in(shop)
        row.name = PHONE
        row.save()
        Recipient.objects.bulk_create([unsaved_buyer(shop)])
        row.phone = NAME
        Recipient.objects.bulk_update([row], ["phone"])
        opened(row, "name", "phone")
    log = "".join(query["sql"] for query in queries)
    assert "INSERT INTO" in log
    assert clean(log)
    for secret in SECRETS:
        assert secret.encode().hex() not in log


def test_the_query_log_under_debug_holds_no_text(
    shop: Shop, inside: Scope, caplog: pytest.LogCaptureFixture
) -> None:
    connection.force_debug_cursor = True
    try:
        with caplog.at_level(logging.DEBUG, logger="django.db.backends"):
            buyer_in(shop)
    finally:
        connection.force_debug_cursor = False
    assert "INSERT INTO" in caplog.text
    assert clean(caplog.text)


def test_refusals_of_the_field_hold_no_text(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    field = Recipient._meta.get_field("name")
    refusals: list[Exception] = []
    for attempt in (
        lambda: Recipient.objects.update(name=NAME),
        lambda: Recipient.objects.filter(name=NAME),
        lambda: field.get_db_prep_value(NAME, connection),
        lambda: field.clean(MASK, row),
        lambda: field.clean(NAME * 50, row),
    ):
        with pytest.raises((FieldError, PlaintextRefused, ValidationError)) as refused:
            attempt()
        refusals.append(refused.value)
    assert [type(refusal) for refusal in refusals] == [
        FieldError,
        FieldError,
        PlaintextRefused,
        ValidationError,
        ValidationError,
    ]
    assert clean("".join(f"{refusal}{refusal!r}" for refusal in refusals))


def test_half_a_character_is_refused_without_the_text(
    shop: Shop, inside: Scope
) -> None:
    with pytest.raises(PlaintextRefused) as refused:
        buyer_in(shop, name=f"{NAME} \ud83d")
    error: BaseException | None = refused.value
    while error is not None:
        assert clean(repr(error) + repr(vars(error)))
        assert not isinstance(error, UnicodeError)
        error = error.__cause__ or error.__context__


def test_a_pending_text_compares_equal_to_its_like() -> None:
    assert Unsealed(NAME) == Unsealed(NAME)
    assert Unsealed(NAME) != Unsealed(PHONE)
    assert Unsealed(NAME) != NAME


def test_a_reloaded_row_holds_sealed_values_alone(shop: Shop, inside: Scope) -> None:
    row = unsaved_buyer(shop)
    row.save()
    assert {type(row.name), type(loaded(row).phone)} == {Sealed}
