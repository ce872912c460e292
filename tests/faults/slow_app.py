"""The application of a slow worker: the same tasks, lingering at each fault point."""

from sellerportal.celery import app

__all__ = ["app"]

# Imported once Django has its models.
app.conf.imports = (*app.conf.imports, "tests.faults.slow")
