"""The time is read from vault.clock alone, in Python, in SQL and in templates."""

import ast
import re

import pytest

from tests.laws.sources import ROOT, Source, dotted, portal_sources, source_of

#: What reads the wall clock, by its full name.
READERS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "django.utils.timezone.now",
        "django.utils.timezone.localtime",
        "django.utils.timezone.localdate",
        "django.db.models.functions.Now",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "time.strftime",
        "time.clock_gettime",
        "time.CLOCK_REALTIME",
    }
)
SQL = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)"
    r"|\b(current_date|current_time|current_timestamp|localtimestamp|localtime)\b",
    re.IGNORECASE,
)

#: Who may, and why.
EXCEPTIONS = {
    ("vault/clock.py", "datetime.datetime.now"): "this is the clock",
    ("compliance/services/guard.py", "time.clock_gettime"): (
        "asks the kernel whether the clock can be trusted"
    ),
    ("compliance/services/guard.py", "time.CLOCK_REALTIME"): "the same",
    ("vault/days.py", "clock_timestamp()"): "how long a session has lasted, no date",
}


def clock_reads(source: Source) -> list[tuple[str, str]]:
    """Return (path, what) for each place that reads a clock."""
    names = _imported(source)
    found = []
    prose = _docstrings(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = dotted(node).partition(".")
            full = ".".join(part for part in (names.get(first, first), rest) if part)
            if full in READERS:
                found.append((source.path, full))
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            found.append((source.path, node.arg))
        elif isinstance(node, ast.Constant) and id(node) not in prose:
            said = node.value if isinstance(node.value, str) else ""
            found += [(source.path, m.group()) for m in SQL.finditer(said)]
    return found


def test_nobody_else_reads_the_time() -> None:
    found = {place for source in portal_sources() for place in clock_reads(source)}
    assert found == set(EXCEPTIONS)


def test_no_template_reads_the_time() -> None:
    tag = re.compile(r"{%\s*now\b")
    templates = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*")]
    assert len(templates) > 10
    assert [p for p in templates if p.is_file() and tag.search(p.read_text())] == []


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now(tz=UTC)",
        "from datetime import datetime as dt\ndt.utcnow()",
        "import datetime\ndatetime.datetime.today()",
        "import datetime as d\nd.date.today()",
        "from datetime import date\ndate.today()",
        "from django.utils import timezone\nmade = field(default=timezone.now)",
        "from django.utils.timezone import now\nnow()",
        "from django.db.models.functions import Now\nf(purge_on__lte=Now())",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "DateTimeField(auto_now_add=True)",
        "cursor.execute('SELECT 1 WHERE day <= CURRENT_DATE')",
        "cursor.execute(f'SELECT {column}, now()')",
        "RunSQL('... DEFAULT localtimestamp')",
    ],
)
def test_a_planted_reading_is_found(text: str) -> None:
    assert len(clock_reads(source_of(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from vault.clock import clock\nclock.now()\nclock.today()",
        "from time import monotonic\nmonotonic()",
        "import time\ntime.sleep(1)\ntime.monotonic()",
        '"""Prose may say now() and current_date."""',
        "def f(*, now): return now.date()",
    ],
)
def test_what_reads_no_clock_is_left_alone(text: str) -> None:
    assert clock_reads(source_of(text)) == []


def _imported(source: Source) -> dict[str, str]:
    """Return what each imported name stands for, in full."""
    names = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    names[alias.asname] = alias.name
    return names


def _docstrings(source: Source) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
