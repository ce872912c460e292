"""Peak memory of one import, in MiB: ``bench.memory SELLER FILE ROWS``."""

import resource
import sys
from pathlib import Path
from uuid import UUID

from django.db import connection

from bench.ours import import_file

_STATUS = Path("/proc/self/status")


def peak_kib() -> int:
    """Return the largest resident memory of this process so far, in KiB.

    Linux hands ru_maxrss on to a child as the parent's own peak (getrusage(2) keeps it
    over execve), which would hide the import; VmHWM (proc(5)) begins anew.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "VmHWM":
                return int(rest.split()[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def main(seller: str, file: str, rows: str) -> None:
    """Import the file; the bytes of the file count, the connection does not."""
    connection.ensure_connection()
    before = peak_kib()
    import_file(Path(file).read_bytes(), seller_id=UUID(seller), rows=int(rows))
    print((peak_kib() - before) / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
