"""The tabs of the pages about buyer data."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Address and words of each page, in their order; all need ``view_exposure``.
TABS: tuple[tuple[str, Promise], ...] = (
    ("compliance:exposure", _("Exposure")),
    ("compliance:holds", _("Holds")),
    ("compliance:retention", _("Retention")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page about buyer data."""

    label: str
    url: str
    current: bool


def tabs(*, shop: str, current: str) -> Iterator[Tab]:
    """Yield the pages of a shop, by its slug; ``current`` is an address's name."""
    for name, label in TABS:
        yield Tab(str(label), reverse(name, args=[shop]), name == current)
