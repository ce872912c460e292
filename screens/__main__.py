"""``python -m screens [NAME...]``: take a picture of every page of the demo.

Of the table that the browser tests walk; names choose pages. Writes docs/screens.
Ends with 1 where a page could not be taken.
"""

import os
import sys
from pathlib import Path

import django

from sellerportal.local.account import CHECKOUT

os.environ["DJANGO_SETTINGS_MODULE"] = "sellerportal.settings"
django.setup()

from screens.demo import running_demo  # noqa: E402 - the table asks Django for addresses
from screens.index import write_index  # noqa: E402
from screens.taking import take_all  # noqa: E402
from tests.browser.pages import DEMO, visits  # noqa: E402

FOLDER = CHECKOUT / "docs" / "screens"


def main(names: list[str], folder: Path) -> int:
    """Take the pictures; return the exit status."""
    known = visits(where=DEMO)
    wanted = [v for v in known if not names or v.label in names or v.name in names]
    if not wanted:
        print(f"There is no page {' '.join(names)}.")
        return 2
    folder.mkdir(exist_ok=True)
    with running_demo() as demo:
        missed = take_all(demo=demo, visits=wanted, folder=folder)
    size = write_index(folder=folder, visits=known)
    print(f"{len(list(folder.glob('*.webp')))} pictures, {size / 1024:.0f} KiB")
    for line in missed:
        print(line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], FOLDER))
