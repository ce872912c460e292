"""``python -m bench [NAME...]``: measure, print each figure, write bench.json.

BENCH_ROWS is the number of orders. Ends with 1 where a goal is missed, with 2 where it
was started wrongly.
"""

import os
import sys

from bench.server import portal_for_a_run, run_module
from bench.sizes import NAMES, SizeWrong, rows_wanted
from sellerportal.local.account import mark_as_var, var_folder
from sellerportal.local.errors import LauncherError, say
from sellerportal.local.stops import StopRequested, stop_wish


def main(names: list[str]) -> int:
    """Measure what is named, or everything; return the exit status."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        say(f"There is no measurement {unknown[0]!r}; there are {', '.join(NAMES)}.")
        return 2
    stop_wish.listen()
    try:
        rows_wanted(os.environ)
        var = var_folder()
        mark_as_var(var)
        with portal_for_a_run(var) as environment:
            done = run_module(
                "bench.figures",
                str(var / "bench.json"),
                *names,
                environment=environment,
            )
            return done.returncode
    except (SizeWrong, LauncherError) as error:
        say(str(error))
        return 2
    except StopRequested:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
