"""Every weakness of the plain encryption package: shown there, absent here.

The plain package runs in a table of its own, which only these tests have; each test
first shows what it does (the control) and then what a sealed field does in its place.
"""

import pickle
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import override_settings
from encrypted_model_fields import fields as plain

from orders.models import Recipient
from tests.shops import Shop, at
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    NOW,
    PlainNote,
    buyer_in,
    loaded,
    opened,
    overwrite_note,
    store,
    stored,
    table_of_plain_notes,
    token_of,
)
from vault import keys
from vault.checks import plain_package_fields
from vault.context import Scope
from vault.envelope import OVERHEAD, read_header
from vault.fields import SealedCharField, SealedTextField
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry
from vault.opening import Opening, open_fields
from vault.refusals import NoContext, PastItsDay, Tampered
from vault.resealing import Move, reseal_many
from vault.sealed import MASK, Sealed

NAME_FIELD: Any = Recipient._meta.get_field("name")


@pytest.fixture(scope="module", autouse=True)
def plain_table(django_db_setup: None) -> Iterator[None]:
    """Make the table of the plain package, and drop it again."""
    with table_of_plain_notes():
        yield


def test_weakness_01_the_key_is_read_at_import_and_needs_a_restart(
    shop: Shop, inside: Scope
) -> None:
    note = PlainNote.objects.create(name="Ann")
    with override_settings(FIELD_ENCRYPTION_KEY=Fernet.generate_key()):
        assert PlainNote.objects.get(pk=note.pk).name == "Ann"
        row = buyer_in(shop)
    keystore = keys.data_keys().keystore
    assert keystore.ratchet() == keystore.epoch == 2
    assert opened(row) == {"name": NAME}
    assert opened(buyer_in(shop)) == {"name": NAME}


def test_weakness_02_one_key_serves_all_sellers_models_and_fields(
    shop: Shop, other_shop: Shop
) -> None:
    note = PlainNote.objects.create(name="Ann")
    assert plain.decrypt_str(token_of(note)) == "Ann"
    made = [
        keys.data_keys().data_key(seller_id=seller, day=day)
        for seller in (shop.id, other_shop.id)
        for day in (DAY, LATER)
    ]
    assert len({key.mac for key in made}) == 4
    assert len({key.name for key in made}) == 4
    box = made[0].aead.encrypt(bytes(12), b"x", None)
    for other in made[1:]:
        with pytest.raises(InvalidTag):
            other.aead.decrypt(bytes(12), box, None)


def test_weakness_03_fernet_is_aes_of_128_bits(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(Fernet(Fernet.generate_key())._encryption_key) == 16
    sizes: list[int] = []

    def build(material: bytes) -> AESGCM:
        sizes.append(len(material))
        return AESGCM(material)

    keys.data_keys.cache_clear()
    monkeypatch.setattr(keys, "AESGCM", build)
    assert opened(buyer_in(shop)) == {"name": NAME}
    assert set(sizes) == {32}


def test_weakness_04_ciphertext_can_be_moved_between_rows(
    shop: Shop, inside: Scope
) -> None:
    note, other = (PlainNote.objects.create(name=name) for name in ("Ann", "Bob"))
    assert overwrite_note(note, token_of(other)).name == "Bob"
    row, source = buyer_in(shop), buyer_in(shop)
    store(row, stored(source))
    with pytest.raises(Tampered):
        opened(loaded(row))
    assert opened(source) == {"name": NAME}


def test_weakness_05_planted_text_and_altered_tokens_are_taken_for_values(
    shop: Shop, inside: Scope
) -> None:
    note = PlainNote.objects.create(name="Ann")
    assert overwrite_note(note, "<b>me</b>").name == "<b>me</b>"
    row = buyer_in(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        store(row, b"<b>me</b>" * 20)
    row.__dict__["name"] = Sealed(b"<b>me</b>" * 20)
    with pytest.raises(Tampered):
        opened(row)
    blob = stored(row)
    store(row, blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(Tampered):
        opened(loaded(row))


def test_weakness_06_what_cannot_be_read_is_encrypted_again_on_save(
    shop: Shop, inside: Scope
) -> None:
    note = PlainNote.objects.create(name="Ann")
    broken = overwrite_note(note, token_of(note)[:-5] + "AAAA=")
    length = len(token_of(note))
    broken.save()
    assert len(token_of(note)) > length
    row = buyer_in(shop)
    blob = stored(row)
    altered = blob[:-1] + bytes([blob[-1] ^ 1])
    store(row, altered)
    again = loaded(row)
    again.save()
    assert stored(row) == altered


def test_weakness_07_form_input_is_decrypted(shop: Shop, inside: Scope) -> None:
    note = PlainNote.objects.create(name="Ann", note="her note")
    stolen, note_field = token_of(note, "note"), plain.EncryptedTextField()
    assert note_field.to_python(stolen) == "her note"
    pasted = stored(buyer_in(shop)).hex()
    assert NAME_FIELD.to_python(pasted) == pasted
    assert NAME_FIELD.clean(pasted, None) == pasted
    assert opened(buyer_in(shop, name=pasted)) == {"name": pasted}


def test_weakness_08_errors_carry_the_stored_value(shop: Shop, inside: Scope) -> None:
    with pytest.raises(ValidationError) as shown:
        plain.EncryptedDateField().to_python("born 1980")
    assert "born 1980" in str(shown.value)
    row = buyer_in(shop)
    row.__dict__["name"] = Sealed(b"born 1980" * 20)
    with pytest.raises(Tampered) as hidden:
        opened(row)
    assert "born" not in str(hidden.value)
    with pytest.raises(ValidationError) as wrong:
        NAME_FIELD.to_python(19_800_101)
    assert "1980" not in repr(wrong.value)


def test_weakness_09_a_search_finds_nothing_and_sends_the_text(
    shop: Shop, inside: Scope, django_assert_num_queries: Any
) -> None:
    PlainNote.objects.create(name="Ann")
    search = PlainNote.objects.filter(name__contains="Ann")
    assert (search.count(), "Ann" in str(search.query)) == (0, True)
    buyer_in(shop)
    with django_assert_num_queries(0), pytest.raises(FieldError):
        Recipient.objects.filter(name=NAME).count()


def test_weakness_10_unique_is_accepted_and_never_enforced(db: None) -> None:
    for _ in range(2):
        PlainNote.objects.create(name="Ann", twin="Ann")
    assert PlainNote.objects.count() == 2
    with pytest.raises(FieldError):
        SealedCharField(max_length=10, unique=True)


def test_weakness_11_bulk_update_and_update_store_the_expression(
    shop: Shop, inside: Scope
) -> None:
    note = PlainNote.objects.create(name="Ann", note="n")
    note.name = "Bea"
    PlainNote.objects.bulk_update([note], ["name"])
    assert PlainNote.objects.get(pk=note.pk).name.startswith("Cast(")
    row = buyer_in(shop)
    row.name = "Bea"
    Recipient.objects.bulk_update([row], ["name"])
    assert opened(loaded(row)) == {"name": "Bea"}
    with pytest.raises(FieldError):
        Recipient.objects.update(name=F("phone"))


def test_weakness_12_numbers_cannot_be_saved_on_postgresql(
    shop: Shop, inside: Scope
) -> None:
    with pytest.raises(KeyError):
        plain.EncryptedIntegerField().get_db_prep_save(5, connection)
    assert plain_package_fields() == []
    with pytest.raises(FieldError):
        buyer_in(shop, name=5)


def test_weakness_13_values_are_decrypted_when_rows_are_loaded(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = PlainNote.objects.create(name="Ann")
    assert b"Ann" in pickle.dumps(PlainNote.objects.get(pk=note.pk))
    row = buyer_in(shop)

    def no_key(*_args: object, **_kwargs: object) -> None:
        pytest.fail("loading rows asked for a key")

    monkeypatch.setattr(keys.DataKeys, "data_key", no_key)
    assert NAME.encode() not in pickle.dumps(loaded(row))
    assert list(Recipient.objects.values_list("name", flat=True)) == [row.name]
    assert repr(row.name) == MASK


def test_weakness_14_no_record_no_purpose_no_deadline(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    aimless = Opening("curiosity", row.order_id, NOW)  # type: ignore[arg-type]
    with pytest.raises(NoContext):
        open_fields(row=row, fields=["name"], opening=aimless)
    opened(row)
    entry = LedgerEntry.objects.get(kind=Kind.opened_for(Purpose.DELIVER))
    assert entry.facts["fields"] == "name"
    with at(FIRST_SECOND), pytest.raises(PastItsDay):
        opened(row)
    told = [Move(row.pk, LATER, LATER)]
    assert reseal_many(model=Recipient, moves=told, now=NOW).rows == {row.pk}


def test_weakness_15_size_and_time_of_making_are_readable(
    shop: Shop, inside: Scope
) -> None:
    token = plain.encrypt_str("x" * 23)
    assert len(token) == 120
    made_at = int.from_bytes(urlsafe_b64decode(token)[1:9], "big")
    assert made_at > 1_700_000_000
    row = buyer_in(shop, name="x" * 23)
    early = stored(row)
    with at("2026-12-01T09:00:00+00:00"):
        row.name = "x" * 23
        row.save()
    assert (len(early), len(stored(row))) == (OVERHEAD + 32, OVERHEAD + 32)
    assert len(early) < len(token)
    assert read_header(early) == read_header(stored(row))


def test_weakness_16_max_length_is_dropped_from_migrations(
    shop: Shop, inside: Scope
) -> None:
    assert plain.EncryptedCharField(max_length=10).deconstruct()[3] == {}
    assert SealedCharField(max_length=10).deconstruct()[3] == {"max_length": 10}
    assert SealedTextField(max_length=99).deconstruct()[3] == {"max_length": 99}
    row = buyer_in(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        store(row, stored(row) + bytes(32 * 63))


def test_weakness_17_the_empty_text_shows_and_other_types_are_missing(
    shop: Shop, inside: Scope
) -> None:
    assert len(plain.encrypt_str("")) < len(plain.encrypt_str("x" * 31))
    empty, long = buyer_in(shop, name=""), buyer_in(shop, name="x" * 31)
    assert len(stored(empty)) == len(stored(long))
    assert opened(empty) == {"name": ""}
