"""Orders, their lines, their packages, and the buyer in a room of its own."""

from orders.models.evidence import EvidenceRun
from orders.models.order import Order, OrderLine
from orders.models.recipient import Recipient
from orders.models.sales import DailySales
from orders.models.shipment import Shipment

__all__ = ["DailySales", "EvidenceRun", "Order", "OrderLine", "Recipient", "Shipment"]
