"""No way around the doors of the vault: its private parts are its own."""

import ast
from pathlib import Path

import pytest

from tests.laws.sources import ROOT

PACKAGES = (
    "sellerportal",
    "marketplaces",
    "orders",
    "inventory",
    "compliance",
    "sellers",
)
#: Attributes that lead around the sealed query set, or to a text not yet sealed.
CLOSED = frozenset({"take", "_base_manager", "extra", "unseal", "data_key"})
#: Who may use one of these all the same, and why.
MAY_USE = {
    ("compliance/queries/keys_there.py", "data_key"): "reads the key's name, no text",
}
#: Who may move the clock, and why.
MAY_MOVE = {"sellerportal/demo/story.py": "tells the demo's last 45 days"}


def faults_in(text: str, name: str) -> list[str]:
    """Return what a module does that only the vault may do."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vault"):
            private = [a.name for a in node.names if a.name.startswith("_")]
            found += [f"{name}: imports {node.module}.{word}" for word in private]
        if isinstance(node, ast.Attribute):
            if node.attr in CLOSED and (name, node.attr) not in MAY_USE:
                found.append(f"{name}: uses .{node.attr}")
            if node.attr in {"move", "standing_at"} and name not in MAY_MOVE:
                found.append(f"{name}: moves the clock")
    return found


def test_nobody_goes_around_the_vault() -> None:
    faults = []
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            faults += faults_in(file.read_text(), str(file.relative_to(ROOT)))
    assert faults == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("from vault.resealing import _turn", "imports vault.resealing._turn"),
        ("row.__dict__['name'].take()", "uses .take"),
        ("Recipient._base_manager.update(purge_on=day)", "uses ._base_manager"),
        ("clock.move('+1d')", "moves the clock"),
    ],
)
def test_a_planted_way_around_is_found(text: str, fault: str) -> None:
    assert faults_in(text, "planted.py") == [f"planted.py: {fault}"]


def test_the_exceptions_exist() -> None:
    named = [*MAY_MOVE, *(file for file, _ in MAY_USE)]
    assert [name for name in named if not Path(ROOT, name).exists()] == []
