"""A keystore for the tests of what it keeps and refuses."""

from pathlib import Path

import pytest

from tests.vault.keystores import DAYS, OTHER_SELLER, SELLER
from vault.keystore import FileKeystore


@pytest.fixture
def store(tmp_path: Path) -> FileKeystore:
    """Make a keystore with three days and two sellers."""
    made = FileKeystore(tmp_path / "keystore")
    made.create()
    made.mint_days(DAYS)
    made.mint_seller(SELLER)
    made.mint_seller(OTHER_SELLER)
    return made
