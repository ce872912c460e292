"""Sealed files: no piece can be altered, left out, repeated, moved, or opened late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.shops import Shop, at
from vault.context import ScopeMissing
from vault.files import PIECE, FilePlace, FileSealer, SealedPiece, open_file
from vault.refusals import OtherSeller, PastItsDay, Tampered
from vault.rows import new_id

DAY = date(2026, 11, 24)
TEXT = b"Testa Exampleton, 12 Sample Street\n" * 6_000
PLACE = FilePlace(file_id=new_id(), part="upload")
Pieces = list[SealedPiece]


def sealed(data: bytes, *, place: FilePlace = PLACE, step: int = 1_000) -> Pieces:
    """Seal bytes that come in small steps."""
    sealer = FileSealer(place=place, day=DAY)
    pieces = []
    for start in range(0, len(data), step):
        pieces += sealer.add(data[start : start + step])
    return [*pieces, sealer.end()]


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens_whatever_its_length(shop: Shop, size: int) -> None:
    data = (TEXT * 2)[:size]
    with shop.scope():
        pieces = sealed(data, step=777)
        opened, print_ = open_file(place=PLACE, pieces=pieces)
        again = open_file(place=PLACE, pieces=sealed(data))[1]
    assert opened == data
    assert print_ == again
    assert len(pieces) == max(-(-size // PIECE), 1)
    assert not any(b"Exampleton" in piece.blob for piece in pieces)


def _altered(pieces: Pieces) -> Pieces:
    blob = bytearray(pieces[1].blob)
    blob[-1] ^= 1
    return [pieces[0], replace(pieces[1], blob=bytes(blob)), *pieces[2:]]


def _left_out(pieces: Pieces) -> Pieces:
    return [pieces[0], *(replace(p, number=p.number - 1) for p in pieces[2:])]


def _cut_short(pieces: Pieces) -> Pieces:
    return [*pieces[:-2], replace(pieces[-2], last=True)]


def _swapped(pieces: Pieces) -> Pieces:
    first, second = pieces[:2]
    moved = [replace(second, number=0), replace(first, number=1)]
    return [*moved, *pieces[2:]]


def _repeated(pieces: Pieces) -> Pieces:
    return [*pieces, replace(pieces[-1], number=len(pieces))]


@pytest.mark.parametrize(
    "change",
    [
        _altered,
        _left_out,
        _cut_short,
        _swapped,
        _repeated,
        lambda pieces: pieces[:-1],
        lambda pieces: pieces[1:],
        lambda _pieces: [],
        lambda pieces: [replace(pieces[0], blob=b"order-id\tsku"), *pieces[1:]],
    ],
    ids=["altered", "left", "cut", "swapped", "twice", "end", "start", "none", "plain"],
)
def test_a_file_that_was_tampered_with_does_not_open(
    shop: Shop, change: Callable[[Pieces], Pieces]
) -> None:
    with shop.scope():
        pieces = sealed(TEXT)
        assert len(pieces) > 3
        with pytest.raises(Tampered):
            open_file(place=PLACE, pieces=change(pieces))


@pytest.mark.parametrize(
    "other",
    [FilePlace(file_id=new_id(), part="upload"), replace(PLACE, part="rejected")],
    ids=["another file", "another part"],
)
def test_pieces_open_in_their_own_place_alone(shop: Shop, other: FilePlace) -> None:
    with shop.scope():
        pieces = sealed(TEXT)
        with pytest.raises(Tampered):
            open_file(place=other, pieces=pieces)


def test_another_seller_opens_nothing(shop: Shop, other_shop: Shop) -> None:
    with shop.scope():
        pieces = sealed(TEXT)
    with other_shop.scope(), pytest.raises(OtherSeller):
        open_file(place=PLACE, pieces=pieces)
    with pytest.raises(ScopeMissing):
        open_file(place=PLACE, pieces=pieces)


def test_from_its_day_on_nothing_opens_and_nothing_is_sealed(shop: Shop) -> None:
    with shop.scope():
        pieces = sealed(TEXT)
        with at("2026-11-23T23:59:59Z"):
            assert open_file(place=PLACE, pieces=pieces)[0] == TEXT
        with at("2026-11-24T00:00:00Z"):
            with pytest.raises(PastItsDay):
                open_file(place=PLACE, pieces=pieces)
            with pytest.raises(PastItsDay):
                FileSealer(place=PLACE, day=DAY)


def test_the_print_differs_by_a_byte_and_by_the_seller(
    shop: Shop, other_shop: Shop
) -> None:
    prints = set()
    for here in (shop, other_shop):
        for data in (b"one", b"two"):
            with here.scope():
                prints.add(open_file(place=PLACE, pieces=sealed(data))[1])
    assert len(prints) == 4
