"""Our Python files as the laws read them: path, text and syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: The packages, highest first: each may import those to its right.
PACKAGES = (
    "sellerportal",
    "marketplaces",
    "orders",
    "inventory",
    "compliance",
    "sellers",
    "vault",
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file; ``path`` is relative to the checkout, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """Return the package that the file belongs to."""
        return self.path.split("/", 1)[0]

    @property
    def is_migration(self) -> bool:
        """Tell whether Django wrote the file, or could have."""
        return "/migrations/" in self.path

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Yield the nodes of these kinds."""
        for node in ast.walk(self.tree):
            if isinstance(node, kinds):
                yield node

    def at(self, node: ast.AST) -> str:
        """Return where a node stands, as ``path:line``."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def source_of(text: str, *, path: str = "orders/services/planted.py") -> Source:
    """Return a source that stands in no file, for planted violations."""
    return Source(path, text, ast.parse(text))


@cache
def portal_sources() -> tuple[Source, ...]:
    """Return every Python file of our packages."""
    return _read(*PACKAGES)


@cache
def all_sources() -> tuple[Source, ...]:
    """Return every Python file of ours, tests and measurements too."""
    return (*portal_sources(), *_read("tests", "bench"))


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of attributes, or an empty text."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _read(*folders: str) -> tuple[Source, ...]:
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT).as_posix()
            found.append(Source(name, text, ast.parse(text)))
    return tuple(found)
