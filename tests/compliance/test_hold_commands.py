"""The commands of the set-up page, run as they stand there."""

import hashlib
import json
import shlex
import subprocess
from pathlib import Path

import pytest

from compliance.models import HoldCertificate
from compliance.presentation.openssl import Commands, commands_for
from tests.compliance.holding import (
    PASSPHRASE,
    approved,
    items,
    order_of,
    placed,
    settle,
)
from tests.orders.incoming import BUYER, the_order
from tests.shops import Shop

pytestmark = pytest.mark.django_db


def run(command: str, folder: Path, *, passphrase: str = "") -> str:
    """Run a command in the folder with the key; the passphrase is not typed."""
    words = shlex.split(command)
    if passphrase:
        words += [passphrase, f"pass:{PASSPHRASE}"]
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def test_they_make_the_key_open_the_item_and_check_it(
    shop: Shop, tmp_path: Path
) -> None:
    commands: Commands = commands_for(shop=shop.seller.slug)
    run(commands.make, tmp_path, passphrase="-passout")
    pem = (tmp_path / "hold.crt").read_text()
    owner = shop.client("owner")
    owner.post(shop.url("exposure/holds/certificate/"), {"pem": pem})
    with shop.scope():
        sha256 = HoldCertificate.objects.get().sha256
    print_ = run(commands.compare, tmp_path).rpartition("=")[2].strip()
    assert print_.replace(":", "").lower() == sha256
    settle(shop)
    approved(shop, placed(shop, the_order(shop, order_of(shop)).id))
    [item] = items(shop)
    file = owner.post(shop.url(f"exposure/holds/items/{item.id}/")).content
    assert hashlib.sha256(file).hexdigest() == item.sha256
    (tmp_path / "H-0001-1a2b3c4d.p7m").write_bytes(file)
    run(commands.open, tmp_path, passphrase="-passin")
    read = json.loads((tmp_path / "H-0001.json").read_text())
    assert read["fields"]["name"] == BUYER["name"]
    assert item.sha256 in run(commands.digest, tmp_path)
    # What the portal stores is the certificate alone.
    assert "PRIVATE" not in pem
    assert "PRIVATE" in (tmp_path / "hold.key").read_text()
