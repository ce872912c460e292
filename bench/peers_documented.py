"""The package as its documentation shows it: a row at a time, counts and offsets."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.db import models

from bench.peers import PeerLine, PeerOrder, line_values, order_values
from orders.incoming import BUYER_FIELDS, IncomingOrder


class DocumentedOrder(PeerOrder):
    """An order of this peer."""

    objects: "models.Manager[DocumentedOrder]" = models.Manager()


class DocumentedLine(PeerLine):
    """An item of this peer."""

    objects: "models.Manager[DocumentedLine]" = models.Manager()

    order = models.ForeignKey(DocumentedOrder, on_delete=models.CASCADE)


def store(incoming: Iterable[IncomingOrder], *, seller_id: UUID) -> None:
    """Save each order and each line, as ``Model.objects.create`` would."""
    for one in incoming:
        order = DocumentedOrder(**order_values(one, seller_id=seller_id))
        order.save()
        for line in one.lines:
            DocumentedLine(order=order, **line_values(line)).save()


def page(*, seller_id: UUID, last: bool, size: int) -> list[DocumentedOrder]:
    """Return the first or last page of Django's paginator: a count, then an offset."""
    orders = DocumentedOrder.objects.filter(seller_id=seller_id)
    paginator = Paginator(orders.order_by("-purchased_at", "-id"), size)
    # The number of pages asks for the count, which any page shows.
    pages = paginator.num_pages
    return list(paginator.page(pages if last else 1).object_list)


def purge(*, seller_id: UUID, today: date) -> None:
    """Empty the buyer fields of each due order, and save it."""
    due = DocumentedOrder.objects.filter(seller_id=seller_id, purge_on__lte=today)
    for order in due:
        for name in BUYER_FIELDS:
            setattr(order, name, None)
        order.save()
