"""The page People: who works here, who was asked to, what wants a look."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sellers.demo_mode import demo_mode
from sellers.models import Invitation, Membership, Person, Seller
from sellers.presentation.words import codes_words, factor_words, is_thin
from sellers.queries import people_names
from sellers.queries.team import (
    Review,
    SecondFactor,
    invitations,
    last_review,
    second_factors,
    team,
)
from sellers.queries.terms import has_ended
from sellers.roles import OWNER, ROLES, Role
from sellers.services.reviews import REVIEW_DAYS

_NO_FACTOR = SecondFactor()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list. ``ended``: no member any more since ``ends_on``."""

    member: Membership
    is_you: bool
    ended: bool
    factor: SecondFactor

    @property
    def factor_words(self) -> str:
        """Name the second factor."""
        return factor_words(self.factor)

    @property
    def codes_words(self) -> str:
        """Count the recovery codes left."""
        return codes_words(self.factor)

    @property
    def is_thin(self) -> bool:
        """Tell whether the second factor wants a look."""
        return is_thin(self.factor)

    @property
    def has_few_codes(self) -> bool:
        """Tell whether the person should make new recovery codes."""
        return self.factor.is_set_up and self.is_thin


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation; ``ends`` and ``sent`` are in the shop's zone."""

    invitation: Invitation
    role: Role
    waits: bool
    sent: datetime
    ends: datetime
    ends_at: str


@dataclass(frozen=True, slots=True)
class ReviewState:
    """When access was last reviewed and by whom, and by when it is due again."""

    last: Review | None
    by: str
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """All that the page shows."""

    rows: tuple[PersonRow, ...]
    counted: str
    invitations: tuple[InvitationRow, ...]
    review: ReviewState
    roles: tuple[Role, ...]
    ask: str
    owners: str

    @property
    def looks(self) -> list[PersonRow]:
        """Return the people whose sign-in or end wants a look."""
        return [row for row in self.rows if row.ended or row.is_thin]


def people_page(*, seller: Seller, person: Person, now: datetime) -> PeoplePage:
    """Put the page together for whoever looks; the shop's scope is open."""
    members = team(seller=seller)
    factors = second_factors(person_ids=[m.person_id for m in members])
    rows = tuple(
        PersonRow(
            member=member,
            is_you=member.person_id == person.id,
            ended=has_ended(member=member, now=now),
            factor=factors.get(member.person_id, _NO_FACTOR),
        )
        for member in members
    )
    zone = ZoneInfo(seller.time_zone)
    asked = invitations(seller=seller, now=now)
    known = {member.person.email for member in members}
    return PeoplePage(
        rows=rows,
        counted=_counted(rows),
        invitations=tuple(
            _invitation_row(invitation, now=now, zone=zone)
            for invitation in asked
            if invitation.email not in known
        ),
        review=_review(seller=seller, members=members, now=now),
        roles=tuple(ROLES.values()),
        ask=ask_words(members=members, person_id=person.id, now=now),
        owners=", ".join(_owners(members, now)),
    )


def ask_words(*, members: list[Membership], person_id: UUID, now: datetime) -> str:
    """Say who else can change a person's terms."""
    others = _owners([m for m in members if m.person_id != person_id], now)
    if not others:
        return _("Only another owner can change this.")
    return _("Ask %(name)s.") % {"name": others[0]}


def _owners(members: list[Membership], now: datetime) -> list[str]:
    return [
        member.person.name
        for member in members
        if member.role == OWNER.code and not has_ended(member=member, now=now)
    ]


def _counted(rows: tuple[PersonRow, ...]) -> str:
    """Count people, second factors and rights: three short sentences' worth."""
    there = [row for row in rows if not row.ended]
    safe = sum(row.factor.is_set_up for row in there)
    opening = sum(row.member.opens_buyer_data for row in there)
    numbers = {"people": len(there), "safe": safe, "opening": opening}
    if not safe and demo_mode():
        first = ngettext("%(people)d person.", "%(people)d people.", len(there))
    elif safe == len(there):
        first = ngettext(
            "%(people)d person, with a second factor.",
            "%(people)d people, all with a second factor.",
            len(there),
        )
    else:
        first = ngettext(
            "%(people)d person, without a second factor.",
            "%(people)d people, %(safe)d of them with a second factor.",
            len(there),
        )
    second = ngettext(
        "%(opening)d may open buyer data.", "%(opening)d may open buyer data.", opening
    )
    return f"{first} {second}" % numbers


def _invitation_row(
    invitation: Invitation, *, now: datetime, zone: ZoneInfo
) -> InvitationRow:
    ends = invitation.withdrawn_at or invitation.expires_at
    return InvitationRow(
        invitation=invitation,
        role=ROLES[invitation.role],
        waits=invitation.withdrawn_at is None and invitation.expires_at > now,
        sent=invitation.made_at,
        ends=ends,
        ends_at=f"{ends.astimezone(zone):%H:%M}",
    )


def _review(*, seller: Seller, members: list[Membership], now: datetime) -> ReviewState:
    last = last_review(seller=seller)
    since = last.at if last else seller.made_at
    due_on = (since + timedelta(days=REVIEW_DAYS)).astimezone(UTC).date()
    return ReviewState(
        last=last,
        by=_name(last, members) if last else "",
        due_on=due_on,
        overdue=due_on <= now.astimezone(UTC).date(),
    )


def _name(review: Review, members: list[Membership]) -> str:
    """Name the reviewer, who may have left the shop since."""
    names = {member.person_id: member.person.name for member in members}
    if review.person_id is None:
        return ""
    if review.person_id not in names:
        names = people_names(ids={review.person_id})
    return names.get(review.person_id, "")
