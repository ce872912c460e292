"""Notices to owners: opened and closed once, mailed to each, and never in the way."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from compliance.models import (
    Heartbeat,
    Hold,
    MachineGap,
    Notice,
    NoticeKind,
    StandingRule,
)
from compliance.services.stuck import note_failure
from compliance.services.sweep import sweep
from sellers.roles import OWNER
from sellers.services.onboarding import add_member
from tests.compliance.planting import plant
from tests.orders.incoming import incoming, receive
from tests.sellerportal.watching import logged, recipients, standing, turn
from tests.shops import MakeShop, Shop, at
from vault.clock import clock
from vault.kinds import Kind
from vault.models import RootTurn
from vault.rows import new_id

SILENT = "2026-11-22T17:30Z"


@pytest.fixture
def swept(shop: Shop) -> Shop:
    """Return a shop with an order, swept just now."""
    receive(shop, incoming())
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    return shop


def test_a_calm_shop_has_no_notice(swept: Shop) -> None:
    turn()
    assert (standing(swept), mail.outbox) == ([], [])


def test_a_silent_sweep_opens_mails_once_and_closes_itself(swept: Shop) -> None:
    owner = swept.people["owner"].email
    with at(SILENT):
        for _ in range(3):
            turn()
        assert standing(swept) == ["silent-sweep"]
        assert recipients() == [owner]
        (message,) = mail.outbox
        assert message.subject == (
            "Harbor & Pine: The sweep has not reported since 22 Nov, 17:14 UTC"
        )
        assert isinstance(message, EmailMultiAlternatives)
        for body in (message.body, str(message.alternatives[0][0])):
            assert f"/s/{swept.seller.slug}/exposure/" in body
            assert "manage.py purge" in body
        sweep(seller_ids=[swept.id], now=clock.now(), clock_is_right=True)
        turn()
        assert standing(swept) == []
    assert recipients() == [owner]
    facts = {"notice": "silent-sweep", "about": ""}
    kinds = (Kind.NOTICE_OPENED_OWNER, Kind.NOTICE_SENT_EMAIL, Kind.NOTICE_CLOSED_OWNER)
    assert logged(swept, *kinds) == [
        ("notice:opened:owner", facts),
        ("notice:sent:email", {**facts, "owners": 1}),
        ("notice:closed:owner", facts),
    ]


def somebody_lives() -> None:
    """Write a sign of life, so that the time before is no time off."""
    Heartbeat.objects.update_or_create(process="beat", defaults={"at": clock.now()})


def test_a_machine_that_slept_raises_no_alarm_when_it_wakes(swept: Shop) -> None:
    with at("2026-11-23T08:00Z"):
        turn()
        assert (standing(swept), mail.outbox) == ([], [])
    with at("2026-11-23T08:16Z"):
        turn()
        assert standing(swept) == ["silent-sweep"]


def test_a_red_one_is_mailed_again_each_day_while_it_stands(swept: Shop) -> None:
    with at(SILENT):
        turn()
    with at("2026-11-23T17:29Z"):
        somebody_lives()
        turn()
        assert len(mail.outbox) == 1
    with at("2026-11-23T17:30Z"):
        turn()
        turn()
        assert len(mail.outbox) == 2


def test_every_owner_is_mailed_and_nobody_else(swept: Shop) -> None:
    second = swept.people["support"]
    with swept.scope():
        swept.people["support"].memberships.all().delete()
        add_member(
            seller=swept.seller,
            person=second,
            role=OWNER,
            opens_buyer_data=False,
            now=clock.now(),
        )
    with at(SILENT):
        turn()
    assert sorted(recipients()) == sorted([swept.people["owner"].email, second.email])


def test_several_at_once_make_one_mail(swept: Shop) -> None:
    with at(SILENT):
        RootTurn.objects.update_or_create(
            day=clock.today() + timedelta(days=1),
            defaults={"tries": 1, "failed_at": clock.now(), "error": "OSError"},
        )
        turn()
        assert standing(swept) == ["failed-ratchet", "silent-sweep"]
        (message,) = mail.outbox
        assert "The keys were not put under a new root" in message.subject
        assert "The sweep has not reported" in message.body


def test_past_the_limit_says_since_when(swept: Shop) -> None:
    plant(swept, days_old=27, orders=2)
    with at("2026-11-27T09:00Z"):
        turn_without_sweeping()
        with swept.scope():
            notice = Notice.objects.get(kind=NoticeKind.PAST_LIMIT)
        assert notice.facts == {"orders": 2, "since": "2026-11-23"}


def turn_without_sweeping() -> None:
    """Go a round that destroys no key, as where a keystore cannot be written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sellerportal.watching.rounds.sweep_keys_if_due", _nothing)
        turn()


def _nothing(**_given: object) -> None:
    """Destroy nothing."""


def test_holds_rules_rows_and_times_off_open_theirs(swept: Shop) -> None:
    person, today = swept.people["owner"], clock.today()
    placed = {"placed_at": clock.now(), "placed_by": person, "approved_at": clock.now()}
    with swept.scope():
        for number, days in ((1, 3), (2, 4)):
            Hold.objects.create(
                seller_id=swept.id,
                number=number,
                kind="law",
                ground="A law",
                orders=1,
                ends_on=today + timedelta(days=days),
                **placed,
            )
        StandingRule.objects.create(
            seller_id=swept.id,
            number=1,
            country="DE",
            law="A law",
            years=10,
            review_on=today,
            **placed,
        )
        for _ in range(3):
            note_failure(
                subject_id=STUCK, step="purge", error="ValueError", now=clock.now()
            )
    MachineGap.objects.create(
        began_at=clock.now() - timedelta(days=4), ended_at=clock.now()
    )
    turn()
    assert standing(swept) == ["hold-ending", "machine-off", "rule-review", "stuck-row"]
    with swept.scope():
        labels = {n.kind: n.about for n in Notice.objects.all()}
    assert (labels["hold-ending"], labels["rule-review"]) == ("H-0001", "T-0001")


STUCK = new_id()


def test_shops_do_not_see_each_others(swept: Shop, make_shop: MakeShop) -> None:
    other = make_shop("Fern & Stone")
    with swept.scope():
        for _ in range(3):
            note_failure(
                subject_id=STUCK, step="purge", error="ValueError", now=clock.now()
            )
    turn()
    assert (standing(swept), standing(other)) == (["stuck-row"], [])
