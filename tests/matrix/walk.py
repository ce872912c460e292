"""Every address of the portal as the matrix sees it: name, blanks, declaration."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from sellers.access import Access, Audience

#: The blank that names the shop; it is no object of a shop but the shop itself.
SHOP_BLANK = "seller"


@dataclass(frozen=True, slots=True)
class Page:
    """One address: route, view, whole name, and its blanks by converter."""

    route: str
    view: Any
    name: str
    blanks: tuple[tuple[str, str], ...]

    @property
    def access(self) -> Access | None:
        """Return what the view declares."""
        declared = getattr(self.view, "access", None)
        return declared if isinstance(declared, Access) else None

    @property
    def is_list(self) -> bool:
        """Tell whether this is one of Django's lists, which staff alone see."""
        return self.name.startswith("admin:")

    @property
    def audience(self) -> Audience | None:
        """Return whom the address is for; ``None``: a view of allauth decides."""
        return self.access.audience if self.access else None

    @property
    def in_shop(self) -> bool:
        """Tell whether the address lies inside a shop."""
        return self.route.startswith(f"s/<slug:{SHOP_BLANK}>/")

    @property
    def objects(self) -> tuple[tuple[str, str], ...]:
        """Return the blanks beyond the shop that the address lies in."""
        if not self.in_shop:
            return self.blanks
        return tuple(blank for blank in self.blanks if blank[0] != SHOP_BLANK)


def pages(
    patterns: list[Any] | None = None,
    *,
    route: str = "",
    space: str = "",
    blanks: tuple[tuple[str, str], ...] = (),
) -> Iterator[Page]:
    """Yield every address under these patterns, or under the portal's own."""
    if patterns is None:
        patterns = get_resolver().url_patterns
    for entry in patterns:
        here = route + str(entry.pattern)
        found = blanks + _blanks(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from pages(entry.url_patterns, route=here, space=inner, blanks=found)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            yield Page(here, entry.callback, name, found)


def _blanks(pattern: Any) -> tuple[tuple[str, str], ...]:
    """Return names and converters of a pattern; a regular expression has ``re``."""
    if hasattr(pattern, "_route"):
        kinds = {name: type(c).__name__ for name, c in pattern.converters.items()}
        return tuple(
            (name, kind.removesuffix("Converter").lower())
            for name, kind in kinds.items()
        )
    return tuple((name, "re") for name in pattern.regex.groupindex)
