"""What a sealed field holds in memory: opaque, whatever prints it."""

from typing import NoReturn

MASK = "••••••"


class Sealed:
    """The sealed bytes of one value. Prints a mask; plaintext comes from opening."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes | memoryview) -> None:
        """Hold the bytes as they stand in the database."""
        self.blob = bytes(blob)

    def __str__(self) -> str:
        """Return a mask of constant length, so that length tells nothing."""
        return MASK

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        """Return the mask in any format."""
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """Compare the sealed bytes."""
        return isinstance(other, Sealed) and other.blob == self.blob

    def __hash__(self) -> int:
        """Hash the sealed bytes."""
        return hash(self.blob)

    def __bool__(self) -> bool:
        """Say that there is a value."""
        return True


class Unsealed:
    """Text that was assigned and is sealed when the row is saved. Prints a mask."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the text; only the field takes it out again."""
        self._text = text

    def take(self) -> str:
        """Return the text, for the field that seals it."""
        return self._text

    # A template calls what it finds: {{ row.name.take }} would print the text.
    take.alters_data = True  # type: ignore[attr-defined]

    def __str__(self) -> str:
        """Return the mask."""
        return MASK

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        """Return the mask in any format."""
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """Compare the texts, as forms do to see what changed."""
        return isinstance(other, Unsealed) and other._text == self._text

    __hash__ = None  # type: ignore[assignment]  # holds plaintext: no dict key

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a cache or a task must never carry it."""
        message = "A value that is not yet sealed cannot be pickled; save the row."
        raise TypeError(message)
