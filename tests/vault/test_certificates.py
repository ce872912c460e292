"""Which texts are taken as a certificate for holds, and which are refused."""

import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.compliance.holding import HoldKey, make_key
from vault.certificates import (
    CertificateUnfit,
    Unfit,
    certificate_name,
    read_certificate,
)
from vault.clock import clock
from vault.keyless import keyless_certificate


def unfit(text: str) -> Unfit:
    with pytest.raises(CertificateUnfit) as caught:
        read_certificate(given=text, now=clock.now())
    return caught.value.reason


def der_of(key: HoldKey) -> bytes:
    done = subprocess.run(
        ["openssl", "x509", "-in", str(key.certificate), "-outform", "DER"],
        check=True,
        capture_output=True,
    )
    return done.stdout


def test_a_certificate_is_taken_alone(hold_key: HoldKey) -> None:
    facts = read_certificate(given=f"Bag Attributes\n{hold_key.pem}\n", now=clock.now())
    assert facts.pem.strip() == hold_key.pem.strip()
    assert facts.sha256 == hashlib.sha256(der_of(hold_key)).hexdigest()


def test_whom_it_is_of_is_read_as_its_maker_wrote_it(hold_key: HoldKey) -> None:
    assert certificate_name(pem=hold_key.pem) == "Holds of Harbor and Pine"
    assert certificate_name(pem="what no page may fail for") == ""


def test_the_demos_certificate_is_fit_and_no_key_comes_with_it() -> None:
    pem = keyless_certificate(name="Demo", now=clock.now())
    facts = read_certificate(given=pem, now=clock.now())
    assert (facts.pem, certificate_name(pem=pem)) == (pem, "Demo")
    assert facts.ends_at - clock.now().replace(microsecond=0) == timedelta(days=3650)


def test_a_private_key_is_refused_before_anything_is_read(hold_key: HoldKey) -> None:
    key = hold_key.key.read_text()
    assert unfit(key) is unfit(hold_key.pem + key) is Unfit.PRIVATE_KEY
    with pytest.raises(CertificateUnfit) as caught:
        read_certificate(given=hold_key.pem + key, now=clock.now())
    assert key.splitlines()[1] not in str(caught.value)


def test_no_certificate_and_two_of_them(hold_key: HoldKey) -> None:
    broken = hold_key.pem.replace("MII", "MIJ", 1)
    assert {unfit(""), unfit("hold.crt"), unfit(broken)} == {Unfit.UNREADABLE}
    assert unfit(hold_key.pem * 2) is Unfit.SEVERAL


@pytest.mark.parametrize(
    ("kind", "reason"), [("rsa:2048", Unfit.SHORT), ("ed25519", Unfit.NOT_RSA)]
)
def test_a_key_that_is_too_short_or_of_another_kind(
    tmp_path: Path, kind: str, reason: Unfit
) -> None:
    assert unfit(make_key(tmp_path, kind=kind).pem) is reason


def test_a_certificate_that_has_ended(hold_key: HoldKey) -> None:
    ends_at = read_certificate(given=hold_key.pem, now=clock.now()).ends_at
    last = read_certificate(given=hold_key.pem, now=ends_at - timedelta(seconds=1))
    assert last.ends_at == ends_at
    with pytest.raises(CertificateUnfit) as caught:
        read_certificate(given=hold_key.pem, now=ends_at)
    assert caught.value.reason is Unfit.ENDED
