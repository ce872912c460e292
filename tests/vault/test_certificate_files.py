"""A certificate as a file: PEM or DER, and every way of giving the key by mistake."""

import subprocess
from pathlib import Path

import pytest

from tests.compliance.holding import PASSPHRASE, HoldKey, make_key
from vault.certificates import CertificateUnfit, Unfit, read_certificate
from vault.clock import clock

UNDER_IT = ("-passin", f"pass:{PASSPHRASE}")


def openssl(*words: str) -> bytes:
    """Return what openssl writes."""
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def key_files(made: HoldKey) -> dict[str, bytes]:
    """Return the private key in each form in which it may lie beside hold.crt."""
    key, certificate = str(made.key), str(made.certificate)
    pkcs8 = ("pkcs8", "-topk8", "-in", key, *UNDER_IT)
    new = ("-passout", f"pass:{PASSPHRASE}")
    text = made.key.read_text()
    return {
        "pem": text.encode(),
        "pem as windows writes it": text.encode("utf-16"),
        "certificate and key": (made.pem + text).encode(),
        "der": openssl(*pkcs8, "-nocrypt", "-outform", "DER"),
        "der under a passphrase": openssl(*pkcs8, "-outform", "DER", *new),
        "der of old": openssl("rsa", "-in", key, *UNDER_IT, "-outform", "DER"),
        "pkcs12": openssl(
            "pkcs12", "-export", "-inkey", key, "-in", certificate, *UNDER_IT, *new
        ),
    }


def unfit(given: bytes) -> Unfit:
    """Return why a file is refused."""
    with pytest.raises(CertificateUnfit) as caught:
        read_certificate(given=given, now=clock.now())
    assert str(caught.value) == caught.value.reason.value
    return caught.value.reason


def test_pem_and_der_are_the_same_certificate(hold_key: HoldKey) -> None:
    der = openssl("x509", "-in", str(hold_key.certificate), "-outform", "DER")
    text = hold_key.pem
    files = [text.encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), der]
    pasted = read_certificate(given=text, now=clock.now())
    assert [read_certificate(given=each, now=clock.now()) for each in files] == (
        [pasted] * 4
    )


def test_a_private_key_is_known_in_every_form(hold_key: HoldKey) -> None:
    found = {name: unfit(data) for name, data in key_files(hold_key).items()}
    assert found == dict.fromkeys(found, Unfit.PRIVATE_KEY)
    assert len(found) == 7


def test_other_files_are_no_certificate(hold_key: HoldKey) -> None:
    der = openssl("x509", "-in", str(hold_key.certificate), "-outform", "DER")
    bundle = openssl(
        "crl2pkcs7", "-nocrl", "-certfile", str(hold_key.certificate), "-outform", "DER"
    )
    for data in (b"", b"%PDF-1.7", der[:-1], der + b"x", bundle):
        assert unfit(data) is Unfit.UNREADABLE


def test_a_weak_key_and_another_kind_of_key(tmp_path: Path) -> None:
    for kind, reason in (("rsa:2048", Unfit.SHORT), ("ed25519", Unfit.NOT_RSA)):
        made = make_key(tmp_path / reason.name, kind=kind)
        der = openssl("x509", "-in", str(made.certificate), "-outform", "DER")
        assert unfit(der) is reason
