"""System checks: what must not be true of an installation."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model, UniqueConstraint
from encrypted_model_fields.fields import EncryptedMixin

from vault.fields import SealedMixin, sealed_fields
from vault.privacy import own_models, unclassified_fields

#: Characters; Django's own generator makes 50.
SECRET_LENGTH = 50
SAMPLE_WORDS = ("changeme", "insecure", "example", "sample", "secret-key")


@register()
def plain_package_fields(**kwargs: Any) -> list[CheckMessage]:
    """Refuse fields of the package that are not sealed."""
    del kwargs
    return [
        Error(
            f"{model._meta.label}.{field.name} is a plain field of the encryption "
            "package; use one of vault.fields.",
            id="vault.E001",
        )
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedMixin) and not isinstance(field, SealedMixin)
    ]


@register()
def sealed_fields_not_unique(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a unique constraint over a sealed field: equal texts differ."""
    del kwargs
    return [
        Error(
            f"{model._meta.label}: a unique constraint over the sealed field {name} "
            "enforces nothing; leave it out.",
            id="vault.E006",
        )
        for model in apps.get_models()
        for name in sorted(
            _unique_names(model) & {f.name for f in sealed_fields(model)}
        )
    ]


@register()
def every_field_classified(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a model field that stands in no privacy class."""
    del kwargs
    return [
        Error(
            f"{model._meta.label}: {', '.join(sorted(names))} stand in no privacy "
            "class, or are classified and do not exist.",
            id="vault.E002",
        )
        for model in own_models()
        if (names := unclassified_fields(model))
    ]


@register(deploy=True)
def production_settings(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to start in production with a sample secret, DEBUG or a moved clock."""
    del kwargs
    if settings.PORTAL_MODE != "production":
        return []
    secret = settings.SECRET_KEY
    wrong: list[CheckMessage] = []
    if len(secret) < SECRET_LENGTH or any(
        word in secret.lower() for word in SAMPLE_WORDS
    ):
        wrong.append(Error("SECRET_KEY is short or a sample.", id="vault.E003"))
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        wrong.append(
            Error(
                "EMAIL_BACKEND writes mails with live links into the log; set another.",
                id="vault.E007",
            )
        )
    if settings.DEBUG:
        wrong.append(Error("DEBUG is on in production.", id="vault.E004"))
    if settings.PORTAL_CLOCK:
        wrong.append(
            Error("PORTAL_CLOCK is set; it moves the demo only.", id="vault.E005")
        )
    return wrong


def _unique_names(model: type[Model]) -> set[str]:
    together = {name for names in model._meta.unique_together for name in names}
    return together | {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint)
        for name in constraint.fields
    }
