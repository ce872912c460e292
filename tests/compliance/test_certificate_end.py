"""A certificate that ends: owners are told, sealing goes on, nothing new is placed."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from compliance.models import Hold, HoldCertificate, Notice, StandingRule
from compliance.services.certificates import CertificateEnded
from tests.compliance.holding import (
    LAST_DAY,
    HoldKey,
    approved,
    items,
    order_of,
    placed,
    ruled,
    swept,
)
from tests.compliance.test_hold_pages import FORM, read, sent
from tests.orders.incoming import BUYER, incoming, receive, the_order
from tests.sellerportal.watching import recipients, standing, turn
from tests.shops import Shop, at
from vault.clock import clock

pytestmark = pytest.mark.django_db
#: The last instant is the second before.
ENDS_AT = datetime(2026, 12, 1, tzinfo=UTC)
AFTER = "2026-12-01T00:00:00+00:00"
OVER = "Your certificate has ended."


@pytest.fixture
def ending(certified: Shop) -> Shop:
    """Return a shop whose certificate ends on 1 December."""
    with certified.scope():
        HoldCertificate.objects.update(ends_at=ENDS_AT)
    return certified


def test_what_is_approved_goes_on_sealing_and_its_key_opens(
    ending: Shop, hold_key: HoldKey
) -> None:
    hold = placed(ending, the_order(ending, order_of(ending)).id)
    ruled(ending)
    with at(AFTER):
        approved(ending, hold)
        receive(ending, incoming(marketplace_order_id="114-7-1"))
    case, arrived = sorted(items(ending), key=lambda item: item.hold_id is None)
    assert (case.hold_id, arrived.subject_id) == (
        hold.id,
        the_order(ending, "114-7-1").id,
    )
    for item in items(ending):
        assert hold_key.opened(bytes(item.cms))["fields"]["name"] == BUYER["name"]


def test_nothing_new_is_placed_and_the_page_says_why(ending: Shop) -> None:
    number = order_of(ending)
    rule = {
        "country": "US",
        "kind": "any",
        "law": "Tax code, article 30",
        "groups": ["name"],
        "years": "5",
    }
    with at(AFTER):
        owner = ending.client("owner")
        new, rules = (ending.url(f"exposure/{x}/new/") for x in ("holds", "rules"))
        for place, data in ((new, {**FORM, "numbers": number}), (rules, rule)):
            said = sent(owner, place, 422, **data)
            assert "set up a new one first, then place it." in said
            assert OVER in said
        for tail in ("", "certificate/", "new/"):
            assert OVER in read(owner, ending.url(f"exposure/holds/{tail}"))
        with pytest.raises(CertificateEnded):
            placed(ending, the_order(ending, number).id)
    with ending.scope():
        assert not Hold.objects.exists()
        assert not StandingRule.objects.exists()


def test_to_its_last_second_holds_are_placed_and_no_page_speaks_of_it(
    ending: Shop,
) -> None:
    order = the_order(ending, order_of(ending))
    with at("2026-11-30T23:59:59+00:00"):
        assert placed(ending, order.id, ends_on=LAST_DAY).label == "H-0001"
        for tail in ("", "certificate/", "new/"):
            page = read(ending.client("owner"), ending.url(f"exposure/holds/{tail}"))
            assert OVER not in page


def test_owners_are_told_30_days_before_at_the_end_and_not_after_a_new_one(
    ending: Shop, hold_key: HoldKey
) -> None:
    owner = ending.people["owner"].email
    with ending.scope():
        HoldCertificate.objects.update(ends_at=datetime(2026, 12, 22, 18, tzinfo=UTC))
    for day, mails in (
        ("2026-11-22T17:59:59+00:00", 0),
        ("2026-11-22T18:00:00+00:00", 1),
        ("2026-12-22T17:59:59+00:00", 1),
        ("2026-12-22T18:00:00+00:00", 2),
        ("2027-03-01T09:00:00+00:00", 2),
    ):
        with at(day):
            swept(ending)
            turn()
            about = [n for n in standing(ending) if n == "certificate-ending"]
            assert (len(about), len(mail.outbox)) == (min(mails, 1), mails)
    assert recipients() == [owner, owner]
    before, after = (message.subject for message in mail.outbox)
    assert before == "Harbor & Pine: The certificate for holds ends on 22 Dec 2026"
    assert after == "Harbor & Pine: The certificate for holds ended on 22 Dec 2026"
    with ending.scope():
        HoldCertificate.objects.update(ends_at=datetime(2036, 1, 1, tzinfo=UTC))
    with at("2027-03-01T09:00:00+00:00"):
        swept(ending)
        turn()
        with ending.scope():
            assert not Notice.objects.filter(closed_at=None).exists()
        assert clock.today().year == 2027
