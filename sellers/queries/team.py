"""Who works in a shop, with which second factor, and who was asked to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from sellers.models import Invitation, Membership, Seller
from vault.kinds import Kind
from vault.models import LedgerEntry

#: How long an invitation that was not used stays in sight after its end.
SHOWN_AFTER_END = timedelta(days=30)
MOST_ENDED = 20


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A person's authenticator app, and how many recovery codes are left if known."""

    is_set_up: bool = False
    codes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """When somebody last went through all people of the shop, and who."""

    at: datetime
    person_id: UUID | None


def team(*, seller: Seller) -> list[Membership]:
    """Return all members with their people, in the order in which they joined."""
    rows = Membership.objects.filter(seller=seller).select_related("person", "seller")
    return list(rows.order_by("joined_at", "id"))


def second_factors(*, person_ids: Iterable[UUID]) -> dict[UUID, SecondFactor]:
    """Return second factors by person. No secret is opened for it."""
    kinds = Authenticator.Type
    rows = Authenticator.objects.filter(
        user_id__in=list(person_ids), type__in=[kinds.TOTP, kinds.RECOVERY_CODES]
    )
    apps: set[UUID] = set()
    codes: dict[UUID, int | None] = {}
    for person_id, kind, data in rows.values_list("user_id", "type", "data"):
        if kind == kinds.TOTP:
            apps.add(person_id)
        else:
            codes[person_id] = _codes_left(data)
    return {
        person_id: SecondFactor(person_id in apps, codes.get(person_id))
        for person_id in apps | set(codes)
    }


def waiting(*, seller: Seller, now: datetime) -> QuerySet[Invitation]:
    """Return invitations that still work."""
    return Invitation.objects.filter(
        seller=seller, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )


def invitations(*, seller: Seller, now: datetime) -> list[Invitation]:
    """Return invitations that wait, then those that ended unused not long ago.

    An address that was asked again, or whose owner works here by now, is left out
    of the second part.
    """
    open_ones = list(
        waiting(seller=seller, now=now).select_related("invited_by").order_by("id")
    )
    since = now - SHOWN_AFTER_END
    ended = (
        Invitation.objects.filter(seller=seller, accepted_at=None)
        .filter(Q(withdrawn_at__gt=since) | Q(withdrawn_at=None, expires_at__gt=since))
        .exclude(email__in=[invitation.email for invitation in open_ones])
        .exclude(id__in=[invitation.id for invitation in open_ones])
        .select_related("invited_by")
        .order_by("-made_at", "-id")
    )
    latest: dict[str, Invitation] = {}
    for invitation in ended[:MOST_ENDED]:
        latest.setdefault(invitation.email, invitation)
    return open_ones + list(latest.values())


def last_review(*, seller: Seller) -> Review | None:
    """Return the last review of access, as the ledger holds it."""
    row = (
        LedgerEntry.objects.filter(
            seller_id=seller.id, kind=Kind.MEMBER_REVIEWED_ACCESS.value
        )
        .order_by("-at")
        .values_list("at", "actor_id")
        .first()
    )
    return None if row is None else Review(at=row[0], person_id=row[1])


def _codes_left(data: object) -> int | None:
    """Count codes by allauth's mask of used ones; None where it keeps them otherwise.

    The codes themselves follow from a sealed seed, which a list has no need to open.
    """
    if not isinstance(data, dict):
        return None
    if isinstance(moved := data.get("migrated_codes"), list):
        return len(moved)
    mask = data.get("used_mask")
    if not isinstance(mask, int):
        return None
    return int(app_settings.RECOVERY_CODE_COUNT) - mask.bit_count()
