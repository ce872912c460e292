"""The command that opens a shop: where its link leads, and what it refuses."""

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from sellers.management.commands.create_shop import EMAIL_LENGTH, NAME_LENGTH
from sellers.models import Invitation, Seller

OWNER = "me@own.example"
#: The longest address that the portal takes, by one character too long.
LONG_OWNER = f"{'x' * 60}@{'.'.join(['y' * 60] * 4)}"[: EMAIL_LENGTH - 8] + "y.example"


def _printed(name: str = "Own Shop", *, owner: str = OWNER) -> str:
    out = io.StringIO()
    call_command("create_shop", name, "--owner", owner, stdout=out)
    return out.getvalue()


def test_the_lengths_are_those_of_the_columns() -> None:
    assert Seller._meta.get_field("name").max_length == NAME_LENGTH
    assert Invitation._meta.get_field("email").max_length == EMAIL_LENGTH


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("name", "owner", "sentence"),
    [
        ("n" * 121, OWNER, "The name is longer than 120 characters; shorten it."),
        ("Shop", LONG_OWNER, "--owner is longer than 254 characters; shorten it."),
    ],
)
def test_what_is_too_long_is_refused_in_a_sentence(
    name: str, owner: str, sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        _printed(name, owner=owner)
    assert str(refused.value) == sentence
    assert Seller.objects.count() == 0


@pytest.mark.usefixtures("db")
def test_the_longest_name_is_taken() -> None:
    _printed("n" * 120)
    assert [len(seller.name) for seller in Seller.objects.all()] == [120]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("zone", ["Europe", "Mars/Base", "z" * 300, ""])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(CommandError, match="--time-zone is unknown"):
        call_command("create_shop", "Shop", "--owner", OWNER, "--time-zone", zone)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("running", [True, False])
def test_the_link_leads_to_the_portal_that_must_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, running: bool
) -> None:
    monkeypatch.setattr(settings, "PORTAL_ADDRESS", "http://127.0.0.1:8331")
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    (tmp_path / "run").mkdir()
    if running:
        note = tmp_path / "run" / "portal.url"
        note.write_text(f"http://127.0.0.1:8331\n{os.getpid()} 1\n")
    printed = _printed()
    assert "days: http://127.0.0.1:8331/invitations/" in printed
    assert ("Start the portal first" in printed) is not running
