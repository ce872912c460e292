"""What the launcher says when it cannot go on."""

import sys


class LauncherError(Exception):
    """The launcher cannot go on; the text is one sentence for a person."""


def say(sentence: str) -> None:
    """Write one line for the person at the terminal, at once, to standard error."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
