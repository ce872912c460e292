"""Inviting people into a shop by e-mail, asking again, withdrawing."""

import hashlib
import secrets
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sellers.demo_mode import demo_mode
from sellers.models import Invitation, Membership, Seller, StaffMember
from sellers.queries.team import waiting
from sellers.roles import Role, Terms
from sellers.services.granting import (
    ChangeRefused,
    changer_in,
    check_capability,
    check_grant,
    locked_team,
    offered,
    withdraw_one,
)
from vault.kinds import Kind
from vault.ledger import append

INVITATION_DAYS = 3
#: Backends of Django's that leave an e-mail on this machine.
_STAYS_HERE = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
)


class InvitationGone(Exception):
    """The invitation does not exist, has expired, was used or withdrawn."""


class WorksHereAlready(ChangeRefused):
    """The address belongs to somebody who is in the list of people."""


class InvitedAlready(ChangeRefused):
    """An invitation to this address still waits."""


class EndHasCome(ChangeRefused):
    """The membership that the invitation would make has ended by now."""


class StaffAddress(ChangeRefused):
    """The address is one of the operator's staff, who work in no shop."""


def link_goes_by_mail_alone() -> bool:
    """Tell whether a link reaches nobody but the mailbox that it is sent to.

    Then whoever has it has the mailbox. Where e-mail does not leave, and in the demo,
    the inviter is shown the link, and it proves nothing.
    """
    return not demo_mode() and settings.EMAIL_BACKEND not in _STAYS_HERE


def invite(
    *,
    seller: Seller,
    email: str,
    role: Role,
    opens_buyer_data: bool,
    now: datetime,
    invited_by: UUID | None = None,
    ends_on: date | None = None,
) -> str:
    """Invite somebody by e-mail; return the token, which is not kept."""
    check_capability(role=role, opens_buyer_data=opens_buyer_data)
    token, token_hash = _new_token(seller)
    invitation = Invitation.objects.create(
        seller=seller,
        email=email.strip().lower(),
        role=role.code,
        opens_buyer_data=opens_buyer_data,
        token_hash=token_hash,
        made_at=now,
        expires_at=_expiry(now=now, ends_on=ends_on),
        invited_by_id=invited_by,
        ends_on=ends_on,
    )
    _record_invited(invitation=invitation, now=now)
    return token


def invite_person(
    *, seller: Seller, email: str, terms: Terms, inviter_id: UUID, now: datetime
) -> str:
    """Invite somebody on behalf of a person of the shop; return the token.

    Raises a `ChangeRefused` where the address is here already or the inviter may not
    give these terms, and `BuyerDataForbidden`.
    """
    address = email.strip().lower()
    with transaction.atomic():
        team = locked_team(seller=seller)
        inviter = changer_in(team=team, person_id=inviter_id, now=now)
        check_grant(giver=inviter, given=terms)
        _check_address(team=team, address=address)
        if waiting(seller=seller, now=now).filter(email=address).exists():
            raise InvitedAlready
        return invite(
            seller=seller,
            email=address,
            role=terms.role,
            opens_buyer_data=terms.opens_buyer_data,
            now=now,
            invited_by=inviter_id,
            ends_on=terms.ends_on,
        )


def send_again(
    *, seller: Seller, invitation_id: UUID, sender_id: UUID, now: datetime
) -> tuple[Invitation, str]:
    """Renew an invitation that was not used: the new token works, the old is dead.

    Raises `InvitationGone` where it was used meanwhile, or a `ChangeRefused`.
    """
    with transaction.atomic():
        team = locked_team(seller=seller)
        sender = changer_in(team=team, person_id=sender_id, now=now)
        invitation = _unused(seller=seller, invitation_id=invitation_id)
        check_grant(giver=sender, given=offered(invitation=invitation))
        expires_at = _expiry(now=now, ends_on=invitation.ends_on)
        if expires_at <= now:
            raise EndHasCome
        _check_address(team=team, address=invitation.email)
        others = waiting(seller=seller, now=now).exclude(id=invitation.id)
        if others.filter(email=invitation.email).exists():
            raise InvitedAlready
        token, invitation.token_hash = _new_token(seller)
        invitation.made_at = now
        invitation.expires_at = expires_at
        invitation.withdrawn_at = None
        invitation.invited_by_id = sender_id
        invitation.save()
        _record_invited(invitation=invitation, now=now)
    return invitation, token


def withdraw_invitation(
    *, seller: Seller, invitation_id: UUID, person_id: UUID, now: datetime
) -> None:
    """End an invitation; raise `InvitationGone` where it was used meanwhile.

    Withdrawing twice is withdrawing once.
    """
    with transaction.atomic():
        changer_in(team=locked_team(seller=seller), person_id=person_id, now=now)
        invitation = _unused(seller=seller, invitation_id=invitation_id)
        if invitation.withdrawn_at is None:
            withdraw_one(invitation=invitation, now=now)


def _unused(*, seller: Seller, invitation_id: UUID) -> Invitation:
    rows = Invitation.objects.filter(seller=seller, id=invitation_id, accepted_at=None)
    invitation = rows.select_for_update().first()
    if invitation is None:
        raise InvitationGone
    return invitation


def _check_address(*, team: list[Membership], address: str) -> None:
    if any(member.person.email == address for member in team):
        raise WorksHereAlready
    staff = StaffMember.objects.filter(person__email=address, ended_at=None)
    if staff.exists():
        raise StaffAddress


def _record_invited(*, invitation: Invitation, now: datetime) -> None:
    append(
        kind=Kind.MEMBER_INVITED_EMAIL,
        now=now,
        subject_id=invitation.id,
        facts={"role": invitation.role},
    )


def _expiry(*, now: datetime, ends_on: date | None) -> datetime:
    """Return until when a link works: not longer than what it would open."""
    expires_at = now + timedelta(days=INVITATION_DAYS)
    if ends_on is None:
        return expires_at
    return min(expires_at, datetime.combine(ends_on, time.min, tzinfo=UTC))


def _new_token(seller: Seller) -> tuple[str, str]:
    secret = secrets.token_urlsafe(32)
    return f"{seller.id.hex}.{secret}", hashed_token(secret=secret)


def hashed_token(*, secret: str) -> str:
    """Return what is kept of a token: the hash of its secret part."""
    return hashlib.sha256(secret.encode()).hexdigest()
