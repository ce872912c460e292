"""Sellers, people and what ties them together."""

from sellers.models.certificates import DeletionCertificate
from sellers.models.membership import Invitation, Membership
from sellers.models.owned import SellerOwned
from sellers.models.people import FormerPassword, Person
from sellers.models.permissions import SellerGroupPermission, SellerPersonPermission
from sellers.models.seller import Seller
from sellers.models.staff import StaffMember, StaffRole
from sellers.models.steps import StartStep

__all__ = [
    "DeletionCertificate",
    "FormerPassword",
    "Invitation",
    "Membership",
    "Person",
    "Seller",
    "SellerGroupPermission",
    "SellerOwned",
    "SellerPersonPermission",
    "StaffMember",
    "StaffRole",
    "StartStep",
]
