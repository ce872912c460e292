"""The days and sellers of test keystores, and a look inside without the class."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from vault import keyfile
from vault.keyfile import Secrets

PROJECT = Path(__file__).parents[2]
DAY = date(2026, 3, 10)
DAYS = tuple(DAY + timedelta(days=n) for n in range(3))
SELLER = UUID(int=1)
OTHER_SELLER = UUID(int=2)


def everything(folder: Path) -> Secrets:
    """Unwrap the whole folder without the class under test."""
    raw = (folder / "keys").read_bytes()
    root = (folder / f"root.{keyfile.epoch_of(raw)}").read_bytes()
    return keyfile.open_key_file(raw, root).secrets(root)


def files(folder: Path) -> list[str]:
    """List the names in a folder."""
    return sorted(path.name for path in folder.iterdir())
