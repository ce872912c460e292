"""The pages of holds, as people of the shop use them."""

import re
from typing import Any

import pytest
from django.test import Client

from compliance.models import Hold, HoldCertificate, StandingRule
from sellers.models import Person
from tests.compliance.holding import (
    HoldKey,
    approved,
    items,
    leave_alone,
    order_of,
    placed,
    settle,
)
from tests.factors import totp_code
from tests.orders.incoming import BUYER, receive, the_order
from tests.shops import Shop, at
from vault.clock import clock

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "kind": "court",
    "ground": "Court order 26-1184",
    "groups": ["name", "postal address"],
    "ends_on": "2027-05-01",
}


def read(client: Client, address: str, status: int = 200) -> str:
    """Return a page's text, on one line."""
    answer = client.get(address, follow=True)
    assert answer.status_code == status
    return plain(answer.content.decode())


def plain(html: str) -> str:
    """Return what a person reads."""
    inline = re.sub(r"</?time[^>]*>", "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline))


def sent(client: Client, address: str, status: int = 200, **data: Any) -> str:
    """Send a form; return the page that follows, on one line."""
    answer = client.post(address, data, follow=True)
    assert answer.status_code == status
    return plain(answer.content.decode())


def the_hold(shop: Shop) -> Hold:
    """Return the only hold."""
    with shop.scope():
        return Hold.objects.get()


def test_from_the_set_up_to_the_file(shop: Shop, hold_key: HoldKey) -> None:
    """The whole way of a case, by two people, with openssl at its end."""
    settle(shop)
    number = order_of(shop)
    order = the_order(shop, number)
    owner, manager = shop.client("owner"), shop.client("manager")
    assert "No certificate yet" in read(owner, shop.url("exposure/holds/"))
    set_up = shop.url("exposure/holds/certificate/")
    assert "openssl req -x509 -newkey rsa:3072" in read(owner, set_up)
    assert "The certificate is set up" in sent(owner, set_up, pem=hold_key.pem)
    new = shop.url("exposure/holds/new/")
    asked = owner.get(f"{new}?order={order.id}").content.decode()
    assert f">\n{number}</textarea>" in asked
    page = sent(owner, new, numbers=number, **FORM)
    assert "H-0001 waits for approval" in page
    assert "Manager Exampleton can approve it" in page
    hold = the_hold(shop)
    place = shop.url(f"exposure/holds/{hold.id}/")
    refused = sent(owner, f"{place}approve/", 422)
    assert "You asked for it, so somebody else approves it." in refused
    page = sent(manager, f"{place}approve/")
    assert "H-0001 is approved: 1 order sealed to your certificate." in page
    [item] = items(shop)
    file = manager.post(shop.url(f"exposure/holds/items/{item.id}/"))
    assert hold_key.opened(file.content)["fields"]["name"] == BUYER["name"]
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="H-0001-{item.sha256[:8]}.p7m"'
    )
    assert file.headers["Cache-Control"] == "no-store"


def test_a_private_key_is_refused_and_nothing_of_it_is_kept(
    shop: Shop, hold_key: HoldKey
) -> None:
    key = hold_key.key.read_text()
    secret = key.splitlines()[1]
    answer = shop.client("owner").post(
        shop.url("exposure/holds/certificate/"), {"pem": hold_key.pem + key}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This holds a private key, so nothing of it was kept" in html
    assert secret not in html
    with shop.scope():
        assert not HoldCertificate.objects.exists()
    wrong = shop.client("owner").post(
        shop.url("exposure/holds/certificate/"), {"pem": "hold.crt"}
    )
    assert "This is no certificate" in wrong.content.decode()
    assert "hold.crt</textarea>" in wrong.content.decode()


def test_what_is_wrong_in_a_hold_is_said_and_the_entries_stay(shop: Shop) -> None:
    number = order_of(shop)
    owner, new = shop.client("owner"), shop.url("exposure/holds/new/")
    for change, said in (
        ({"numbers": f"{number} 999-1"}, "Not in this shop: 999-1."),
        ({"numbers": "114-1 number!"}, "Entry 2 is no order number"),
        ({"ends_on": "2028-01-01"}, "2027-05-21 at the latest"),
        ({"groups": []}, "Choose at least one group of fields."),
        ({"ground": ""}, "Name the law or case"),
    ):
        data = {"numbers": number, **FORM, **change}
        answer = owner.post(new, data)
        assert (answer.status_code, said in plain(answer.content.decode())) == (
            422,
            True,
        )
        if data["ground"]:
            assert 'value="Court order 26-1184"' in answer.content.decode()
    with shop.scope():
        assert not Hold.objects.exists()


def test_alone_the_second_factor_is_asked_for_after_the_wait(certified: Shop) -> None:
    leave_alone(certified)
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    place = certified.url(f"exposure/holds/{hold.id}/")
    page = read(certified.client("owner"), place)
    assert "Approve from 23 Nov 17:14 UTC" in page
    person = certified.people["owner"]
    code = totp_code(person)
    early = sent(
        certified.client("owner"), f"{place}approve/", 422, code=totp_code(person)
    )
    assert "approve from 23 Nov, 17:14 UTC on" in early
    with at("2026-11-23T17:20:00+00:00"):
        owner = certified.client("owner")
        assert "Give the second factor again." in read(owner, place)
        wrong = sent(owner, f"{place}approve/", 422, code="000000")
        assert "That code is wrong or was used before." in wrong
        code = totp_code(person)
        assert "is approved" in sent(owner, f"{place}approve/", code=code)
        assert "alone, after 24 h" in read(owner, place)
    assert len(items(certified)) == 1


def test_in_the_demo_no_factor_is_asked_for_and_the_wait_stays(
    certified: Shop, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    leave_alone(certified)
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    place = certified.url(f"exposure/holds/{hold.id}/")
    assert "approve from" in sent(certified.client("owner"), f"{place}approve/", 422)
    with at("2026-11-23T17:20:00+00:00"):
        owner = certified.client("owner")
        assert "In the demo there is no second factor" in read(owner, place)
        assert "is approved" in sent(owner, f"{place}approve/")


def test_renewing_and_releasing(certified: Shop) -> None:
    hold = approved(
        certified, placed(certified, the_order(certified, order_of(certified)).id)
    )
    owner, manager = certified.client("owner"), certified.client("manager")
    place = certified.url(f"exposure/holds/{hold.id}/")
    assert "lasts that long already" in sent(
        owner, f"{place}renew/", 422, until="2027-05-01"
    )
    assert "waits for approval" in sent(owner, f"{place}renew/", until="2027-05-20")
    assert "is withdrawn" in sent(manager, f"{place}renewal/drop/")
    sent(owner, f"{place}renew/", until="2027-05-20")
    page = manager.get(place).content.decode()
    assert '<input type="hidden" name="until" value="2027-05-20">' in page
    renewal = f"{place}renewal/approve/"
    for seen in ("2027-05-19", "soon", ""):
        assert "Somebody was here before you" in sent(manager, renewal, 422, until=seen)
    assert "H-0001 is renewed." in sent(manager, renewal, until="2027-05-20")
    assert "what it had sealed is deleted" in sent(owner, f"{place}release/")
    assert "Somebody was here before you" in sent(owner, f"{place}release/", 422)
    assert items(certified) == []


def test_a_rule_from_asking_to_its_end(certified: Shop) -> None:
    owner, manager = certified.client("owner"), certified.client("manager")
    data: dict[str, Any] = {
        "country": "us",
        "kind": "any",
        "law": "Tax code, article 30",
        "groups": ["name", "tax id"],
        "years": "5",
    }
    new = certified.url("exposure/rules/new/")
    assert "T-0001 waits for approval" in sent(owner, new, **data)
    assert "There is a rule for this country" in sent(owner, new, 422, **data)
    with certified.scope():
        rule = StandingRule.objects.get()
    place = certified.url(f"exposure/rules/{rule.id}/")
    assert "it seals what arrives from now on" in sent(manager, f"{place}approve/")
    receive(certified)
    page = read(manager, place)
    assert "1 item, sealed to your certificate" in page
    assert "5 years from the purchase" in page
    with at("2027-11-30T09:00:00+00:00"):
        Person.objects.update(password_changed_at=clock.now())
        owner = certified.client("owner")
        assert "Its yearly review is due since 22 Nov" in read(owner, place)
        assert "Review is due" in read(owner, certified.url("exposure/holds/"))
        assert "stands for another year" in sent(owner, f"{place}review/")
        assert "has ended" in sent(owner, f"{place}end/")
    assert len(items(certified)) == 1


def test_the_order_and_the_exposure_say_what_is_held(certified: Shop) -> None:
    number = order_of(certified)
    order = the_order(certified, number)
    hold = placed(certified, order.id)
    owner = certified.client("owner")
    page = certified.url(f"orders/{order.id}/")
    assert "H-0001 waits for approval: Name, postal address" in read(owner, page)
    approved(certified, hold)
    [item] = items(certified)
    owner.post(certified.url(f"exposure/holds/items/{item.id}/"))
    said = read(owner, page)
    assert (
        "On hold H-0001 until 1 May 2027: Name, postal address; sealed to your "
        "certificate, nobody here can open it." in said
    )
    for words in (
        "Owner Exampleton asked for hold H-0001",
        "Manager Exampleton approved hold H-0001",
        "Sealed to your certificate for H-0001",
        "took what H-0001 sealed as a file",
    ):
        assert words in said
    exposure = read(owner, certified.url("exposure/"))
    assert "On hold 1 sealed away, not readable here" in exposure
    assert "Court order 26-1184" in exposure
    # Fulfilment sees the order, and no way to holds.
    fulfilment = certified.client("fulfilment").get(page).content.decode()
    assert "On hold H-0001" in plain(fulfilment)
    assert "/exposure/holds/" not in fulfilment
