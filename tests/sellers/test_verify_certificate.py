"""A certificate of deletion is checked by anybody, without the portal's keys."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sellers.models import DeletionCertificate
from sellers.services.deletion_document import checked_certificate
from sellers.services.leaving_portal import ask_to_leave
from sellers.tasks import leave_shops
from tests.compliance.planting import plant
from tests.shops import Shop
from vault.clock import clock
from vault.signing import SignatureWrong

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def file(transactional_db: None, shop: Shop, tmp_path: Path) -> Path:
    """Return a certificate as downloaded."""
    plant(shop, days_old=3, orders=3)
    with shop.scope():
        ask_to_leave(
            seller=shop.seller, person_id=shop.people["owner"].id, now=clock.now()
        )
    leave_shops()
    path = tmp_path / "certificate.json"
    with shop.scope():
        path.write_text(DeletionCertificate.objects.get().text)
    return path


def test_whole(file: Path, capsys: Any) -> None:
    call_command("verify_certificate", str(file))
    said = capsys.readouterr().out
    key = json.loads(file.read_text())["signature"]["public_key"]
    assert "Harbor & Pine left on 2026-11-22T17:14:00+00:00:" in said
    assert "the last day key dies on 2026-12-17." in said
    assert f"Signed with the key {key}\nCompare this key" in said
    call_command("verify_certificate", str(file), "--key", key)


@pytest.mark.parametrize(
    ("old", "new"),
    [("Harbor", "Other"), ('"orders_order": 3', '"orders_order": 2')],
)
def test_altered(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(CommandError, match="Do not trust this certificate"):
        call_command("verify_certificate", str(file))
    with pytest.raises(SignatureWrong):
        checked_certificate(text=file.read_text())


def test_signed_by_another_key(file: Path) -> None:
    with pytest.raises(CommandError, match="Another key signed this certificate"):
        call_command("verify_certificate", str(file), "--key", "00" * 32)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"certificate": 1}', "\x00"])
def test_no_certificate(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other"
    path.write_text(text)
    with pytest.raises(CommandError, match="is no certificate of deletion"):
        call_command("verify_certificate", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_certificate", str(tmp_path / "none"))
