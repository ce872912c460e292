"""Prints the matrix in one line, also where workers ran its parts."""

import pytest

#: Under this name a test of the matrix reports its cells and the wrong ones.
PROPERTY = "matrix"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add up what the tests of the matrix counted; say nothing where none ran."""
    cells = wrong = 0
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name == PROPERTY and getattr(report, "when", "") == "call":
                    cells, wrong = cells + value[0], wrong + value[1]
    if cells:
        terminalreporter.write_line(f"matrix: {cells} cells, {wrong} wrong")
