"""Whether this portal shows invented shops and signs in without a second factor."""

from pathlib import Path

from django.conf import settings

#: The file that says that the demo was left; it lies in ``PORTAL_VAR``.
LEFT = "left-demo"
#: The file with the log-ins of the demo, as long as it is on; beside it.
LOGINS = "demo-logins.json"


def demo_mode() -> bool:
    """Tell whether the demo is on: the portal's mode, until somebody leaves it.

    Asked anew each time, so that leaving acts at once in every process.
    """
    return bool(settings.DEMO) and not Path(settings.PORTAL_VAR, LEFT).exists()
