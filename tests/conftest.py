"""The test bed: one embedded PostgreSQL, one template, a clone for each worker.

Tests connect as ``sp_app``, the role that row security binds, or they prove nothing.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest

from sellerportal.local.provision import clone_database, drop_database
from tests import bed

pytest_plugins = [
    "tests.shops",
    "tests.staffing",
    "tests.compliance.holding",
    "tests.resets",
    "tests.skips",
    "tests.matrix.summary",
    "tests.browser.world",
]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many workers and databases there were."""
    workers = len(getattr(config.option, "tx", None) or []) or 1
    terminalreporter.write_line(
        f"portal: {workers} workers, {workers} databases, 1 PostgreSQL server"
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Clone the template for this worker; connect as the restricted role."""
    facts = bed.current()
    drop_database(admin_url=facts["admin_url"], name=facts["database"])
    clone_database(
        admin_url=facts["admin_url"], template=bed.TEMPLATE, name=facts["database"]
    )
    with django_db_blocker.unblock():
        bed.assert_restricted_role()
    yield
    with django_db_blocker.unblock():
        bed.close_connections()
    drop_database(admin_url=facts["admin_url"], name=facts["database"])


@pytest.fixture(scope="session", autouse=True)
def restricted_role(django_db_setup: None, django_db_blocker: Any) -> None:
    """Fail the whole worker where tests would not run as the restricted role."""
    with django_db_blocker.unblock():
        bed.assert_restricted_role()


@pytest.fixture
def now() -> datetime:
    """Return a fixed instant: Sunday 22 November 2026, 17:14 UTC."""
    return datetime(2026, 11, 22, 17, 14, tzinfo=UTC)


# No timed test, the same examples in each run, nothing kept beside the code.
hypothesis.settings.register_profile(
    "portal", deadline=None, database=None, derandomize=True
)
hypothesis.settings.load_profile("portal")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
