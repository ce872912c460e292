"""What the ledger can say is documented, word by word."""

import re

from tests.laws.sources import ROOT
from vault.kinds import Kind, Purpose

DOCUMENT = ROOT / "docs" / "ledger.md"
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|", re.MULTILINE)
WORD = re.compile(r"[a-z]+:[a-z]+:[a-z-]+")


def test_every_kind_is_three_words() -> None:
    assert [kind.value for kind in Kind if not WORD.fullmatch(kind.value)] == []


def test_every_kind_is_documented_and_every_documented_kind_exists() -> None:
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert [name for name, _ in rows] == [kind.value for kind in Kind]
    assert [name for name, words in rows if len(words) < 20] == []


def test_every_purpose_has_a_kind_that_records_its_openings() -> None:
    assert {Kind.opened_for(purpose) for purpose in Purpose} == {
        kind for kind in Kind if kind.value.startswith("pii:opened:")
    }
