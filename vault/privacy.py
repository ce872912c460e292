"""What each model says of its fields: whose data they hold, and of which kind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.apps import apps
from django.db.models import Model

#: The packages whose every field must be classified.
OWN_APPS = frozenset(
    {
        "vault",
        "sellers",
        "compliance",
        "inventory",
        "orders",
        "marketplaces",
        "sellerportal",
    }
)


class Category(StrEnum):
    """Amazon's categories of personal data (Data Protection Policy, definitions)."""

    NAME = "name"
    ADDRESS = "postal address"
    PHONE = "phone"
    EMAIL = "e-mail"
    PURCHASE = "purchase, linked to a person"
    MESSAGE = "gift message and instructions"
    TAX_ID = "tax id"


@dataclass(frozen=True, slots=True)
class Privacy:
    """The privacy facts of a model; every field stands in exactly one class.

    ``buyer``: sealed fields with the buyer's data, by category. ``member``: data of
    people who sign in. ``file``: sealed bytes of a file with buyers, which dies within
    a day of its arrival (`vault.files`). ``archive``: bytes sealed to a seller's own
    certificate, which no program here can open. ``plain``: no personal data. ``clock``
    names whose purge day the rows carry; ``subject`` is the field with the id that the
    ledger speaks of. ``invented`` is the flag of rows whose buyer is invented (the test
    buyer): they are never counted, and no record names them.
    """

    plain: frozenset[str]
    member: frozenset[str] = frozenset()
    file: frozenset[str] = frozenset()
    archive: frozenset[str] = frozenset()
    buyer: Mapping[str, Category] = field(default_factory=dict)
    clock: str = ""
    subject: str = "id"
    invented: str = ""

    def classified(self) -> frozenset[str]:
        """Return the names of all fields that are classified."""
        bytes_ = self.file | self.archive
        return self.plain | self.member | bytes_ | frozenset(self.buyer)


def privacy_of(model: type[Model]) -> Privacy | None:
    """Return what a model declares, or ``None`` where it declares nothing."""
    declared = model.__dict__.get("privacy")
    return declared if isinstance(declared, Privacy) else None


def subject_of_row(*, row: Model) -> UUID:
    """Return the id by which the ledger speaks of a row; of a buyer, its order's."""
    privacy = privacy_of(type(row))
    subject: UUID = getattr(row, privacy.subject if privacy else "pk")
    return subject


def own_models() -> Iterator[type[Model]]:
    """Yield every model of ours."""
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS:
            yield model


def buyer_models() -> Iterator[tuple[type[Model], Privacy]]:
    """Yield every model that holds buyer data, with its declaration."""
    for model in own_models():
        privacy = privacy_of(model)
        if privacy is not None and privacy.buyer:
            yield model, privacy


def file_models() -> Iterator[type[Model]]:
    """Yield every model that holds pieces of files with buyers."""
    for model in own_models():
        privacy = privacy_of(model)
        if privacy is not None and privacy.file:
            yield model


def unclassified_fields(model: type[Model]) -> frozenset[str]:
    """Return the fields of a model that stand in no class, or in none that exists."""
    privacy = privacy_of(model)
    names = frozenset(f.name for f in model._meta.local_fields)
    names |= frozenset(f.name for f in model._meta.local_many_to_many)
    return names ^ (privacy.classified() if privacy else frozenset())
