"""The looks in which each page is taken, and the names of the pictures."""

from dataclasses import dataclass
from typing import Literal

from tests.browser.pages import Visit

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """A width in CSS pixels and a colour scheme."""

    width: int
    scheme: Scheme


_SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LOOKS = tuple(Look(w, s) for w in (1440, 390) for s in _SCHEMES)


def picture_name(visit: Visit, look: Look) -> str:
    """Return the file name of a page's picture."""
    return f"{visit.label}-{look.width}-{look.scheme}.webp"
