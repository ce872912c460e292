"""What Today knows of a shop's people: factors, invitations, who was asked to come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator

from sellers.demo_mode import demo_mode
from sellers.models import Invitation
from sellers.queries.terms import lasting

#: An invitation that ended longer ago is let be.
REMEMBERED = timedelta(days=14)
#: What counts as a second factor; recovery codes alone do not.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """Counts of people. ``first_asked_at``: when a second person was asked or came."""

    without_factor: int
    ended_unused: int
    waiting: int
    first_asked_at: datetime | None


def people_facts(*, seller_id: UUID, now: datetime) -> PeopleFacts:
    """Read two tables of the shop in scope: who is in it, and who was invited."""
    rows = lasting(now=now).filter(seller_id=seller_id, person__is_active=True)
    members = list(rows.order_by("joined_at").values_list("person_id", "joined_at"))
    secured = set(
        Authenticator.objects.filter(
            user_id__in=[person for person, _at in members], type__in=FACTORS
        ).values_list("user_id", flat=True)
    )
    invited = Invitation.objects.filter(seller_id=seller_id, withdrawn_at=None)
    asked = list(
        invited.order_by("made_at").values_list(
            "made_at", "expires_at", "accepted_at", "invited_by"
        )
    )
    open_ones = [ends for _made, ends, accepted, _by in asked if accepted is None]
    firsts = [made for made, _ends, _accepted, by in asked if by is not None]
    firsts += [joined for _person, joined in members[1:]]
    return PeopleFacts(
        without_factor=0 if demo_mode() else len(members) - len(secured),
        ended_unused=sum(1 for e in open_ones if now - REMEMBERED < e <= now),
        waiting=sum(1 for ends in open_ones if ends > now),
        first_asked_at=min(firsts, default=None),
    )


def factor_since(*, person_id: UUID) -> datetime | None:
    """Return since when a person has a second factor."""
    rows = Authenticator.objects.filter(user_id=person_id, type__in=FACTORS)
    first = rows.order_by("created_at").first()
    since: datetime | None = first.created_at if first else None
    return since
