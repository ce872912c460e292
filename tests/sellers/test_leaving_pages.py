"""The pages with which an owner takes a shop out, and downloads the certificate."""

from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from sellers.models import DeletionCertificate, Seller
from sellers.services.deletion_document import checked_certificate
from sellers.tasks import leave_shops
from tests.compliance.planting import plant
from tests.factors import totp_code
from tests.orders.detail_pages import words
from tests.shops import MakeShop, Shop

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def full(transactional_db: None, make_shop: MakeShop) -> Shop:
    """Return a shop with an order, committed."""
    shop = make_shop("Harbor & Pine")
    plant(shop, days_old=3)
    return shop


def closed_at(shop: Shop) -> datetime | None:
    """Return since when nobody works in the shop."""
    return Seller.objects.get(id=shop.id).closed_at


def leave(shop: Shop, client: Client, **entries: str) -> tuple[int, str]:
    """Send the form; return the status and the text of where it leads."""
    answer = client.post(shop.url("people/leave/"), entries, follow=True)
    return answer.status_code, words(answer.content.decode())


def test_the_page_says_what_happens(full: Shop) -> None:
    html = full.client("owner").get(full.url("people/leave/")).content.decode()
    text = words(html)
    assert "from the first second nobody opens a buyer" in text
    assert "the last of the day keys on 17 Dec." in text
    assert "Files that somebody downloaded, and the marketplace" in text
    assert full.url("people/leave/") in html.split("<main", 1)[0]


def test_by_name_and_code_it_is_closed_and_the_certificate_follows(full: Shop) -> None:
    client, owner = full.client("owner"), full.people["owner"]
    status, text = leave(
        full, client, shop_name=" harbor &  pine", code=totp_code(owner)
    )
    assert status == 200
    assert "Harbor &amp; Pine is closed. Its data is being deleted." in text
    assert "nothing of it opens any more. Its rows are being deleted" in text
    assert closed_at(full) is not None
    leave_shops()
    page = client.get("/shops/left/").content.decode()
    row = certificate_of(full)
    assert f"/shops/left/{row.id}/" in page
    file = client.get(f"/shops/left/{row.id}/")
    said, key = checked_certificate(text=file.content.decode())
    assert said["shop"]["id"] == str(full.id)
    assert key in page
    assert "Shops that left" in client.get("/?all=1").content.decode()


def test_a_second_press_leads_to_the_certificate_and_not_nowhere(full: Shop) -> None:
    client, owner = full.client("owner"), full.people["owner"]
    entries = {"shop_name": "Harbor & Pine", "code": totp_code(owner)}
    leave(full, client, **entries)
    manager = full.client("manager")
    assert manager.post(full.url("people/leave/"), entries).status_code == 404
    status, text = leave(full, client, **entries)
    assert (status, "nothing of it opens any more" in text) == (200, True)
    leave_shops()
    status, text = leave(full, client, **entries)
    assert (status, "The certificate can be downloaded" in text) == (200, True)
    assert client.get(full.url("")).status_code == 404
    with full.scope():
        assert DeletionCertificate.objects.count() == 1


def certificate_of(shop: Shop) -> DeletionCertificate:
    """Return the certificate of the owner."""
    with shop.scope():
        return DeletionCertificate.objects.get()


def test_nobody_else_gets_it(full: Shop) -> None:
    leave(
        full,
        full.client("owner"),
        shop_name="Harbor & Pine",
        code=totp_code(full.people["owner"]),
    )
    leave_shops()
    client, row = full.client("manager"), certificate_of(full)
    assert client.get(f"/shops/left/{row.id}/").status_code == 404
    assert "No shop of yours has left" in client.get("/shops/left/").content.decode()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Nothing was deleted. Type the name of the shop."),
        ("Harbor", "Nothing was deleted. Type the name as it stands here: Harbor"),
    ],
)
def test_another_name_deletes_nothing_and_spends_no_code(
    full: Shop, name: str, problem: str
) -> None:
    client, code = full.client("owner"), totp_code(full.people["owner"])
    status, text = leave(full, client, shop_name=name, code=code)
    assert status == 422
    assert problem in text
    assert closed_at(full) is None
    assert leave(full, client, shop_name="Harbor & Pine", code=code)[0] == 200
    assert closed_at(full) is not None


@pytest.mark.parametrize("code", ["", "000000"])
def test_without_the_second_factor_nothing_is_deleted(full: Shop, code: str) -> None:
    client = full.client("owner")
    status, _text = leave(full, client, shop_name="Harbor & Pine", code=code)
    assert (status, closed_at(full)) == (422, None)


def test_in_the_demo_no_code_is_asked_for(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    assert leave(full, full.client("owner"), shop_name="Harbor & Pine")[0] == 200
    assert closed_at(full) is not None


def test_a_shop_of_the_demo_has_its_own_way(full: Shop) -> None:
    Seller.objects.filter(id=full.id).update(demo=True)
    client = full.client("owner")
    assert client.get(full.url("people/leave/")).status_code == 404
    assert "people/leave/" not in client.get(full.url("")).content.decode()


@pytest.mark.parametrize("role", ["manager", "support", "auditor"])
def test_it_is_for_owners(full: Shop, role: str) -> None:
    client = full.client(role)
    assert leave(full, client, shop_name="Harbor & Pine")[0] == 403
    assert "people/leave/" not in client.get(full.url("")).content.decode()
