"""Letting invited people in, with an account of theirs or a new one."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress

from sellers.models import Invitation, Person
from sellers.queries.staff import live_staff_member
from sellers.queries.team import team
from sellers.services.granting import is_vouched_for, locked_team, offered
from sellers.services.invitations import (
    InvitationGone,
    hashed_token,
    link_goes_by_mail_alone,
)
from sellers.services.members import add_member
from vault.context import SYSTEM, person_actor, seller_scope


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """Return the invitation of a token; raise `InvitationGone` in every other case.

    It is gone too where its sender could not send it any more.
    """
    seller_hex, _, secret = token.partition(".")
    hashed = hashed_token(secret=secret)
    return open_reference(reference=f"{seller_hex}.{hashed}", now=now)


def reference_of(*, invitation: Invitation) -> str:
    """Return what finds an invitation again and opens nothing: it holds no secret."""
    return f"{invitation.seller_id.hex}.{invitation.token_hash}"


def open_reference(*, reference: str, now: datetime) -> Invitation:
    """Return the invitation of a `reference_of`; raise as `open_invitation` does."""
    seller_hex, _, token_hash = reference.partition(".")
    try:
        seller_id = UUID(hex=seller_hex)
    except ValueError as error:
        raise InvitationGone from error
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        invitation = (
            Invitation.objects.select_related("seller", "invited_by")
            .filter(
                seller_id=seller_id,
                seller__closed_at=None,
                token_hash=token_hash,
                accepted_at=None,
                withdrawn_at=None,
                expires_at__gt=now,
            )
            .first()
        )
        if invitation is None:
            raise InvitationGone
        members = team(seller=invitation.seller)
        if not is_vouched_for(invitation=invitation, team=members, now=now):
            raise InvitationGone
    return invitation


def accept_invitation(*, invitation: Invitation, person: Person, now: datetime) -> None:
    """Make the person a member.

    Raises `InvitationGone` where the invitation was used or withdrawn meanwhile, its
    sender could not send it any more, or the person is staff of the operator by now,
    and `AlreadyMember`.
    """
    actor = person_actor(person.id)
    with seller_scope(seller_id=invitation.seller_id, actor=actor):
        _take(invitation=invitation, now=now)
        if live_staff_member(person_id=person.id) is not None:
            raise InvitationGone
        _let_in(invitation=invitation, person=person, now=now)


def join_as_new(
    *, invitation: Invitation, name: str, password: str, now: datetime
) -> Person:
    """Make an account and its membership, or neither.

    The address counts as verified where the link went by e-mail alone, or came from
    the operator. Raises `InvitationGone` where the invitation was used or withdrawn
    meanwhile or its sender could not send it any more, and `IntegrityError` where an
    account with this address was made meanwhile.
    """
    with seller_scope(seller_id=invitation.seller_id, actor=SYSTEM):
        _take(invitation=invitation, now=now)
        person = Person.objects.create_user(
            email=invitation.email,
            password=password,
            name=name,
            made_at=now,
            password_changed_at=now,
        )
        proven = invitation.invited_by_id is None or link_goes_by_mail_alone()
        EmailAddress.objects.create(
            user=person, email=person.email, verified=proven, primary=True
        )
        actor = person_actor(person.id)
        with seller_scope(seller_id=invitation.seller_id, actor=actor):
            _let_in(invitation=invitation, person=person, now=now)
    return person


def _take(*, invitation: Invitation, now: datetime) -> None:
    """Use the invitation up; two at once wait for each other here, one is refused.

    The team is locked first, as by whoever withdraws: its sender cannot be removed
    while the invitation is taken.
    """
    members = locked_team(seller=invitation.seller)
    if not is_vouched_for(invitation=invitation, team=members, now=now):
        raise InvitationGone
    taken = Invitation.objects.filter(
        seller_id=invitation.seller_id,
        id=invitation.id,
        token_hash=invitation.token_hash,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=now,
    ).update(accepted_at=now)
    if not taken:
        raise InvitationGone


def _let_in(*, invitation: Invitation, person: Person, now: datetime) -> None:
    terms = offered(invitation=invitation)
    add_member(
        seller=invitation.seller,
        person=person,
        role=terms.role,
        opens_buyer_data=terms.opens_buyer_data,
        ends_on=terms.ends_on,
        now=now,
    )
