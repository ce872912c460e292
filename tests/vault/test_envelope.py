"""The sealed form: what its length tells, and that no altered byte opens."""

import os
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value

from orders.models import Recipient
from tests.shops import Shop
from tests.vault.planted import buyer_in, loaded, opened, store, stored
from vault.context import Scope
from vault.envelope import (
    BLOCK,
    OVERHEAD,
    DataKey,
    fingerprint,
    place,
    read_header,
    seal,
    unseal,
)
from vault.refusals import PlaintextRefused, Tampered

SELLER, OTHER = UUID(int=1), UUID(int=2)
ROW = UUID(int=7)
DAY = date(2026, 12, 18)
WHERE = place(model="orders.recipient", field="name", row_id=ROW)
KEY = DataKey(aead=AESGCM(bytes(range(32))), mac=b"m" * 32, name=b"name")
TEXT = "Testa Exampleton"
BLOB = seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text=TEXT)


def read_and_open(blob: bytes) -> str:
    """Do what an opening does with stored bytes."""
    read_header(blob)
    return unseal(key=KEY, blob=blob, where=WHERE)


def test_a_value_opens_in_its_place() -> None:
    assert read_and_open(BLOB) == TEXT


def test_the_header_says_whose_and_until_when() -> None:
    header = read_header(BLOB)
    assert (header.seller_id, header.day, header.key_name) == (SELLER, DAY, b"name")
    assert header.fingerprint == fingerprint(key=KEY, where=WHERE, text=TEXT)
    assert BLOB[:2] == b"\xe5\x01"


def test_equal_texts_are_sealed_differently() -> None:
    again = seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text=TEXT)
    assert again[:34] == BLOB[:34]
    assert len({again[34:46], BLOB[34:46]}) == 2
    assert again[46:] != BLOB[46:]


@pytest.mark.parametrize("position", range(len(BLOB)))
@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_every_altered_byte_is_refused(position: int, mask: int) -> None:
    altered = bytearray(BLOB)
    altered[position] ^= mask
    with pytest.raises(Tampered) as refused:
        read_and_open(bytes(altered))
    assert TEXT not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 33, OVERHEAD, len(BLOB) - 1, len(BLOB) - 16])
def test_a_shortened_value_is_refused(length: int) -> None:
    with pytest.raises(Tampered):
        read_header(BLOB[:length])


@pytest.mark.parametrize("more", [b"\0", bytes(BLOCK), BLOB], ids=len)
def test_a_lengthened_value_is_refused(more: bytes) -> None:
    with pytest.raises(Tampered):
        read_and_open(BLOB + more)


@pytest.mark.parametrize(
    "planted", [b"Testa", b"<b>Testa</b>" * 8, bytes(94), b"\xe5" * 94]
)
def test_what_was_never_sealed_is_refused(planted: bytes) -> None:
    with pytest.raises(Tampered) as refused:
        read_header(planted)
    assert "Testa" not in str(refused.value)


@pytest.mark.parametrize(
    "where",
    [
        place(model="orders.recipient", field="name", row_id=UUID(int=8)),
        place(model="orders.recipient", field="phone", row_id=ROW),
        place(model="orders.other", field="name", row_id=ROW),
        WHERE + b"|",
        b"",
    ],
    ids=["row", "column", "model", "longer", "nowhere"],
)
def test_a_moved_value_is_refused(where: bytes) -> None:
    with pytest.raises(Tampered):
        unseal(key=KEY, blob=BLOB, where=where)


def test_seller_day_key_and_fingerprint_cannot_be_exchanged() -> None:
    """Each header is well formed; only the authentication can tell."""
    twins = [
        seal(key=KEY, seller_id=OTHER, day=DAY, where=WHERE, text=TEXT),
        seal(key=KEY, seller_id=SELLER, day=date(2027, 1, 5), where=WHERE, text=TEXT),
        seal(
            key=replace(KEY, name=b"twin"),
            seller_id=SELLER,
            day=DAY,
            where=WHERE,
            text=TEXT,
        ),
        seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text="Testa Second"),
    ]
    for twin in twins:
        assert twin[:34] != BLOB[:34]
        with pytest.raises(Tampered):
            unseal(key=KEY, blob=twin[:34] + BLOB[34:], where=WHERE)


def test_another_key_does_not_open() -> None:
    other = DataKey(aead=AESGCM(bytes(32)), mac=KEY.mac, name=KEY.name)
    with pytest.raises(Tampered):
        unseal(key=other, blob=BLOB, where=WHERE)


@pytest.mark.parametrize("length", range(64))
def test_texts_of_one_block_are_stored_alike(length: int) -> None:
    blob = seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text="x" * length)
    assert len(blob) == OVERHEAD + (BLOCK if length < BLOCK else 2 * BLOCK)
    assert unseal(key=KEY, blob=blob, where=WHERE) == "x" * length


@pytest.mark.parametrize("text", ["", "\x80", "a\x80\0", "\0" * 32, "ü" * 16, "𝔘" * 9])
def test_texts_that_look_like_padding_come_back_whole(text: str) -> None:
    blob = seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text=text)
    assert unseal(key=KEY, blob=blob, where=WHERE) == text


def test_half_a_character_is_refused() -> None:
    with pytest.raises(PlaintextRefused):
        seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text="\udc80")
    with pytest.raises(PlaintextRefused):
        fingerprint(key=KEY, where=WHERE, text="\udc80")


def test_the_longest_text_of_four_byte_characters_fits_its_column(
    shop: Shop, inside: Scope
) -> None:
    longest = "𝔘" * 500
    assert opened(buyer_in(shop, name=longest)) == {"name": longest}
    message = "𝔘" * 2000
    row = buyer_in(shop, gift_message=message)
    assert opened(row, "gift_message") == {"gift_message": message}


def test_a_longer_text_does_not_fit_its_column(shop: Shop, inside: Scope) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        buyer_in(shop, name="𝔘" * 504)


@pytest.mark.parametrize(
    "planted",
    [b"", b"Testa Exampleton", "张三".encode() * 20, b"\xe5\x01 short", b"\xe5" * 94],
    ids=["empty", "text", "text that starts like us", "short", "magic alone"],
)
def test_the_column_takes_sealed_bytes_alone(
    shop: Shop, inside: Scope, planted: bytes
) -> None:
    row = buyer_in(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        store(row, planted)
    assert loaded(row).name == row.name


def test_the_column_refuses_text_that_came_past_our_query_set(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    past: Any = QuerySet(Recipient)
    with pytest.raises(IntegrityError), transaction.atomic():
        past.update(name=Value("planted"))
    with pytest.raises(PlaintextRefused), transaction.atomic():
        past.update(name="planted")
    assert loaded(row).name == row.name


def test_bytes_moved_in_the_database_are_refused_there(
    shop: Shop, inside: Scope
) -> None:
    row, other = buyer_in(shop), buyer_in(shop)
    own = stored(row)
    half = len(own) // 2
    for moved in (
        stored(other),
        stored(row, "phone"),
        own[:34] + stored(other)[34:],
        own[:half] + stored(other)[half:],
        own + bytes(BLOCK),
    ):
        store(row, moved)
        with pytest.raises(Tampered):
            opened(loaded(row))
    store(row, own)
    assert opened(loaded(row)) == {"name": "Testa Exampleton"}


def test_a_nonce_is_random(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def draw(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    monkeypatch.setattr(os, "urandom", draw)
    seal(key=KEY, seller_id=SELLER, day=DAY, where=WHERE, text=TEXT)
    assert asked == [12]
