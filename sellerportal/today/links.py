"""Where the parts of Today lead."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from orders.queries.listing import ListView


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses inside one shop, by its slug."""

    slug: str

    def orders(self, view: ListView) -> str:
        """Return the list of orders in a view."""
        query = urlencode({"view": view.value})
        return f"{reverse('orders:order-list', args=[self.slug])}?{query}"

    @property
    def exposure(self) -> str:
        """Return the page "Buyer data"."""
        return reverse("compliance:exposure", args=[self.slug])

    @property
    def holds(self) -> str:
        """Return the page of holds and standing tax rules."""
        return reverse("compliance:holds", args=[self.slug])

    @property
    def people(self) -> str:
        """Return the page of the shop's people."""
        return reverse("people:people", args=[self.slug])

    @property
    def new_import(self) -> str:
        """Return the page on which an import begins."""
        return reverse("marketplaces:import-new", args=[self.slug])

    def import_run(self, run_id: UUID) -> str:
        """Return the page of one import, with its rejected rows."""
        return reverse("marketplaces:import-page", args=[self.slug, run_id])
