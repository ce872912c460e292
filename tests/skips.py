"""A skip is a failure, unless BROWSER=none was given for the browser tests."""

import os
import sys
from collections.abc import Generator

import pytest

NO_BROWSER = os.environ.get("BROWSER", "") == "none"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests out where BROWSER=none was given."""
    if NO_BROWSER:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="BROWSER=none"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure."""
    report = yield
    if report.skipped and not (NO_BROWSER and item.get_closest_marker("browser")):
        report.outcome = "failed"
        report.longrepr = f"A skip counts as a failure: {report.longrepr}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say on the very last line that the browser tests were left out."""
    if NO_BROWSER and not hasattr(config, "workerinput"):
        sys.stdout.write("BROWSER=none: the browser tests were left out.\n")
