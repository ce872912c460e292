"""The index of the pictures: a table of pages, with a link to each look."""

from collections.abc import Iterable
from pathlib import Path

from screens.looks import LOOKS, picture_name
from tests.browser.pages import Visit

_HEAD = """# Screens

Every page of the demo, taken by `make screens` from the table that the browser tests
walk (`tests/browser/pages.py`). Very long pages are cut below.

"""


def write_index(*, folder: Path, visits: Iterable[Visit]) -> int:
    """Write README.md beside the pictures; return the size of all pictures in bytes.

    Pictures of pages that are no longer in the table are removed.
    """
    heads = [f"{look.width} px, {look.scheme}" for look in LOOKS]
    lines = [f"| page | as | {' | '.join(heads)} |", "|---" * (len(heads) + 2) + "|"]
    known: set[str] = set()
    for visit in visits:
        names = [picture_name(visit, look) for look in LOOKS]
        there = [name if (folder / name).exists() else "" for name in names]
        known |= set(names)
        cells = [f"[picture]({name})" if name else "–" for name in there]
        lines.append(f"| {visit.label} | {visit.person} | {' | '.join(cells)} |")
    (folder / "README.md").write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    total = 0
    for picture in folder.glob("*.webp"):
        if picture.name in known:
            total += picture.stat().st_size
        else:
            picture.unlink()
    return total
