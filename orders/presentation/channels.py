"""Marketplaces as people name them, and an order's page in Amazon's own pages."""

import re
from dataclasses import dataclass

from orders.models import Order


@dataclass(frozen=True, slots=True)
class Channel:
    """One of Amazon's marketplaces: its short name and the host of Seller Central."""

    code: str
    host: str


#: By the ``sales-channel`` that order reports carry, in small letters. Where an
#: account is run from another host, Seller Central itself leads on after sign-in.
CHANNELS = {
    f"amazon.{end}": Channel(code, f"sellercentral.amazon.{end}")
    for end, code in (
        ("com", "US"),
        ("ca", "CA"),
        ("com.mx", "MX"),
        ("com.br", "BR"),
        ("co.uk", "UK"),
        ("de", "DE"),
        ("fr", "FR"),
        ("it", "IT"),
        ("es", "ES"),
        ("nl", "NL"),
        ("se", "SE"),
        ("pl", "PL"),
        ("com.be", "BE"),
        ("ie", "IE"),
        ("com.tr", "TR"),
        ("ae", "AE"),
        ("sa", "SA"),
        ("eg", "EG"),
        ("co.za", "ZA"),
        ("in", "IN"),
        ("co.jp", "JP"),
        ("com.au", "AU"),
        ("sg", "SG"),
    )
}
_ORDER_NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")


def channel_of(order: Order) -> Channel | None:
    """Return the marketplace of an order, where its sales channel names one."""
    return CHANNELS.get(order.sales_channel.strip().lower())


def short_place(order: Order) -> str:
    """Name an order's marketplace in a cell: US; else the country it goes to."""
    channel = channel_of(order)
    return channel.code if channel else order.ship_country


def channel_words(order: Order) -> str:
    """Name an order's marketplace in a sentence: Amazon US."""
    channel = channel_of(order)
    if channel is not None:
        return f"Amazon {channel.code}"
    return order.sales_channel or order.channel.title()


def marketplace_url(order: Order) -> str:
    """Return an Amazon order's page in Seller Central, or "" for other orders."""
    number = order.marketplace_order_id
    if order.channel != "amazon" or not _ORDER_NUMBER.fullmatch(number):
        return ""
    channel = channel_of(order) or CHANNELS["amazon.com"]
    return f"https://{channel.host}/orders-v3/order/{number}"
