"""Run a command that ends with its parent, whatever becomes of the parent.

Started as a file by `sellerportal.local.processes`, with the signal's number and the
parent's process id before the command. Linux sends that signal to the command when
the parent dies (prctl(2), PR_SET_PDEATHSIG), also after SIGKILL.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(signal_number: int) -> None:
    """Ask the kernel to send ``signal_number`` to this process when its parent dies."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number):
        raise OSError(ctypes.get_errno(), "PR_SET_PDEATHSIG was refused")


def main() -> None:
    """Tie this process to its parent, then become the command."""
    signal_number, parent, *command = sys.argv[1:]
    end_with_parent(int(signal_number))
    # The parent may have died before the line above took effect.
    if os.getppid() == int(parent):
        os.execvp(command[0], command)


if __name__ == "__main__":
    main()
