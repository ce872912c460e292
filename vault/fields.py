"""Sealed model fields on top of django-encrypted-model-fields.

The package supplies the field layer; every weakness of it that reference reports list
(one key for all, no binding to the row, plaintext accepted, expressions stored as
text, eager opening) is mended here and named by a test in tests/vault.
"""

from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _
from encrypted_model_fields.fields import EncryptedMixin

from vault.days import hold_day
from vault.envelope import BLOCK, MAGIC, OVERHEAD, SUITE_AES_256_GCM
from vault.refusals import PlaintextRefused
from vault.sealed import MASK, Sealed, Unsealed
from vault.sealing import seal_text

_IMPOSSIBLE = ("unique", "db_index", "primary_key", "choices", "db_default")


class SealedAttribute(DeferredAttribute):
    """Keeps ciphertext, or text that waits for sealing, in the instance."""

    field: "SealedMixin"

    def __set__(self, instance: models.Model, value: object) -> None:
        """Wrap plain text, so that nothing prints it before it is sealed."""
        if isinstance(value, str):
            value = Unsealed(value)
        instance.__dict__[self.field.attname] = value


class SealedMixin(EncryptedMixin):  # type: ignore[misc]  # it carries no types
    """Seals on save; gives `Sealed` back; opens nothing."""

    descriptor_class: Any = SealedAttribute
    name: str
    attname: str
    column: Any
    max_length: int | None
    model: type[models.Model]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Refuse options that a sealed column cannot keep."""
        for option in _IMPOSSIBLE:
            if kwargs.get(option):
                message = f"A sealed field cannot have {option}: it is never equal."
                raise FieldError(message)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Store bytes: a quarter less than text."""
        return "BinaryField"

    def deconstruct(self) -> Any:
        """Keep ``max_length``, which the package drops from migrations."""
        return super(EncryptedMixin, self).deconstruct()

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        """Let the column hold only sealed bytes, and no more than its length allows.

        The second byte tells them from every text: 0x01 never follows 0xE5 in UTF-8.
        """
        del connection
        start = f"'\\x{MAGIC:02x}{SUITE_AES_256_GCM:02x}'::bytea"
        check = (
            f'substring("{self.column}" from 1 for 2) = {start} '
            f'AND octet_length("{self.column}") >= {OVERHEAD + BLOCK}'
        )
        if not self.max_length:
            return check
        blocks = 4 * self.max_length // BLOCK + 1
        longest = OVERHEAD + blocks * BLOCK
        return f'{check} AND octet_length("{self.column}") <= {longest}'

    def to_python(self, value: object) -> object:
        """Take form input as text: never decrypt it, as the package would."""
        if value is None or isinstance(value, Sealed | Unsealed):
            return value
        if not isinstance(value, str):
            raise ValidationError(_("Only text can be sealed."), code="not_text")
        return super(EncryptedMixin, self).to_python(value)

    def clean(self, value: object, model_instance: models.Model | None) -> object:
        """Validate text; leave what is sealed alone; refuse the mask as input."""
        if isinstance(value, Sealed):
            return value
        text = value.take() if isinstance(value, Unsealed) else value
        if text == MASK:
            raise ValidationError(
                _("Type the new value; the dots are not the old one."), code="mask"
            )
        return super().clean(text, model_instance)

    def from_db_value(self, value: Any, *args: Any) -> Sealed | None:
        """Wrap the stored bytes; no key is touched when rows are loaded."""
        del args
        return None if value is None else Sealed(value)

    def pre_save(
        self,
        model_instance: models.Model,
        add: bool,  # noqa: FBT001 - Django's signature
    ) -> Sealed | None:
        """Seal the instance's text for its row; the instance keeps ciphertext."""
        del add
        value = getattr(model_instance, self.attname)  # loads what was deferred
        if value is None or isinstance(value, Sealed):
            return value
        if not isinstance(value, Unsealed):
            message = f"{self.name}: only text can be sealed, no expression."
            raise FieldError(message)
        hold_day(model_instance.purge_on)  # type: ignore[attr-defined]
        sealed = seal_text(row=model_instance, field=self.attname, text=value.take())
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Let sealed bytes and compiled CASE expressions pass, nothing else."""
        if hasattr(value, "as_sql"):
            return value
        if value is None or isinstance(value, Sealed):
            return None if value is None else connection.Database.Binary(value.blob)
        message = f"{self.name}: text may not reach SQL unsealed; save an instance."
        raise PlaintextRefused(message)

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:
        """Treat every value as one to be saved."""
        del prepared
        return self.get_db_prep_save(value, connection)

    def get_prep_value(self, value: Any) -> Any:
        """Leave the value as it is; nothing here is searched for."""
        return value

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        """Allow ``isnull`` alone; an equal text has another ciphertext each time."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)  # type: ignore[no-any-return]
        message = f"{self.name} is sealed and cannot be searched ({lookup_name})."
        raise FieldError(message)

    def get_transform(self, lookup_name: str) -> None:
        """Refuse transforms for the same reason."""
        message = f"{self.name} is sealed and cannot be transformed ({lookup_name})."
        raise FieldError(message)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the mask, for dumpdata and other serializers."""
        del obj
        return MASK


class SealedCharField(SealedMixin, models.CharField):  # type: ignore[type-arg]
    """A short text, sealed."""


class SealedTextField(SealedMixin, models.TextField):  # type: ignore[type-arg]
    """A long text, sealed."""


class SealedEmailField(SealedMixin, models.EmailField):  # type: ignore[type-arg]
    """An e-mail address, sealed."""


def sealed_fields(model: type[models.Model]) -> tuple[SealedMixin, ...]:
    """Return the sealed fields of a model, in the order of their definition."""
    return tuple(f for f in model._meta.local_fields if isinstance(f, SealedMixin))


def is_filled(row: models.Model, field: SealedMixin) -> bool:
    """Tell whether a row holds a value, without opening it."""
    return getattr(row, field.attname) is not None
