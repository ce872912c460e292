#!/usr/bin/env python
"""The command line of the portal; ``manage.py up`` runs all of it."""

import sys

from sellerportal.local.account import leave_root_or_exit

if __name__ == "__main__":
    # A command that root gave a file to may read it; the portal itself may not.
    leave_root_or_exit(
        [sys.executable, *sys.orig_argv[1:]], reading=sys.argv[1:2] != ["up"]
    )

from sellerportal.local.runtime import run

if __name__ == "__main__":
    run(sys.argv)
