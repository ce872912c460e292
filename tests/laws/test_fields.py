"""Every field of every model says whose data it holds, and sealed means buyer."""

import pytest
from django.apps import apps
from django.db import models

from vault.checks import every_field_classified, plain_package_fields
from vault.fields import SealedCharField, sealed_fields
from vault.privacy import (
    OWN_APPS,
    Category,
    Privacy,
    buyer_models,
    file_models,
    own_models,
    privacy_of,
    unclassified_fields,
)
from vault.rows import new_id
from vault.sealed_rows import SealedRow


def faults_of(model: type[models.Model]) -> list[str]:
    """Return what is wrong with a model's privacy declaration, as words."""
    privacy = privacy_of(model)
    if privacy is None:
        return ["no declaration"]
    names = {field.name for field in model._meta.local_fields}
    columns = {field.attname for field in model._meta.local_fields}
    sealed = {field.name for field in sealed_fields(model)}
    faults = [f"unclassified {name}" for name in sorted(unclassified_fields(model))]
    faults += [f"not sealed {name}" for name in sorted(set(privacy.buyer) - sealed)]
    faults += [f"not buyer {name}" for name in sorted(sealed - set(privacy.buyer))]
    bytes_ = privacy.file | privacy.archive
    classes = [*privacy.plain, *privacy.member, *bytes_, *privacy.buyer]
    faults += [f"twice {n}" for n in sorted(set(classes)) if classes.count(n) > 1]
    faults += [
        f"no bytes {name}"
        for name in sorted(bytes_ & names)
        if not isinstance(model._meta.get_field(name), models.BinaryField)
    ]
    if privacy.buyer:
        if privacy.clock not in names:
            faults.append("no clock")
        if privacy.subject not in columns:
            faults.append("no subject")
        if not {"purge_on", "seller"} <= names:
            faults.append("no purge day or seller")
    return faults


def test_every_field_of_ours_is_classified() -> None:
    assert {m._meta.label: faults_of(m) for m in own_models() if faults_of(m)} == {}


def test_the_law_sees_all_packages() -> None:
    ours = {model._meta.label for model in own_models()}
    assert {"orders.Recipient", "sellers.Person", "vault.LedgerEntry"} <= ours
    folders = {
        config.label for config in apps.get_app_configs() if not _foreign(config)
    }
    assert folders == OWN_APPS


def test_buyers_stand_in_one_table() -> None:
    assert [model._meta.label for model, _ in buyer_models()] == ["orders.Recipient"]


def test_files_with_buyers_stand_in_one_table() -> None:
    assert [model._meta.label for model in file_models()] == [
        "marketplaces.UploadPiece"
    ]


def test_the_system_checks_are_silent() -> None:
    assert every_field_classified() == []
    assert plain_package_fields() == []


class _Buyer(SealedRow):
    privacy = Privacy(
        plain=frozenset({"id", "seller", "order", "purge_on", "limit_on", "sealed_at"}),
        buyer={"name": Category.NAME},
        clock="order",
        subject="order",
    )
    seller = models.UUIDField()
    order = models.UUIDField()
    name = SealedCharField(max_length=80)

    class Meta:
        app_label = "planted"
        managed = False


class _Undeclared(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id)

    class Meta:
        app_label = "planted"
        managed = False


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let a test change the declaration of an invented model."""
    return monkeypatch


def test_the_invented_model_is_right_as_it_is() -> None:
    assert faults_of(_Buyer) == []


@pytest.mark.parametrize(
    ("privacy", "fault"),
    [
        (
            {"plain": {"id", "seller", "order", "limit_on", "sealed_at"}},
            "unclassified purge_on",
        ),
        (
            {
                "plain": {
                    "id",
                    "seller",
                    "order",
                    "purge_on",
                    "limit_on",
                    "sealed_at",
                    "age",
                }
            },
            "unclassified age",
        ),
        (
            {
                "buyer": {},
                "plain": {
                    "id",
                    "seller",
                    "order",
                    "purge_on",
                    "limit_on",
                    "sealed_at",
                    "name",
                },
            },
            "not buyer name",
        ),
        (
            {
                "buyer": {"name": Category.NAME, "order": Category.NAME},
                "plain": {"id", "seller", "purge_on", "limit_on", "sealed_at"},
            },
            "not sealed order",
        ),
        ({"member": {"order"}}, "twice order"),
        (
            {
                "file": {"order"},
                "plain": {"id", "seller", "purge_on", "limit_on", "sealed_at"},
            },
            "no bytes order",
        ),
        ({"clock": ""}, "no clock"),
        ({"subject": "parcel"}, "no subject"),
    ],
)
def test_a_planted_fault_is_found(
    planted: pytest.MonkeyPatch, privacy: dict[str, object], fault: str
) -> None:
    before = _Buyer.privacy
    values: dict[str, object] = {
        "plain": before.plain,
        "buyer": before.buyer,
        "file": before.file,
        "clock": before.clock,
        "subject": before.subject,
    }
    planted.setattr(_Buyer, "privacy", _declared({**values, **privacy}))
    assert faults_of(_Buyer) == [fault]


def test_a_model_without_declaration_is_found() -> None:
    assert faults_of(_Undeclared) == ["no declaration"]


def _declared(values: dict[str, object]) -> Privacy:
    frozen = {
        name: frozenset(value) if isinstance(value, set) else value
        for name, value in values.items()
    }
    return Privacy(**frozen)  # type: ignore[arg-type]  # values of a parametrised test


def _foreign(config: object) -> bool:
    return "site-packages" in str(getattr(config, "path", ""))
