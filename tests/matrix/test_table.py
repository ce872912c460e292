"""The page of permissions says what the declarations say."""

from tests.matrix.table import PLACE, permissions
from tests.matrix.walk import pages


def test_the_page_is_what_the_declarations_say() -> None:
    """`tests.matrix.table` says how to write it anew."""
    assert PLACE.read_text(encoding="utf-8") == permissions()


def test_every_address_has_its_row() -> None:
    rows = [line for line in permissions().splitlines() if line.startswith("| `/")]
    assert len(rows) == len(list(pages()))
