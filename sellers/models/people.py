"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models

from vault.privacy import Privacy
from vault.rows import new_id


class PersonAccounts(BaseUserManager["Person"]):
    """Makes accounts; the e-mail address is kept in lower case."""

    def create_user(self, email: str, password: str, **fields: Any) -> "Person":
        """Create a person who may sign in; the password is as old as the account."""
        fields.setdefault("password_changed_at", fields.get("made_at"))
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find by e-mail address, in any case."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, by e-mail. May work in several shops.

    ``password_changed_at`` is when the password was last chosen, for its two ages.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "password",
                "last_login",
                "is_superuser",
                "is_active",
                "made_at",
                "password_changed_at",
                "groups",
                "user_permissions",
            }
        ),
        member=frozenset({"email", "name"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonAccounts] = PersonAccounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Say no: staff of the operator have an entrance of their own."""
        return False

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class FormerPassword(models.Model):
    """The hash of a password that a person has used, so that it is not used again."""

    privacy = Privacy(plain=frozenset({"id", "person", "password", "set_at"}))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="former_passwords"
    )
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()
