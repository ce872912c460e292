"""The long run: the faults and simulations with sizes that take minutes.

``python -m tests.soak [pytest arguments]``. Sizes and the seed come from the
environment and have defaults; the short versions of the same tests are in the suite.
"""

import os
import sys

#: What the long run asks for, unless the environment says otherwise.
LONG = {
    "SOAK_KILLS": "200",
    "SOAK_STOPS": "10",
    "SOAK_DAYS": "400",
    "SOAK_ORDERS_A_DAY": "3",
    "SOAK_HISTORIES": "100000",
    "SOAK_SEED": "20261122",
}


def main() -> None:
    """Say the sizes and become pytest."""
    for name, size in LONG.items():
        os.environ.setdefault(name, size)
    sizes = " ".join(f"{name}={os.environ[name]}" for name in LONG)
    sys.stdout.write(f"soak: {sizes}\n")
    sys.stdout.flush()
    wanted = sys.argv[1:] or ["tests/faults", "tests/simulation"]
    flags = ["-q", "-rA", "--show-capture=stdout", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *flags, *wanted]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main()
