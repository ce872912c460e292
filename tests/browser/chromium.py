"""The Chromium of this machine and how it is started."""

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
#: The names under which distributions install it.
NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str | None:
    """Return the browser's path: PORTAL_CHROMIUM, else what is installed."""
    named = os.environ.get("PORTAL_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
