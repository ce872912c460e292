"""The command verify_ledger and the health page."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests import bed
from tests.shops import Shop


def test_a_sound_ledger_is_counted(shop: Shop) -> None:
    out = io.StringIO()
    call_command("verify_ledger", "--json", stdout=out)
    (row,) = json.loads(out.getvalue())
    assert (row["seller"], row["broken"]) == (shop.seller.slug, "")
    assert row["entries"] == 8
    assert len(row["head"]) == 64


def test_it_says_so_in_words(shop: Shop) -> None:
    out = io.StringIO()
    call_command("verify_ledger", shop.seller.slug, stdout=out)
    assert f"{shop.seller.slug}: 8 entries verified, head " in out.getvalue()


def test_an_altered_entry_is_found(transactional_db: None, shop: Shop) -> None:
    call_command("verify_ledger", stdout=io.StringIO())
    with bed.admin_connection() as admin:
        admin.execute("ALTER TABLE vault_ledgerentry DISABLE TRIGGER USER")
        admin.execute("UPDATE vault_ledgerentry SET kind = 'x' WHERE seq = 3")
        admin.execute("ALTER TABLE vault_ledgerentry ENABLE TRIGGER USER")
    out = io.StringIO()
    with pytest.raises(CommandError, match="altered"):
        call_command("verify_ledger", stdout=out)
    assert "Entry 3 was altered." in out.getvalue()


def test_an_unknown_shop_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="no shop of that name"):
        call_command("verify_ledger", "nowhere")


def test_the_portal_says_that_it_lives(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
