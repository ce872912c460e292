"""System checks: each error can be reached, and a sound installation has none."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, run_checks
from django.db import models
from encrypted_model_fields import fields as plain

from tests.vault.planted import PlainNote
from vault import checks
from vault.checks import (
    every_field_classified,
    plain_package_fields,
    production_settings,
    sealed_fields_not_unique,
)
from vault.clock import Clock, ClockSettingWrong
from vault.fields import SealedCharField
from vault.privacy import Category, Privacy

GOOD_KEY = "wmB3vRk2Qx9Zt7Lp4Nc8Hd6Jf1Gs5Ya0Ue-Io_Kv3Tq7Wz9Xb2Mn"


class Classified(models.Model):
    """A model that says all of its fields."""

    privacy = Privacy(
        plain=frozenset({"id", "made_at"}),
        member=frozenset({"email"}),
        buyer={"name": Category.NAME},
    )
    made_at = models.DateTimeField()
    email = models.EmailField()
    name = SealedCharField(max_length=10)

    class Meta:
        """Has no table."""

        app_label = "planted"


class Unclassified(models.Model):
    """A model that forgets one field and names one that is not there."""

    privacy = Privacy(plain=frozenset({"id", "gone"}))
    phone = models.CharField(max_length=10)

    class Meta:
        """Has no table."""

        app_label = "planted"


class Silent(models.Model):
    """A model that says nothing; what its parent says does not count."""

    class Meta:
        """Has no table."""

        app_label = "planted"


class TwiceUnique(models.Model):
    """A model that promises what sealed fields cannot keep."""

    name = SealedCharField(max_length=10)
    city = SealedCharField(max_length=10)
    shop = models.IntegerField()

    class Meta:
        """Has no table."""

        app_label = "planted"
        unique_together = [("shop", "city")]
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="planted_name"),
            models.UniqueConstraint(fields=["shop"], name="planted_shop"),
        ]


class PlainNumber(models.Model):
    """A model with a number of the plain package."""

    number = plain.EncryptedIntegerField()

    class Meta:
        """Has no table."""

        app_label = "planted"


def ids(messages: Sequence[CheckMessage]) -> list[str | None]:
    """Return the ids of messages."""
    return [message.id for message in messages]


def looked_at(monkeypatch: pytest.MonkeyPatch, *found: type[models.Model]) -> None:
    """Let the checks find these models alone."""
    monkeypatch.setattr(apps, "get_models", lambda: list(found))
    monkeypatch.setattr(checks, "own_models", lambda: iter(found))


def test_a_sound_installation_has_no_errors(db: None) -> None:
    assert [m for m in run_checks() if (m.id or "").startswith("vault.")] == []
    for check in (
        plain_package_fields,
        every_field_classified,
        sealed_fields_not_unique,
        production_settings,
    ):
        assert check() == []


def test_plain_package_fields_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at(monkeypatch, PlainNote, PlainNumber, Classified)
    found = plain_package_fields()
    assert ids(found) == ["vault.E001"] * 4
    assert found[3].msg.startswith("planted.PlainNumber.number is a plain field")


def test_unclassified_fields_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at(monkeypatch, Classified, Unclassified, Silent)
    found = every_field_classified()
    assert ids(found) == ["vault.E002"] * 2
    assert "gone, phone" in found[0].msg
    assert found[1].msg.startswith("planted.Silent: id ")


def test_unique_constraints_over_sealed_fields_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at(monkeypatch, Classified, TwiceUnique)
    found = sealed_fields_not_unique()
    assert ids(found) == ["vault.E006"] * 2
    assert "the sealed field city" in found[0].msg
    assert "the sealed field name" in found[1].msg


@pytest.fixture
def production(settings: Any) -> Any:
    """Return settings that are sound in production."""
    settings.PORTAL_MODE = "production"
    settings.SECRET_KEY = GOOD_KEY
    settings.DEBUG = False
    settings.PORTAL_CLOCK = ""
    return settings


def test_sound_production_settings_pass(production: Any) -> None:
    assert production_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SECRET_KEY", "x", "vault.E003"),
        ("SECRET_KEY", GOOD_KEY[:49], "vault.E003"),
        ("SECRET_KEY", f"django-Insecure-{GOOD_KEY}", "vault.E003"),
        ("SECRET_KEY", f"{GOOD_KEY}changeme", "vault.E003"),
        ("DEBUG", True, "vault.E004"),
        ("PORTAL_CLOCK", "+120d", "vault.E005"),
    ],
)
@pytest.mark.parametrize("mode", ["production", "demo", "test"])
def test_unsound_production_settings_are_found(
    production: Any, mode: str, name: str, value: object, error: str
) -> None:
    setattr(production, name, value)
    production.PORTAL_MODE = mode
    expected = [error] if mode == "production" else []
    assert ids(production_settings()) == expected


def test_all_that_is_wrong_is_said_at_once(production: Any) -> None:
    production.SECRET_KEY, production.DEBUG = "short", True
    production.PORTAL_CLOCK = "+1d"
    found = ids(run_checks(include_deployment_checks=True))
    assert {"vault.E003", "vault.E004", "vault.E005"} <= set(found)
    assert settings.PORTAL_MODE == "production"


@pytest.mark.parametrize(
    "move",
    [
        lambda clock: clock.move("+1d"),
        lambda clock: clock.move("2030-01-01T00:00Z"),
        lambda clock: clock.standing_at(datetime(2030, 1, 1, tzinfo=UTC)).__enter__(),
    ],
)
def test_the_clock_of_production_stands_for_nobody(
    move: Callable[[Clock], object],
) -> None:
    clock = Clock(mode="production", setting="+3650d")
    before = datetime.now(tz=UTC)
    with pytest.raises(ClockSettingWrong):
        move(clock)
    assert before <= clock.now() <= datetime.now(tz=UTC)


@pytest.mark.parametrize("setting", ["+1w", "tomorrow", "2026-13-01", "d"])
def test_a_clock_setting_that_makes_no_sense_is_named(setting: str) -> None:
    with pytest.raises(ClockSettingWrong, match="write \\+120d"):
        Clock(mode="demo", setting=setting)
