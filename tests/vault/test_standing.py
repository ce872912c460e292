"""What stays sealed: bound to its place, lost with its secret, never in the clear."""

from pathlib import Path
from typing import Any

import pytest

from vault.keys import data_keys
from vault.refusals import KeyLost, OpeningSuspended, Tampered
from vault.standing import (
    PORTAL_SECRET,
    open_standing,
    seal_standing,
    standing_key_lives,
)

TEXT, PLACE = "JBSWY3DPEHPK3PXP", "totp|somebody"


def test_a_text_opens_in_its_place_alone() -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    assert TEXT not in sealed
    assert open_standing(sealed=sealed, place=PLACE) == TEXT
    with pytest.raises(Tampered):
        open_standing(sealed=sealed, place="totp|somebody else")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    both = {seal_standing(text=TEXT, place=PLACE) for _ in range(2)}
    assert len(both) == 2


@pytest.mark.parametrize("sealed", ["", "short", "not base 64 at all %%%", "ä"])
def test_what_is_no_sealed_text_is_refused(sealed: str) -> None:
    seal_standing(text=TEXT, place=PLACE)
    with pytest.raises(Tampered):
        open_standing(sealed=sealed, place=PLACE)


def test_a_changed_letter_is_refused() -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    other = "A" if sealed[40] != "A" else "B"
    with pytest.raises(Tampered):
        open_standing(sealed=sealed[:40] + other + sealed[41:], place=PLACE)


def test_it_outlives_a_new_root_of_the_keystore() -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    data_keys().keystore.ratchet()
    assert open_standing(sealed=sealed, place=PLACE) == TEXT


def test_with_the_secret_lost_it_is_lost_and_another_one_does_not_open_it() -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    data_keys().keystore.destroy_seller(PORTAL_SECRET)
    assert standing_key_lives(sealed=sealed) is False
    with pytest.raises(KeyLost):
        open_standing(sealed=sealed, place=PLACE)


def test_another_secret_does_not_open_it(settings: Any, tmp_path: Path) -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    settings.PORTAL_KEYSTORE = tmp_path / "another"
    data_keys.cache_clear()
    data_keys().keystore.create()
    seal_standing(text=TEXT, place=PLACE)
    assert standing_key_lives(sealed=sealed) is False
    with pytest.raises(KeyLost):
        open_standing(sealed=sealed, place=PLACE)


def test_without_the_keystore_it_waits() -> None:
    sealed = seal_standing(text=TEXT, place=PLACE)
    folder = data_keys().keystore.folder
    away = folder.with_name("away")
    folder.rename(away)
    for ask in (
        standing_key_lives,
        lambda sealed: open_standing(sealed=sealed, place=PLACE),
    ):
        with pytest.raises(OpeningSuspended):
            ask(sealed=sealed)
    with pytest.raises(OpeningSuspended):
        seal_standing(text=TEXT, place=PLACE)
    away.rename(folder)
    assert open_standing(sealed=sealed, place=PLACE) == TEXT
