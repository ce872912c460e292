"""Sellers, people and what ties them together."""

from sellers.models.membership import Invitation, Membership
from sellers.models.owned import SellerOwned
from sellers.models.people import Person
from sellers.models.permissions import SellerGroupPermission, SellerPersonPermission
from sellers.models.seller import Seller

__all__ = [
    "Invitation",
    "Membership",
    "Person",
    "Seller",
    "SellerGroupPermission",
    "SellerOwned",
    "SellerPersonPermission",
]
