"""What the ledger can say: three-part words, subject:action:detail."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why buyer data is opened. Nothing is opened without one of these."""

    DELIVER = "deliver"
    PACK = "pack"
    ANSWER = "answer-buyer"
    TAX = "tax"
    MARKETPLACE = "requested-by-marketplace"


class Kind(StrEnum):
    """Kinds of ledger entries; each is described in docs/ledger.md."""

    PII_SEALED_IMPORT = "pii:sealed:import"
    PII_OPENED_DELIVER = "pii:opened:deliver"
    PII_OPENED_PACK = "pii:opened:pack"
    PII_OPENED_ANSWER = "pii:opened:answer-buyer"
    PII_OPENED_TAX = "pii:opened:tax"
    PII_OPENED_MARKETPLACE = "pii:opened:requested-by-marketplace"
    PII_REFUSED_DAY = "pii:refused:past-its-day"
    PII_REFUSED_DESTROYED = "pii:refused:key-destroyed"
    PII_REFUSED_LOST = "pii:refused:key-lost"
    PII_REFUSED_TAMPERED = "pii:refused:tampered"
    PII_REFUSED_RATE = "pii:refused:too-many"
    PII_RESEALED_LATER = "pii:resealed:later"
    PII_RESEALED_EARLIER = "pii:resealed:earlier"
    PII_PURGED_DAY = "pii:purged:day"
    ORDER_IMPORTED_NEW = "order:imported:new"
    ORDER_IMPORTED_CHANGED = "order:imported:changed"
    PII_REMOVED_EARLY = "pii:removed:early"
    ORDER_SHIPPED_RECORDED = "order:shipped:recorded"
    ORDER_DELIVERED_RECORDED = "order:delivered:recorded"
    FILE_IMPORTED_ORDERS = "file:imported:orders"
    SELLER_CREATED_SHOP = "seller:created:shop"
    MEMBER_INVITED_EMAIL = "member:invited:email"
    MEMBER_JOINED_SHOP = "member:joined:shop"
    MEMBER_CHANGED_ROLE = "member:changed:role"
    MEMBER_CHANGED_BUYER_DATA = "member:changed:buyer-data"
    MEMBER_REMOVED_SHOP = "member:removed:shop"
    MEMBER_WITHDREW_INVITATION = "member:withdrew:invitation"
    MEMBER_REVIEWED_ACCESS = "member:reviewed:access"
    SELLER_LEFT_DEMO = "seller:left:demo"
    FILE_UPLOADED_ORDERS = "file:uploaded:orders"
    FILE_STOPPED_IMPORT = "file:stopped:import"
    FILE_FAILED_IMPORT = "file:failed:import"
    FILE_DELETED_UPLOAD = "file:deleted:upload"
    PII_EXPORTED_REJECTED = "pii:exported:rejected-rows"
    PII_REFUSED_SUSPENDED = "pii:refused:suspended"
    STAFF_LOOKED_EXPOSURE = "staff:looked:exposure"
    STAFF_LOOKED_RECORDS = "staff:looked:records"
    STAFF_SUSPENDED_OPENING = "staff:suspended:opening"
    STAFF_RESUMED_OPENING = "staff:resumed:opening"
    STAFF_CHANGED_PERSON = "staff:changed:person"
    STAFF_RESET_FACTOR = "staff:reset:second-factor"

    @classmethod
    def opened_for(cls, purpose: Purpose) -> "Kind":
        """Return the kind that records an opening for this purpose."""
        return cls(f"pii:opened:{purpose.value}")
