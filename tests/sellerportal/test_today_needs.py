"""What needs somebody: from facts, in order of risk, for those who can act."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator

from compliance.models import Hold, OrderKind, StandingRule, SweepRun
from compliance.services.certificates import add_certificate
from compliance.services.holding import ask_renewal
from compliance.services.sweep import sweep
from compliance.services.tax_rules import RuleDraft, place_rule
from marketplaces.enums import RunState
from marketplaces.models import ImportRun
from orders.services.disclosure import disclose_recipient
from sellers.models import Invitation
from tests.compliance.holding import LAST_DAY, HoldKey, approved, placed, settle
from tests.compliance.planting import plant
from tests.sellerportal.today_pages import card, due, figures, page
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import person_actor, seller_scope, staff_actor
from vault.kinds import Purpose
from vault.rows import new_id
from vault.stops import stop_opening


@pytest.fixture(autouse=True)
def _swept(shop: Shop) -> None:
    """Let the sweep have run just now."""
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)


def needs(shop: Shop, role: str = "owner") -> str:
    """Return the text of the card."""
    return card(page(shop, role), "needs")


def test_nothing_is_invented(shop: Shop) -> None:
    due(shop)
    assert needs(shop) == "Needs you Nothing at the moment."
    assert figures(page(shop))["Needs you"][0] == 0


def test_what_others_asked_for_waits_for_the_second_person(shop: Shop) -> None:
    settle(shop)
    order = due(shop)
    held = placed(shop, order.id, by="owner")
    words = (
        "1 hold or tax rule waits for your approval Until then nothing is sealed, and "
        "buyers leave on their days See"
    )
    assert words in needs(shop, "manager")
    for role in ("owner", "fulfilment", "auditor"):
        assert "approval" not in needs(shop, role)
    draft = RuleDraft("US", OrderKind.ANY, "Tax code, article 30", ("name",), 5)
    with shop.scope():
        place_rule(draft=draft, person_id=shop.people["owner"].id, now=clock.now())
    assert "2 holds or tax rules wait for your approval" in needs(shop, "manager")
    with shop.scope():
        Hold.objects.filter(id=held.id).update(withdrawn_at=clock.now())
        StandingRule.objects.update(withdrawn_at=clock.now())
    assert "approval" not in needs(shop, "manager")


def test_a_renewal_waits_for_who_did_not_ask_for_it(
    shop: Shop, hold_key: HoldKey
) -> None:
    owner = shop.people["owner"].id
    settle(shop)
    with shop.scope():
        add_certificate(given=hold_key.pem, person_id=owner, now=clock.now())
    held = approved(shop, placed(shop, due(shop).id, by="owner"), by="manager")
    assert "approval" not in needs(shop, "manager")
    with shop.scope():
        ask_renewal(
            hold_id=held.id,
            until=LAST_DAY + timedelta(days=9),
            person_id=shop.people["manager"].id,
            now=clock.now(),
        )
    assert "1 hold or tax rule waits for your approval" in needs(shop, "owner")
    assert "approval" not in needs(shop, "manager")


def test_a_silent_sweep_is_said(shop: Shop) -> None:
    due(shop)
    with at("2026-11-22T17:40Z"):
        words = needs(shop)
        assert "The sweep has not reported for 26 min" in words
        assert "sweep" not in needs(shop, "fulfilment")


def test_a_waiting_sweep_gives_its_reason(shop: Shop) -> None:
    due(shop)
    SweepRun.objects.update(waiting="The clock stands 9 days ahead.")
    assert "The sweep waits The clock stands 9 days ahead. Open" in needs(shop)


def test_a_stop_gives_its_reason_to_the_owner_alone(shop: Shop) -> None:
    due(shop)
    with seller_scope(seller_id=shop.id, actor=staff_actor(new_id())):
        stop_opening(reason="Sign-ins from two places.", ticket="T-1", now=clock.now())
    assert "Staff suspended it on 22 Nov: Sign-ins from two places." in needs(shop)
    for role in ("manager", "support"):
        words = needs(shop, role)
        assert "Staff suspended it; the owner sees why" in words
        assert "two places" not in page(shop, role)


def an_import(shop: Shop, now: datetime, **changes: object) -> ImportRun:
    """Make an import of an hour ago."""
    values: dict[str, object] = {
        "file_name": "unshipped-0a1b2c3d",
        "kind": "unshipped",
        "started_at": now - timedelta(hours=1),
        "ended_at": now - timedelta(hours=1),
        "orders": 38,
        "created": 38,
        "updated": 61,
        **changes,
    }
    with shop.scope():
        return ImportRun.objects.create(seller_id=shop.id, **values)


def test_rejected_rows_wait_while_they_can_be_taken(shop: Shop, now: datetime) -> None:
    due(shop)
    run = an_import(shop, now, rejected=4, expires_at=now + timedelta(hours=23))
    assert "4 rows were rejected Take them as a file until 23 Nov, 16:14" in needs(shop)
    assert f"/{run.id}/" in page(shop)
    assert "rejected" not in needs(shop, "fulfilment")
    for gone in ({"deleted_at": now}, {"expires_at": now}):
        with shop.scope():
            ImportRun.objects.update(**{"deleted_at": None, **gone})
        assert "rejected" not in needs(shop)


def test_an_invitation_that_ended_unused_is_said_for_two_weeks(
    shop: Shop, now: datetime
) -> None:
    due(shop)
    with shop.scope():
        Invitation.objects.update(expires_at=now - timedelta(days=1))
    assert "1 invitation ended unused Invite again, or let it be People" in needs(shop)
    assert "invitation" not in needs(shop, "manager")
    with shop.scope():
        Invitation.objects.update(expires_at=now - timedelta(days=15))
    assert "invitation" not in needs(shop)


def test_people_without_a_second_factor_are_counted(shop: Shop) -> None:
    due(shop)
    for role in ("auditor", "support"):
        Authenticator.objects.filter(user=shop.people[role]).delete()
    assert "2 people have no second factor" in needs(shop)
    assert "second factor" not in needs(shop, "manager")


def test_the_most_pressing_stands_first_and_the_sixth_is_folded(
    shop: Shop, now: datetime
) -> None:
    due(shop, ship_in=-5)
    plant(shop, days_old=27, orders=2)
    Authenticator.objects.filter(user=shop.people["support"]).delete()
    with shop.scope():
        Invitation.objects.update(expires_at=now)
    with seller_scope(seller_id=shop.id, actor=staff_actor(new_id())):
        stop_opening(reason="Asked by the owner.", ticket="", now=now)
    with at("2026-11-30T09:00Z"):
        an_import(shop, clock.now(), rejected=1, expires_at=clock.now() + HOUR)
        html = page(shop)
        words = card(html, "needs")
        wanted = [
            "2 orders past the limit",
            "The sweep has not reported",
            "not shown at the moment",
            "1 order is late",
            "1 row was rejected",
            "2 more",
            "no second factor",
            "ended unused",
        ]
        places = [words.index(text) for text in wanted]
        assert places == sorted(places)
        assert figures(html)["Needs you"][0] == 7
        assert "first: 2 orders past the limit" in html


HOUR = timedelta(hours=1)


def test_since_noon_tells_showings_imports_and_purges(
    shop: Shop, now: datetime
) -> None:
    plant(shop, days_old=27, orders=2)
    order = due(shop)
    owner = shop.people["owner"]
    with seller_scope(seller_id=shop.id, actor=person_actor(owner.id)):
        for _ in range(3):
            disclose_recipient(
                order=order,
                group="ship-to",
                purpose=Purpose.DELIVER,
                reference="",
                now=now,
            )
    an_import(shop, now, rejected=4)
    with at("2026-11-23T00:10Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        words = card(page(shop), "since")
        assert words.startswith("Since Sunday noon Buyer data of 2 orders purged")
        assert "Purge record P-0001" in words
        assert "Buyer data shown 3 times Owner Exampleton, purpose: deliver" in words
        assert "Import: 38 new orders, 61 changed, 4 rows rejected" in words
        assert "Buyer data shown" not in card(page(shop, "fulfilment"), "since")
    with at("2026-11-24T12:30Z"):
        assert "No import, no purge" in card(page(shop), "since")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState.CHECKED, "Checked, not imported; its file is deleted by 23 Nov"),
        (RunState.STOPPED, "Stopped; the rest can follow until 23 Nov"),
    ],
)
def test_an_import_that_waits_for_somebody_is_said(
    shop: Shop, now: datetime, state: RunState, words: str
) -> None:
    due(shop)
    with shop.scope():
        run = ImportRun.objects.create(
            seller_id=shop.id,
            kind="orders",
            encoding="utf-8",
            started_at=now,
            ended_at=now if state == RunState.STOPPED else None,
            state=state,
            expires_at=now + timedelta(hours=6, minutes=46),
        )
    assert f"An import waits for you {words}" in needs(shop)
    assert "An import waits" not in needs(shop, "fulfilment")
    stopped = "Import stopped: nothing changed" in page(shop)
    assert stopped is (state == RunState.STOPPED)
    with shop.scope():
        ImportRun.objects.filter(id=run.id).update(deleted_at=now)
    assert "An import waits" not in needs(shop)
