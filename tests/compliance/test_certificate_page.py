"""The page that takes the certificate: as a file or a text, and never a key."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from compliance.models import HoldCertificate
from tests.compliance.holding import HoldKey
from tests.compliance.test_hold_pages import plain, read
from tests.shops import Shop
from tests.vault.test_certificate_files import key_files, openssl
from vault.certificates import LONGEST

pytestmark = pytest.mark.django_db
PLACE = "exposure/holds/certificate/"


def given(
    shop: Shop, data: bytes, *, by: str = "owner", pem: str = "", status: int = 422
) -> str:
    """Give a file; return the page that answers, as HTML."""
    answer = shop.client(by).post(
        shop.url(PLACE), {"file": SimpleUploadedFile("hold.crt", data), "pem": pem}
    )
    assert answer.status_code == status
    return answer.content.decode()


def certificates(shop: Shop) -> list[str]:
    """Return the certificates that the shop has."""
    with shop.scope():
        return list(HoldCertificate.objects.values_list("pem", flat=True))


def test_a_file_is_taken_in_both_forms(
    shop: Shop, other_shop: Shop, hold_key: HoldKey
) -> None:
    given(shop, hold_key.pem.encode(), status=302)
    der = openssl("x509", "-in", str(hold_key.certificate), "-outform", "DER")
    given(other_shop, der, status=302)
    assert certificates(shop) == certificates(other_shop) == [hold_key.pem]
    assert "Holds of Harbor and Pine" in read(shop.client("owner"), shop.url(PLACE))
    assert "This certificate is set up already." in plain(given(shop, der))


def test_a_key_by_mistake_is_neither_kept_nor_logged_nor_shown(
    shop: Shop, hold_key: HoldKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = hold_key.key.read_text().splitlines()[1]
    for data in key_files(hold_key).values():
        html = given(shop, data)
        assert "This holds a private key, so nothing of it was kept" in html
        assert secret not in html + caplog.text
    assert certificates(shop) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This is no certificate"),
        (b"order-id\tname\n", "This is no certificate"),
        (b"x" * (LONGEST + 1), "The file is longer than a certificate"),
        (b"x" * 3_000_000, "The file is longer than a certificate"),
    ],
    ids=["empty", "another file", "a byte too long", "megabytes"],
)
def test_other_files_get_one_clear_sentence(
    shop: Shop, data: bytes, sentence: str
) -> None:
    assert sentence in plain(given(shop, data))
    assert certificates(shop) == []


def test_file_and_text_together_and_neither(shop: Shop, hold_key: HoldKey) -> None:
    html = given(shop, hold_key.pem.encode(), pem="my text")
    assert "Give the file or the text, not both." in plain(html)
    assert "my text</textarea>" in html
    answer = shop.client("owner").post(shop.url(PLACE), {"pem": " "})
    assert answer.status_code == 422
    assert "Choose the file hold.crt, or paste its text." in answer.content.decode()


def test_nobodys_file_is_read_who_may_not_hold(shop: Shop, hold_key: HoldKey) -> None:
    given(shop, hold_key.pem.encode(), by="auditor", status=403)
    given(shop, hold_key.pem.encode(), by="fulfilment", status=403)
    assert certificates(shop) == []
