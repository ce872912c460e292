"""Holds of a demo shop: a tax rule at work, two cases that live, one that waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from compliance.models import Hold, HoldGround, OrderKind
from compliance.queries.held_buyers import fields_of
from compliance.services.certificates import add_certificate
from compliance.services.hold_approval import approve_hold
from compliance.services.holding import Draft, place_hold
from compliance.services.tax_rules import RuleDraft, approve_rule, place_rule
from orders.models import Order
from orders.models.order import BuyerState
from vault.context import person_actor, seller_scope
from vault.keyless import keyless_certificate
from vault.privacy import Category

#: The subject of the certificate, as its page shows it.
CERTIFICATE_NAME = "Demo, its key was thrown away"


@dataclass(frozen=True, slots=True)
class Keepers:
    """A shop by its id, and the two people in it who manage holds."""

    seller_id: UUID
    owner: UUID
    manager: UUID


@dataclass(frozen=True, slots=True)
class _Case:
    kind: HoldGround
    ground: str
    categories: frozenset[Category]
    days: int
    orders: int
    first: str = "purge_on"


#: By the days left of the story, when they are placed.
_CASES = {
    10: _Case(HoldGround.CLAIM, "A-to-z claim", frozenset({Category.ADDRESS}), 13, 2),
    4: _Case(
        HoldGround.COURT,
        "Court order 26-1184",
        frozenset({Category.NAME, Category.ADDRESS, Category.PHONE}),
        171,
        3,
    ),
    0: _Case(
        HoldGround.LAW,
        "Letter of the customs office, 26/0731",
        frozenset({Category.NAME, Category.ADDRESS}),
        60,
        1,
        "-purchased_at",
    ),
}
_RULE_DAYS_LEFT = 43


def hold_what_a_law_needs(*, by: Keepers, days_left: int, now: datetime) -> None:
    """Let happen what happens on a day of the story, as people do it on the pages.

    The certificate's key is thrown away: what the demo seals opens for nobody. The case
    of the last day waits for the owner.
    """
    if days_left == _RULE_DAYS_LEFT:
        _set_up(by, now)
    case = _CASES.get(days_left)
    if case is None:
        return
    hold = _place(by, case, now)
    if days_left:
        with seller_scope(seller_id=by.seller_id, actor=person_actor(by.owner)):
            approve_hold(
                hold_id=hold.id, person_id=by.owner, factor_given=False, now=now
            )


def _set_up(by: Keepers, now: datetime) -> None:
    with seller_scope(seller_id=by.seller_id, actor=person_actor(by.owner)):
        pem = keyless_certificate(name=CERTIFICATE_NAME, now=now)
        add_certificate(given=pem, person_id=by.owner, now=now)
        draft = RuleDraft(
            country="MX",
            kind=OrderKind.ANY,
            law="Código Fiscal de la Federación, art. 30",
            fields=fields_of(categories={Category.NAME, Category.TAX_ID}),
            years=5,
        )
        rule = place_rule(draft=draft, person_id=by.owner, now=now)
    with seller_scope(seller_id=by.seller_id, actor=person_actor(by.manager)):
        approve_rule(rule_id=rule.id, person_id=by.manager, factor_given=False, now=now)


def _place(by: Keepers, case: _Case, now: datetime) -> Hold:
    """Place a case on orders whose buyer is still there, those first that leave."""
    with seller_scope(seller_id=by.seller_id, actor=person_actor(by.manager)):
        there = Order.objects.filter(
            seller_id=by.seller_id,
            buyer_state=BuyerState.SEALED,
            purge_on__gt=now.date(),
            test_buyer=False,
        ).order_by(case.first, "id")
        draft = Draft(
            kind=case.kind,
            ground=case.ground,
            fields=fields_of(categories=case.categories),
            ends_on=now.date() + timedelta(days=case.days),
            subject_ids=tuple(there.values_list("id", flat=True)[: case.orders]),
        )
        return place_hold(draft=draft, person_id=by.manager, now=now)
